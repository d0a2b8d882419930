import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import type { ChangeReport } from '../../src/cli/changeReport/changeReport';
import { saveRecord } from '../../src/controller/store/earlierRun';
import { DEFINITION } from '../../src/demo/manifests';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/embedded-kubernetes/embeddedServer';
import { seededRandom } from '../../src/foundation/random';
import { realClock } from '../../src/foundation/realClock';
import { type KubeObject, NAMESPACES, type Resource } from '../../src/kubernetes/api';
import { createKubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { openConfig } from '../../src/kubernetes/client/kubeConfig';
import type { RunRecord } from '../../src/upgrade/record';
import { manifestOf } from '../api/sample';
import { runState } from '../upgrade/situations';
import { readMarkdown } from './changeReport/readMarkdown';
import { runCli } from './runCli';

const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

const HASH = '0123456789abcdef';

describe('xenpool report', () => {
  let server: EmbeddedServer;
  let folder = '';
  const configFor = (token: string): string => path.join(folder, `${token}.kubeconfig`);

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-report-'));
    const rights = [{ namespaces: ['ops'], verbs: ['get'], groups: ['xenpool.dev'], resources: ['poolupgrades'] }];
    const tokens = new Map([
      ['admin', { user: 'admin' }],
      ['reader', { user: 'reader', rights }],
    ]);
    server = await startEmbeddedServer({ clock: realClock(), random: seededRandom(1), tokens });
    for (const token of tokens.keys()) writeFileSync(configFor(token), kubeconfig(server, token));
    await fill(configFor('admin'));
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('tells an object of the cluster as Markdown, with the checks of its plan', async () => {
    const { code, out, err } = await runCli('report', 'rack7', '-n', 'ops', '--kubeconfig', configFor('admin'));
    expect([code, err]).to.deep.equal([0, '']);
    const told = readMarkdown(out);
    expect(told.get('Checks')?.tables[0]?.[1]).to.deep.equal(['HaOn', 'Pass', 'HA is off', '']);
    expect(told.get('Hosts')?.tables[0]).to.have.length(3);
  });

  it('tells the same as JSON, in the namespace of the context where none is named', async () => {
    const { code, out } = await runCli('report', 'rack7', '--output', 'json', '--kubeconfig', configFor('admin'));
    const report = JSON.parse(out) as ChangeReport;
    expect([code, report.object, report.plan.hash]).to.deep.equal([0, { namespace: 'ops', name: 'rack7', generation: 1 }, HASH]);
  });

  it('does without the plan where it may not be read', async () => {
    const { code, out } = await runCli('report', 'rack7', '--output', 'json', '--kubeconfig', configFor('reader'));
    expect([code, (JSON.parse(out) as ChangeReport).checks]).to.deep.equal([0, undefined]);
  });

  const wrong: readonly (readonly [argv: readonly string[], complaint: RegExp])[] = [
    [['report', 'nobody'], /nobody.*not found/i],
    [['report', 'rack7', '--output', 'html'], /--output html: expected markdown or json/],
    [['report', 'rack7', '--context', 'none'], /none/],
    [['report'], /missing required argument/],
  ];
  for (const [argv, complaint] of wrong)
    it(`says what is wrong with ${argv.join(' ')}`, async () => {
      const { code, out, err } = await runCli(...argv, '--kubeconfig', configFor('admin'));
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(complaint);
    });

  it('is written of a rehearsed run as well', async () => {
    const [pool, file] = [path.join(folder, 'pool.xml'), path.join(folder, 'rehearsed.md')];
    await runCli('simulator', '--hosts', '2', '--vms', '2', '--write-dump', pool);
    expect((await runCli('rehearse', '--database', pool, '--report', file)).code).to.equal(0);
    expect(readFileSync(file, 'utf8'))
      .to.match(/^# Upgrade of pool /)
      .and.contain('**Succeeded**');
    const nowhere = await runCli('rehearse', '--database', pool, '--report', path.join(folder, 'no', 'where.md'));
    expect([nowhere.code, /--report .*cannot be written/.test(nowhere.out)]).to.deep.equal([2, true]);
  });
});

/** A namespace, the CRD, and an object in the middle of its run. */
async function fill(kubeconfigFile: string): Promise<void> {
  const clock = realClock();
  const credentials = new KeptCredentials(clock, openConfig({ kind: 'Files', paths: [kubeconfigFile] }).read);
  const { api, close } = createKubernetesClient({ credentials, clock, userAgent: 'test' });
  try {
    await api.create(DEFINITIONS, DEFINITION);
    await api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
    const { status: _status, ...manifest } = manifestOf('');
    const made = await api.create(POOL_UPGRADES, {
      ...manifest,
      metadata: { ...manifest.metadata, namespace: 'ops' },
    } as KubeObject);
    const before = runState();
    const state = { ...before, plan: { ...before.plan!, hash: HASH } };
    await api.replaceStatus(POOL_UPGRADES, { ...made, status: { observedGeneration: 1, ...state } } as KubeObject);
    const checks = [{ id: 'HaOn', title: 'HA is off', verdict: 'Pass', findings: [] }];
    await saveRecord(api, 'ops', { run: state.run.id, pool: 'pool', whole: { checks } } as unknown as RunRecord);
  } finally {
    close();
  }
}

/** JSON is YAML. */
function kubeconfig({ url, ca }: EmbeddedServer, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'c', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c', namespace: 'ops' } }],
    'current-context': 'c',
  });
}
