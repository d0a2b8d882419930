import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { validateManifest } from '../../src/api/manifest';
import { fittedSample, operatorRights, secretsOf } from '../../src/demo/manifests';
import { writesIn, writesSince } from '../../src/demo/apiCounts';

const endpoints = ['https://127.0.0.1:1', 'https://127.0.0.2:1', 'https://127.0.0.3:1'];
const fitted = fittedSample({
  namespace: 'demo',
  endpoints,
  repositoryOf: ({ brand, version }) => `http://x.invalid/${brand}/${version}/`,
});

describe('the manifests of the demo', () => {
  it('are the sample that users copy, but for what must differ', () => {
    const file = path.resolve(__dirname, '..', '..', 'deploy', 'samples', 'poolupgrade.yaml');
    const sample = parse(readFileSync(file, 'utf8')) as typeof fitted;
    expect(fitted.spec.pool.endpoints).to.deep.equal(endpoints.slice(0, sample.spec.pool.endpoints.length));
    expect(fitted.spec.releases.map(({ repository }) => repository.url)).to.deep.equal(['http://x.invalid/XCP-ng/8.3.0/']);
    const { pool, releases, ...rest } = fitted.spec;
    const { pool: samplePool, releases: sampleReleases, ...sampleRest } = sample.spec;
    expect(rest).to.deep.equal(sampleRest);
    expect({ ...pool, endpoints: [] }).to.deep.equal({ ...samplePool, endpoints: [] });
    expect(releases.map(({ version }) => version)).to.deep.equal(sampleReleases.map(({ version }) => version));
    expect(validateManifest(fitted)).to.have.property('ok', true);
  });

  it('come with the Secrets they name', () => {
    const secrets = secretsOf(fitted, { username: 'root', password: 'p', authority: 'PEM' });
    expect(secrets.map(({ metadata, stringData }) => [metadata.name, stringData])).to.deep.equal([
      ['rack7-root', { username: 'root', password: 'p' }],
      ['rack7-ca', { 'ca.crt': 'PEM' }],
    ]);
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
