import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { validateManifest } from '../../src/api/manifest';
import type { Booting } from '../../src/demo/booting';
import { bootServerRights, type Fitted, fittedSample, operatorRights, type Sample, secretsOf } from '../../src/demo/manifests';
import { writesIn, writesSince } from '../../src/demo/apiCounts';

const endpoints = ['https://127.0.0.1:1', 'https://127.0.0.2:1', 'https://127.0.0.3:1'];
const bmcs = ['xs-01', 'xs-02', 'xs-03'].map((host, index) => ({ host, address: `redfish+https://127.0.0.${index + 4}:1` }));
const sha256 = 'ab'.repeat(32);

function fittedTo(booting: Booting): Fitted {
  return fittedSample({
    ...{ namespace: 'demo', endpoints, booting, bmcs },
    sourceOf: ({ brand, version }) => ({
      repository: `http://x.invalid/${brand}/${version}/`,
      iso: { url: `http://x.invalid/${brand}-${version}.iso`, sha256 },
    }),
  });
}

function sampleIn(name: string): { readonly text: string; readonly object: Sample } {
  const text = readFileSync(path.resolve(__dirname, '..', '..', 'deploy', 'samples', name), 'utf8');
  return { text, object: parse(text) as Sample };
}

const commentsIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => (line.includes('#') ? [line.slice(line.indexOf('#'))] : []));

const staged = fittedTo({ method: 'Staged', firmware: 'BIOS' });
const byMedia = fittedTo({ method: 'VirtualMedia', firmware: 'UEFI' });

describe('the manifests of the demo', () => {
  it('are the sample that users copy, but for what must differ', () => {
    const { spec } = staged.object;
    const sample = sampleIn('poolupgrade.yaml').object;
    expect(spec.pool.endpoints).to.deep.equal(endpoints.slice(0, sample.spec.pool.endpoints.length));
    expect(spec.releases.map(({ repository }) => repository?.url)).to.deep.equal(['http://x.invalid/XCP-ng/8.3.0/']);
    const { pool, releases, ...rest } = spec;
    const { pool: samplePool, releases: sampleReleases, ...sampleRest } = sample.spec;
    expect(rest).to.deep.equal(sampleRest);
    expect({ ...pool, endpoints: [] }).to.deep.equal({ ...samplePool, endpoints: [] });
    expect(releases.map(({ version }) => version)).to.deep.equal(sampleReleases.map(({ version }) => version));
    expect(validateManifest(staged.object)).to.have.property('ok', true);
  });

  it('name every BMC and the image where hosts boot by their BMCs, as the sample names them', () => {
    const { spec } = byMedia.object;
    const sample = sampleIn('bmc.yaml').object;
    const pattern = sample.spec.hosts?.[0]?.bmc;
    expect(spec.hosts).to.deep.equal(bmcs.map(({ host, address }) => ({ name: host, bmc: { ...pattern, address } })));
    expect(spec.releases).to.deep.equal([
      { brand: 'XCP-ng', version: '8.3.0', iso: { url: 'http://x.invalid/XCP-ng-8.3.0.iso', sha256 } },
    ]);
    const { pool: _pool, releases: _releases, hosts: _hosts, ...rest } = spec;
    const { pool: _samplePool, releases: _sampleReleases, hosts: _sampleHosts, ...sampleRest } = sample.spec;
    expect(rest).to.deep.equal(sampleRest);
    expect(validateManifest(byMedia.object)).to.have.property('ok', true);
  });

  for (const method of ['Auto', 'VirtualMedia', 'PXE', 'Manual'] as const)
    it(`say how hosts boot: ${method}`, () => {
      const { object } = fittedTo({ method, firmware: 'BIOS' });
      const { boot } = object.spec as unknown as { readonly boot: object };
      expect(boot).to.deep.equal(method === 'Manual' ? { method } : { method, firmware: 'BIOS' });
      expect(validateManifest(object)).to.have.property('ok', true);
    });

  for (const [name, fitted] of [['poolupgrade.yaml', staged] as const, ['bmc.yaml', byMedia] as const])
    it(`keep the comments of ${name} for whoever reads and copies them, and are what is applied`, () => {
      expect(commentsIn(fitted.text)).to.deep.equal(commentsIn(sampleIn(name).text));
      expect(parse(fitted.text)).to.deep.equal(fitted.object);
      expect(fitted.text).to.not.match(/[&*]a\d/);
    });

  it('come with the Secrets they name', () => {
    const pool = { username: 'root', password: 'p', authority: 'PEM' };
    const told = ({ object }: Fitted, bmc: { username: string; password: string } | undefined): readonly unknown[] =>
      secretsOf(object, pool, bmc).map(({ metadata, stringData }) => [metadata.name, stringData]);
    const ofPool = [
      ['rack7-root', { username: 'root', password: 'p' }],
      ['rack7-ca', { 'ca.crt': 'PEM' }],
    ];
    expect(told(staged, undefined)).to.deep.equal(ofPool);
    const bmc = { username: 'b', password: 'q' };
    expect(told(byMedia, bmc)).to.deep.equal([...ofPool, ['rack7-bmc', bmc]]);
  });

  it('let the boot server follow upgrades and write beside them, and see no Secret', () => {
    const rights = bootServerRights(['demo']);
    expect(rights.flatMap(({ resources }) => resources)).to.have.members(['poolupgrades', 'configmaps']);
    const writes = rights.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
    expect(writes.map(({ resources, namespaces }) => [resources, namespaces])).to.deep.equal([[['configmaps'], ['demo']]]);
  });

  it('limit Secrets to the namespaces named, and nothing else', () => {
    const limited = operatorRights(['demo']).filter(({ namespaces }) => namespaces !== undefined);
    expect(limited.flatMap(({ resources }) => resources)).to.have.members(['secrets', 'configmaps']);
    expect(operatorRights(['demo']).some(({ verbs }) => verbs.includes('*'))).to.equal(false);
  });
});

describe('what the API server counted', () => {
  const line = (verb: string, resource: string, subresource: string, count: number): string =>
    `apiserver_request_total{verb="${verb}",group="",version="v1",resource="${resource}",subresource="${subresource}",code="200"} ${count}\n`;

  it('is told apart as status, leases and the rest, and what only reads is not counted', () => {
    const text = [
      '# TYPE apiserver_request_total counter\n',
      line('PATCH', 'poolupgrades', 'status', 3),
      line('UPDATE', 'leases', '', 4),
    ];
    const more = [
      line('CREATE', 'events', '', 5),
      line('UPDATE', 'poolupgrades', 'status', 2),
      line('WATCH', 'leases', '', 9),
      line('GET', 'secrets', '', 7),
    ];
    const writes = writesIn([...text, ...more].join(''));
    expect(writes).to.deep.equal({ statusWrites: 5, leaseWrites: 4, otherWrites: 5 });
    expect(writesSince({ statusWrites: 1, leaseWrites: 1, otherWrites: 5 }, writes)).to.deep.equal({
      statusWrites: 4,
      leaseWrites: 3,
      otherWrites: 0,
    });
  });
});
