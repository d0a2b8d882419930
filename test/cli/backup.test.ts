import { expect } from 'chai';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import { secretBackups } from '../../src/controller/store/secretBackups';
import { sha256 } from '../../src/foundation/sha256';
import type { KubeObject, KubernetesApi } from '../../src/kubernetes/api';
import { runState } from '../upgrade/situations';
import { manifestOf } from '../api/sample';
import { madeDump } from '../simulation/rig';
import { runCli } from './runCli';
import { smallCluster, type SmallCluster } from './smallCluster';

const dump = madeDump({ hosts: 2, vms: 3 });
const earlier = madeDump({ hosts: 2, vms: 2 });
const POOL = '4d16a60c-0b4f-6dd1-271d-6797b88cd513';

describe('xenpool backup', () => {
  let cluster: SmallCluster;
  const run = (...argv: readonly string[]): ReturnType<typeof runCli> =>
    runCli('backup', ...argv, '--kubeconfig', cluster.kubeconfig());

  before(async () => {
    cluster = await smallCluster(fill);
  });
  after(() => cluster.close());

  it('lists what is kept, with what was counted in it', async () => {
    const { code, out } = await run('list', '-n', 'ops');
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect([code, rows[0]]).to.deep.equal([0, ['TAKEN', 'POOL', 'RUN', 'HOSTS', 'VMS', 'SRS', 'SECRETS']]);
    expect(
      rows
        .slice(1)
        .map((row) => row.slice(1))
        .sort(),
    ).to.deep.equal([
      [POOL, 'run-1', '2', '3', '4', '1'],
      [POOL, 'run-2', '2', '3', '4', '1'],
      [POOL, 'run-3', '2', '3', '4', '1'],
    ]);
  });

  it('gives out the backup of an object letter by letter, and says what it found in it', async () => {
    const { code, out, err } = await run('get', 'rack7');
    expect([code, sha256(out)]).to.deep.equal([0, sha256(dump)]);
    expect(err).to.match(new RegExp(`SHA-256 ${sha256(dump)}; 2 hosts, \\d+ VMs, \\d+ SRs`));
  });

  it('gives out that of an earlier run, into a file that nobody else can read', async () => {
    const file = path.join(cluster.folder, 'earlier.xml');
    const { code, out } = await run('get', 'rack7', '--run', 'run-1', '--file', file);
    expect([code, out, readFileSync(file, 'utf8')]).to.deep.equal([0, '', earlier]);
    expect(statSync(file).mode & 0o077).to.equal(0);
  });

  const wrong: readonly (readonly [argv: readonly string[], complaint: RegExp])[] = [
    [['get', 'nobody'], /nobody.*not found/i],
    [['get', 'rack7', '--run', 'run-9'], /no whole backup of run run-9 .*xenpool backup list/],
    [['get', 'fresh'], /fresh has no backup/],
    [['get', 'onvolume'], /volume backups, gzipped, as p\/run-2\.xml\.gz/],
    [['get', 'spoilt'], /not whole/],
    [['get', 'rack7', '--file', '/no/where.xml'], /--file \/no\/where.xml: cannot be written/],
    [['get'], /missing required argument/],
  ];
  for (const [argv, complaint] of wrong)
    it(`says what is wrong with ${argv.join(' ')}`, async () => {
      const { code, out, err } = await run(...argv);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(complaint);
    });
});

async function fill(api: KubernetesApi): Promise<void> {
  const place = secretBackups(api, 'ops');
  const counts = { pool: POOL, hosts: 2, vms: 3, srs: 4, takenAt: '' };
  await place.save({ ...counts, run: 'run-1', text: earlier });
  await place.save({ ...counts, run: 'run-2', text: dump });
  await place.save({ ...counts, run: 'run-3', text: dump });
  const backup = (await place.find('run-2'))!;
  await object(api, 'rack7', { backup });
  await object(api, 'fresh', {});
  await object(api, 'onvolume', { backup: { ...backup, secrets: [], volume: { claimName: 'backups', file: 'p/run-2.xml.gz' } } });
  await object(api, 'spoilt', { backup: { ...backup, sha256: sha256('another') } });
}

async function object(api: KubernetesApi, name: string, more: object): Promise<void> {
  const { status: _status, ...manifest } = manifestOf('');
  const made = await api.create(POOL_UPGRADES, { ...manifest, metadata: { name, namespace: 'ops' } } as KubeObject);
  const before = runState();
  const status = { observedGeneration: 1, ...before, plan: { ...before.plan!, hash: '0123456789abcdef' }, ...more };
  await api.replaceStatus(POOL_UPGRADES, { ...made, status } as KubeObject);
}
