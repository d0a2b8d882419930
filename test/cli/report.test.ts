import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import type { ChangeReport } from '../../src/cli/changeReport/changeReport';
import { saveRecord } from '../../src/controller/store/earlierRun';
import type { KubeObject, KubernetesApi } from '../../src/kubernetes/api';
import type { RunRecord } from '../../src/upgrade/record';
import { manifestOf } from '../api/sample';
import { runState } from '../upgrade/situations';
import { readMarkdown } from './changeReport/readMarkdown';
import { runCli } from './runCli';
import { smallCluster, type SmallCluster } from './smallCluster';

const HASH = '0123456789abcdef';

describe('xenpool report', () => {
  let cluster: SmallCluster;

  before(async () => {
    const rights = [{ namespaces: ['ops'], verbs: ['get'], groups: ['xenpool.dev'], resources: ['poolupgrades'] }];
    cluster = await smallCluster(fill, { reader: { user: 'reader', rights } });
  });
  after(() => cluster.close());

  it('tells an object of the cluster as Markdown, with the checks of its plan', async () => {
    const { code, out, err } = await runCli('report', 'rack7', '-n', 'ops', '--kubeconfig', cluster.kubeconfig());
    expect([code, err]).to.deep.equal([0, '']);
    const told = readMarkdown(out);
    expect(told.get('Checks')?.tables[0]?.[1]).to.deep.equal(['HaOn', 'Pass', 'HA is off', '']);
    expect(told.get('Hosts')?.tables[0]).to.have.length(3);
  });

  it('tells the same as JSON, in the namespace of the context where none is named', async () => {
    const { code, out } = await runCli('report', 'rack7', '--output', 'json', '--kubeconfig', cluster.kubeconfig());
    const report = JSON.parse(out) as ChangeReport;
    expect([code, report.object, report.plan.hash]).to.deep.equal([0, { namespace: 'ops', name: 'rack7', generation: 1 }, HASH]);
  });

  it('does without the plan where it may not be read', async () => {
    const { code, out } = await runCli('report', 'rack7', '--output', 'json', '--kubeconfig', cluster.kubeconfig('reader'));
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
      const { code, out, err } = await runCli(...argv, '--kubeconfig', cluster.kubeconfig());
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(complaint);
    });

  it('is written of a rehearsed run as well', async () => {
    const [pool, file] = [path.join(cluster.folder, 'pool.xml'), path.join(cluster.folder, 'rehearsed.md')];
    await runCli('simulator', '--hosts', '2', '--vms', '2', '--write-dump', pool);
    expect((await runCli('rehearse', '--database', pool, '--report', file)).code).to.equal(0);
    expect(readFileSync(file, 'utf8'))
      .to.match(/^# Upgrade of pool /)
      .and.contain('**Succeeded**');
    const nowhere = await runCli('rehearse', '--database', pool, '--report', path.join(cluster.folder, 'no', 'where.md'));
    expect([nowhere.code, /--report .*cannot be written/.test(nowhere.out)]).to.deep.equal([2, true]);
  });
});

/** An object in the middle of its run, and the plan of it. */
async function fill(api: KubernetesApi): Promise<void> {
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
}
