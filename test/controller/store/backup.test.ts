import { expect } from 'chai';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../../src/api/poolUpgrade';
import { type BackupParts, takeBackup } from '../../../src/controller/store/backup';
import { type BackupPlace, PlaceError } from '../../../src/controller/store/backupPlace';
import { findKept } from '../../../src/controller/store/keptBackups';
import { secretBackups } from '../../../src/controller/store/secretBackups';
import { readState } from '../../../src/controller/store/status';
import { ObjectStore } from '../../../src/controller/store/objectStore';
import { integer, seededRandom } from '../../../src/foundation/random';
import { type KubeObject, SECRETS } from '../../../src/kubernetes/api';
import { makePool, toDatabase } from '../../../src/simulator/dump';
import type { Outcome } from '../../../src/upgrade/ports';
import type { PoolCache } from '../../../src/xenapi/cache';
import type { XapiClient } from '../../../src/xenapi/client';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { rowsOf } from '../../../src/xenapi/database/database';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { manifestOf } from '../../api/sample';
import { inStore, type InStore } from '../../kubernetes/inStore';
import { iso } from '../../../src/upgrade/time';
import { runState } from '../../upgrade/situations';

const dumpOf = (hosts: number): string =>
  printDatabase(toDatabase(makePool({ hosts, vms: 4, release: { brand: 'XenServer', version: '6.2.0' } })));
const whole = dumpOf(3);
const pool = rowsOf(parseDatabase(whole), 'pool')[0]!['uuid']!;

/** Text that gzip makes no smaller than so many bytes. */
function incompressible(bytes: number): string {
  const random = seededRandom(1);
  // Base64 of chance: six bits of it a letter.
  return Buffer.from(Array.from({ length: bytes }, () => integer(random, 0, 255))).toString('base64');
}

describe('the backup of a pool', () => {
  let world: InStore;
  let store: ObjectStore;

  beforeEach(async () => {
    world = inStore({ resources: [{ resource: POOL_UPGRADES, status: true }] });
    const made = manifestOf('');
    const object = { ...made, metadata: { ...made.metadata, namespace: 'ops' } };
    store = new ObjectStore(
      world.store,
      { clock: world.clock, steady: world.clock },
      await world.run(world.store.create<PoolUpgrade>(POOL_UPGRADES, object)),
    );
    await at('run-1');
  });

  /** The object is in this run. */
  async function at(id: string): Promise<void> {
    const state = runState({ run: { ...runState().run, id }, pool: { uuid: pool, name: 'p', master: 'm' } });
    await world.run(store.writeState(state));
  }

  /** A pool that serves this dump, and holds what the other one holds. */
  function parts(served: string, held = whole): BackupParts {
    const live = parseDatabase(held);
    const cache = {
      refresh: () => Promise.resolve(),
      records: (cls: string) => new Map(rowsOf(live, cls).map((row) => [row['uuid'], row])),
    };
    const client = { get: () => Promise.resolve(served) };
    return {
      client: client as unknown as XapiClient,
      cache: cache as unknown as PoolCache,
      place,
      now: () => iso(world.clock.now()),
    };
  }

  const take = (run: string, served = whole, keep = 3, held = whole): Promise<Outcome> =>
    world.run(takeBackup(parts(served, held), run, keep));
  const place = (): BackupPlace => secretBackups(world.store, 'ops');
  const find = (): ReturnType<BackupPlace['find']> => world.run(place().find(readState(store.current)!.run.id));
  const secrets = async (): Promise<readonly KubeObject[]> => (await world.run(world.store.list(SECRETS, 'ops'))).items;

  it('is stored, found again, and tells what is in it', async () => {
    expect(await find()).to.equal(null);
    expect(await take('run-1')).to.deep.equal({ kind: 'Accepted' });
    const found = await find();
    expect(found).to.include({ hosts: 3 });
    expect(found!.vms).to.equal(rowsOf(parseDatabase(whole), 'VM').length);
    expect(found!.srs).to.equal(rowsOf(parseDatabase(whole), 'SR').length);
    expect(found!.sha256).to.match(/^[0-9a-f]{64}$/);
    expect((await secrets()).map((secret) => secret.metadata.name)).to.deep.equal([...found!.secrets]);
  });

  it('is taken twice without harm', async () => {
    await take('run-1');
    await take('run-1');
    expect(await secrets()).to.have.length(1);
  });

  it('is none when it lacks what the pool has, and none is stored', async () => {
    const partial = await take('run-1', dumpOf(2));
    expect(partial).to.include({ kind: 'Refused', code: 'BACKUP_INCOMPLETE' });
    expect(partial.kind === 'Refused' && partial.text).to.match(
      /the dump holds 2 hosts, .*; the pool has 3 hosts, .*of class host it lacks 1/,
    );
    expect(await take('run-1', whole.slice(0, whole.length / 2))).to.include({ kind: 'Refused', code: 'BACKUP_UNREADABLE' });
    expect([await secrets(), await find()]).to.deep.equal([[], null]);
  });

  it('is none when it holds what the pool has no longer: what changes under it is counted anew', async () => {
    const more = await take('run-1', whole, 3, dumpOf(2));
    expect(more).to.include({ kind: 'Refused', code: 'BACKUP_INCOMPLETE' });
    expect(more.kind === 'Refused' && more.text).to.match(/3 hosts.*2 hosts/);
    expect(await find()).to.equal(null);
  });

  it('is none when it is the dummy of mixed mode, and both counts are told', async () => {
    const tables = ['pool', 'host', 'VM', 'SR'].map((name) => `<table name="${name}"/>`).join('');
    const dummy = await take('run-1', `<database><manifest/>${tables}</database>`);
    expect(dummy).to.include({ kind: 'Refused', code: 'BACKUP_INCOMPLETE' });
    expect(dummy.kind === 'Refused' && dummy.text).to.match(
      /holds 0 hosts, 0 VMs, 0 SRs; the pool has 3 hosts, \d+ VMs, \d+ SRs/,
    );
    expect(await find()).to.equal(null);
  });

  it('is told with the release that every host had then, whichever run took it', async () => {
    await take('an-earlier-run');
    const kept = await world.run(findKept(place(), pool));
    expect(kept.map(({ summary }) => summary.hosts)).to.deep.equal([3]);
    const hosts = rowsOf(parseDatabase(whole), 'host');
    expect(Object.keys(kept[0]!.releases).sort()).to.deep.equal(hosts.map((row) => row['uuid']).sort());
    for (const { version } of Object.values(kept[0]!.releases)) expect(hosts[0]!['software_version']).to.contain(`'${version}'`);
    expect(await world.run(findKept(place(), 'another-pool'))).to.deep.equal([]);
  });

  it('of another run is not this run’s', async () => {
    await take('run-1');
    await at('run-2');
    expect(await find()).to.equal(null);
  });

  it('is none when what is stored is no longer what was written', async () => {
    await take('run-1');
    const [secret] = await secrets();
    await world.run(world.store.delete(SECRETS, 'ops', secret!.metadata.name));
    expect(await find(), 'a part is missing').to.equal(null);
    const { resourceVersion: _version, uid: _uid, ...metadata } = secret!.metadata;
    const spoilt = { ...secret!, metadata, data: { 'part.gz': Buffer.from('something else').toString('base64') } };
    await world.run(world.store.create(SECRETS, spoilt as KubeObject));
    expect(await find(), 'a part is another').to.equal(null);
  });

  it('of more than sixteen Secrets is refused with the way out, and none is stored', async () => {
    const dump = { run: 'r', pool, hosts: 1, vms: 1, srs: 1, takenAt: '', text: incompressible(17 * 900 * 1024) };
    const error = await world.run(
      place()
        .save(dump)
        .catch((reason: unknown) => reason),
    );
    expect(error)
      .to.be.instanceOf(PlaceError)
      .and.have.property('message')
      .that.matches(/expected at most 16; .*spec\.backup\.volume/);
    expect(await secrets()).to.deep.equal([]);
  });

  it('makes room: only the newest of the pool are kept, of other pools all', async () => {
    const strange = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'theirs',
        namespace: 'ops',
        labels: { 'xenpool.dev/kind': 'backup', 'xenpool.dev/pool': 'another', 'xenpool.dev/run': 'r' },
      },
    };
    await world.run(world.store.create(SECRETS, strange));
    for (const run of ['run-1', 'run-2', 'run-3', 'run-4']) {
      await at(run);
      await take(run, whole, 2);
      await world.pass(60_000);
    }
    const runs = (await secrets()).map((secret) => secret.metadata.labels?.['xenpool.dev/run']);
    expect(runs.sort()).to.deep.equal(['r', 'run-3', 'run-4']);
  });
});
