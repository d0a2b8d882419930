import { expect } from 'chai';
import { LEASES } from '../../src/kubernetes/api';
import { LeaseHolder, type Acquisition, type Lease, type LeaseOptions } from '../../src/kubernetes/lease';
import { flaky, type Mishap } from './flakyApi';
import { inStore, type InStore } from './inStore';

describe('a lease', () => {
  let world: InStore;

  beforeEach(() => {
    world = inStore();
  });

  function holder(identity: string, more: Partial<LeaseOptions> = {}): LeaseHolder {
    const { clock, store } = world;
    return new LeaseHolder({ api: store, clock, namespace: 'ops', name: 'claim', identity, duration: () => 15, ...more });
  }

  const acquire = (one: LeaseHolder): Promise<Acquisition> => world.run(one.acquire());
  const stored = (): Promise<Lease> => world.run(world.store.get<Lease>(LEASES, 'ops', 'claim'));

  it('is taken when nobody has it, with epoch 0 and the time from before the request', async () => {
    await world.pass(500);
    expect(await acquire(holder('a'))).to.deep.equal({ kind: 'Held', epoch: 0, provenAt: 501 });
    expect((await stored()).spec).to.include({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      renewTime: '2026-01-01T00:00:00.501000Z',
    });
  });

  it('is refused to others while it is seen to change, however old its times look', async () => {
    const [first, second] = [holder('a'), holder('b')];
    await acquire(first);
    expect(await acquire(second)).to.deep.equal({ kind: 'HeldByOther', holder: 'a', waitMs: 15_000 });
    for (let round = 0; round < 5; round++) {
      await world.pass(10_000);
      await world.run(first.renew());
      expect(await acquire(second)).to.include({ kind: 'HeldByOther' });
    }
  });

  it('is taken over when we have not seen it change for its duration, with the next epoch and what its holder noted', async () => {
    const [first, second] = [holder('a'), holder('b')];
    await acquire(first);
    await world.run(first.annotate({ 'x/session': 's1' }));
    await world.pass(60_000);
    expect(await acquire(second), 'first sight').to.include({ kind: 'HeldByOther' });
    await world.pass(14_000);
    expect(await acquire(second), 'too early').to.include({ kind: 'HeldByOther' });
    await world.pass(1_000);
    expect(await acquire(second)).to.deep.include({
      kind: 'Held',
      epoch: 1,
      predecessor: { identity: 'a', annotations: { 'x/session': 's1' } },
    });
    expect(second.annotations).to.deep.equal({ 'x/session': 's1' });
    expect(await world.run(first.renew())).to.equal(undefined);
    expect(first.epoch).to.equal(undefined);
  });

  it('is not ours again because a namesake has it in a later epoch', async () => {
    const first = holder('a');
    await acquire(first);
    for (const successor of [holder('b'), holder('a')]) {
      await acquire(successor);
      await world.pass(15_000);
      expect(await acquire(successor)).to.include({ kind: 'Held' });
    }
    expect(await world.run(first.renew())).to.equal(undefined);
  });

  it('goes to one of two who find it expired', async () => {
    await acquire(holder('a'));
    const rivals = [holder('b'), holder('c')];
    for (const rival of rivals) await acquire(rival);
    await world.pass(15_000);
    const kinds = await world.run(Promise.all(rivals.map((rival) => rival.acquire())));
    expect(kinds.map(({ kind }) => kind).sort()).to.deep.equal(['Contended', 'Held']);
  });

  it('is created by one of two who find none', async () => {
    const kinds = await world.run(Promise.all([holder('a'), holder('b')].map((rival) => rival.acquire())));
    expect(kinds.map(({ kind }) => kind).sort()).to.deep.equal(['Contended', 'Held']);
  });

  it('is free at once after its release, and still counts the change of holder', async () => {
    const [first, second] = [holder('a'), holder('b')];
    await acquire(first);
    await acquire(second);
    await world.run(first.release());
    expect(await acquire(second)).to.include({ kind: 'Held', epoch: 1 });
    await world.run(first.release());
    expect((await stored()).spec.holderIdentity).to.equal('b');
  });

  it('proves itself by the time from before a successful renewal', async () => {
    const first = holder('a');
    await acquire(first);
    await world.pass(5_000);
    const before = world.clock.monotonic();
    expect(await world.run(first.renew())).to.equal(before);
    expect((await stored()).spec.leaseTransitions).to.equal(0);
  });

  it('keeps one proof a write when renewed and annotated at the same time', async () => {
    const first = holder('a');
    await acquire(first);
    const proofs = await world.run(Promise.all([first.renew(), first.annotate({ 'x/session': 's1' }), first.renew()]));
    expect(proofs.every((proof) => proof !== undefined)).to.equal(true);
    expect((await stored()).metadata.annotations).to.deep.equal({ 'x/session': 's1' });
    await world.run(first.annotate({ 'x/session': null }));
    expect((await stored()).metadata.annotations).to.deep.equal({});
  });

  it('survives a stranger who wrote a label in between', async () => {
    const first = holder('a');
    await acquire(first);
    const lease = await stored();
    await world.run(world.store.replace(LEASES, { ...lease, metadata: { ...lease.metadata, labels: { seen: 'yes' } } }));
    expect(await world.run(first.renew())).to.be.a('number');
    expect((await stored()).metadata.labels).to.deep.equal({ seen: 'yes' });
  });

  it('is looked at again when an answer is lost, and is not given up while it is ours', async () => {
    for (const mishap of ['answer lost', 'request lost'] as const) {
      world = inStore();
      const mishaps: (Mishap | undefined)[] = [];
      const first = holder('a', { api: flaky(world.store, mishaps) });
      await acquire(first);
      mishaps.push(mishap);
      expect(await world.run(first.annotate({ k: 'v' })), mishap).to.be.a('number');
      expect((await stored()).metadata.annotations).to.deep.equal({ k: 'v' });
    }
  });

  it('says that nothing is known when answers stay lost', async () => {
    const mishaps: (Mishap | undefined)[] = [];
    const first = holder('a', { api: flaky(world.store, mishaps) });
    await acquire(first);
    mishaps.push('request lost', 'request lost');
    const lost = await world.run(first.renew().catch((error: unknown) => error));
    expect(lost).to.have.property('kind', 'TimedOut');
    expect(await world.run(first.renew())).to.be.a('number');
  });

  it('is ours when the answer to taking it was lost and we look again', async () => {
    const first = holder('a', { api: flaky(world.store, ['answer lost']) });
    expect(await acquire(first)).to.deep.equal({ kind: 'Contended' });
    expect(await acquire(first)).to.include({ kind: 'Held', epoch: 0 });
  });
});
