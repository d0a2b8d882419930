import { expect } from 'chai';
import { FINALIZER, POOL_UPGRADES } from '../../../src/api/poolUpgrade';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { ObjectStore } from '../../../src/controller/store/objectStore';
import { readState, statusOf } from '../../../src/controller/store/status';
import { manifestOf } from '../../api/sample';
import { inStore, type InStore, rejectedWith } from '../../kubernetes/inStore';
import { backup, hostState, runState } from '../../upgrade/situations';

describe('the object as a worker holds it', () => {
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
  });

  const stored = (): Promise<PoolUpgrade> => world.run(world.store.get<PoolUpgrade>(POOL_UPGRADES, 'ops', 'rack7'));
  const write = (more: Parameters<typeof runState>[0] = {}): ReturnType<ObjectStore['writeState']> =>
    world.run(store.writeState(runState(more)));
  /** Somebody else changes the spec. */
  async function edit(): Promise<PoolUpgrade> {
    const found = await stored();
    const edited = { ...found, spec: { ...found.spec, paused: true } };
    return world.run(world.store.replace<PoolUpgrade>(POOL_UPGRADES, edited));
  }

  it('stores a state that is read back the same, with what people read beside it', async () => {
    const state = runState({ backup, hosts: [hostState('m', 'Leaving', { evidence: { stagedAt: 'then' } })] });
    expect((await world.run(store.writeState(state))).kind).to.equal('Written');
    expect(JSON.parse(JSON.stringify(readState(await stored())))).to.deep.equal(JSON.parse(JSON.stringify(state)));
    expect((await stored()).status).to.deep.include({ observedGeneration: 1 });
    expect(readState(manifestOf(''))).to.equal(undefined);
  });

  it('writes nothing when nothing changed', async () => {
    await write();
    const { resourceVersion } = (await stored()).metadata;
    expect((await write()).kind).to.equal('Unchanged');
    expect((await stored()).metadata.resourceVersion).to.equal(resourceVersion);
  });

  it('tells the time from before the request', async () => {
    await world.pass(5_000);
    const before = world.clock.monotonic();
    const written = await write();
    expect(written.kind === 'Written' && written.at).to.equal(before);
  });

  it('writes on the version the step read, whatever the watch has brought since', async () => {
    await write();
    const edited = await edit();
    expect(store.see(edited)).to.equal(true);
    expect((await write({ message: 'decided over the old spec' })).kind).to.equal('Conflict');
    expect(store.current.spec.paused, 'the step goes on with what it read').to.equal(false);
    expect(store.adopt().spec.paused).to.equal(true);
    expect((await write({ message: 'decided over the new one' })).kind).to.equal('Written');
  });

  it('takes no old news, and none of its own writes', async () => {
    const old = store.current;
    await write();
    expect([store.see(old), store.see(await stored())]).to.deep.equal([false, false]);
    expect(store.adopt().metadata.resourceVersion).to.equal((await stored()).metadata.resourceVersion);
  });

  it('is gone when it is deleted without anything to put back', async () => {
    await world.run(world.store.delete(POOL_UPGRADES, 'ops', 'rack7'));
    expect((await write()).kind).to.equal('Gone');
    await world.run(store.reread());
    expect(store.gone).to.equal(true);
  });

  it('stays until it is unprotected', async () => {
    await world.run(store.protect());
    await world.run(store.protect());
    expect((await stored()).metadata.finalizers).to.deep.equal([FINALIZER]);
    await world.run(world.store.delete(POOL_UPGRADES, 'ops', 'rack7'));
    expect((await stored()).metadata.deletionTimestamp).to.not.equal(undefined);
    await world.run(store.reread());
    await world.run(store.unprotect());
    expect(store.gone).to.equal(true);
    expect(await rejectedWith(stored())).to.equal('NotFound');
  });
});

const WEAK = { insecureSkipVerify: true, allowPlaintext: false, minVersion: 'TLSv1.2' } as const;

describe('a status', () => {
  const made = manifestOf('');
  const statusWith = (metadata: object): ReturnType<typeof statusOf> =>
    statusOf(runState(), { ...made, metadata: { ...made.metadata, ...metadata } }, 'now');
  const condition = (status: ReturnType<typeof statusOf>, wanted: string): string | undefined =>
    status.conditions.find(({ type }) => type === wanted)?.status;

  it('answers the generation of its object', () => {
    expect(statusWith({ generation: 4 }).observedGeneration).to.equal(4);
  });

  it('says that the object is being deleted, and that its manifest weakens the trust on the wire', () => {
    expect(condition(statusWith({}), 'Deleting')).to.equal('False');
    expect(condition(statusWith({ deletionTimestamp: '2026-01-12T22:00:00Z' }), 'Deleting')).to.equal('True');
    const weak = statusOf(runState(), { ...made, spec: { ...made.spec, pool: { ...made.spec.pool, tls: WEAK } } }, 'now');
    expect(condition(weak, 'Insecure')).to.equal('True');
    expect(weak.conditions.find(({ type }) => type === 'Insecure')?.message).to.include('insecureSkipVerify');
    const strong = { ...WEAK, insecureSkipVerify: false };
    const sound = statusOf(runState(), { ...made, spec: { ...made.spec, pool: { ...made.spec.pool, tls: strong } } }, 'now');
    expect(condition(sound, 'Insecure')).to.equal('False');
  });
});
