import { expect } from 'chai';
import { sleep } from '../../src/foundation/clock';
import { silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { KubeError, type KubernetesApi, LEASES } from '../../src/kubernetes/api';
import { Leadership, type LeadershipEnd, type LeadersWork } from '../../src/kubernetes/leader';
import type { Lease } from '../../src/kubernetes/lease';
import { inStore, type InStore } from './inStore';

/** How calls of one replica end. */
type Mood = 'well' | 'refuses' | 'hangs';

interface Replica {
  readonly leadership: Leadership;
  readonly stop: AbortController;
  readonly end: Promise<LeadershipEnd>;
  mood: Mood;
  /** From when to when it worked, in virtual milliseconds; the end is undefined while it does. */
  readonly work: { readonly from: number; readonly epoch: number; to?: number; toldAt?: number }[];
}

describe('leadership among replicas', () => {
  let world: InStore;
  const replicas: Replica[] = [];

  beforeEach(() => {
    world = inStore();
  });

  afterEach(async () => {
    for (const replica of replicas.splice(0)) {
      replica.mood = 'well';
      replica.stop.abort();
      await world.run(replica.end.catch(() => undefined));
    }
  });

  function join(
    identity: string,
    windingUp = 0,
    also: (signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
  ): Replica {
    const { clock, store } = world;
    const api = new Proxy<KubernetesApi>(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: readonly unknown[]) => Promise<unknown>;
        return (...args: readonly unknown[]): Promise<unknown> => {
          if (replica.mood === 'hangs') return new Promise(() => undefined);
          if (replica.mood === 'refuses') return Promise.reject(new KubeError('Unavailable', 'by test'));
          return method.apply(target, args as unknown[]);
        };
      },
    });
    const leadership = new Leadership({
      api,
      clock,
      random: seededRandom(5),
      log: silentLog,
      namespace: 'ops',
      name: 'leader',
      identity,
    });
    const stop = new AbortController();
    const work: Replica['work'] = [];
    const doWork: LeadersWork = async (signal, epoch) => {
      const span: Replica['work'][number] = { from: clock.monotonic(), epoch };
      work.push(span);
      await also(signal);
      if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      span.toldAt = clock.monotonic();
      await sleep(clock, windingUp);
      span.to = clock.monotonic();
    };
    const replica: Replica = { leadership, stop, work, mood: 'well', end: leadership.run(doWork, stop.signal) };
    replica.end.catch(() => undefined);
    replicas.push(replica);
    return replica;
  }

  const holder = async (): Promise<string | undefined> =>
    (await world.run(world.store.get<Lease>(LEASES, 'ops', 'leader'))).spec.holderIdentity;

  it('says why it cannot be told who leads, until it can', async () => {
    const one = join('one');
    one.mood = 'refuses';
    await world.pass(10_000);
    expect(one.leadership.problem?.message).to.equal('by test');
    one.mood = 'well';
    await world.pass(5_000);
    expect([one.leadership.problem, one.leadership.leading]).to.deep.equal([undefined, true]);
    const two = join('two');
    await world.pass(5_000);
    expect(two.leadership.problem, 'one that waits is well').to.equal(undefined);
  });

  it('belongs to one, for as long as it renews', async () => {
    const [first, second] = [join('a'), join('b')];
    await world.pass(600_000);
    expect([first.leadership.leading, second.leadership.leading].filter(Boolean)).to.have.length(1);
    expect(first.work.length + second.work.length).to.equal(1);
  });

  it('passes on at once when its holder stops cleanly, and not before its work has ended', async () => {
    const first = join('a', 3_000);
    await world.pass(1_000);
    const second = join('b');
    await world.pass(30_000);
    first.stop.abort();
    await world.pass(2_900);
    expect(await holder()).to.equal('a');
    expect(second.work).to.deep.equal([]);
    await world.pass(2_700);
    expect(await world.run(first.end)).to.equal('Stopped');
    expect(second.leadership.leading).to.equal(true);
    expect(second.work[0]!.from).to.be.at.least(first.work[0]!.to!);
    expect(second.work[0]!.epoch).to.equal(1);
  });

  for (const mood of ['refuses', 'hangs'] as const)
    it(`is lost ten seconds after the last proof when the API ${mood}, before another leads`, async () => {
      const first = join('a', 1_000);
      await world.pass(1_000);
      const second = join('b');
      await world.pass(20_500);
      first.mood = mood;
      await world.pass(30_000);
      expect(await world.run(first.end)).to.equal('Lost');
      const [{ toldAt = 0, to = Infinity } = {}] = first.work;
      expect(toldAt).to.be.within(29_000, 31_600);
      expect(second.work).to.have.length(1);
      expect(second.work[0]!.from).to.be.greaterThan(to);
      expect(await holder()).to.equal('b');
    });

  it('is not waited out by work that does not end: whoever lost it is told so before another leads', async () => {
    const first = join('a', 1e9);
    await world.pass(1_000);
    const second = join('b');
    await world.pass(20_000);
    first.mood = 'refuses';
    expect(await world.run(first.end)).to.equal('Lost');
    expect(second.work).to.deep.equal([]);
    await world.pass(10_000);
    expect(second.work).to.have.length(1);
  });

  it('is not believed by a process that slept past its deadline, before any of its timers fires', async () => {
    const first = join('a');
    await world.pass(5_000);
    expect(first.leadership.leading).to.equal(true);
    const { clock } = world;
    const awake = clock.monotonic.bind(clock);
    clock.monotonic = () => awake() + 11_000;
    expect(first.leadership.leading).to.equal(false);
    clock.monotonic = awake;
  });

  it('is lost when another took it, and is not given back', async () => {
    const first = join('a');
    await world.pass(1_000);
    const lease = await world.run(world.store.get<Lease>(LEASES, 'ops', 'leader'));
    await world.run(
      world.store.replace(LEASES, { ...lease, spec: { ...lease.spec, holderIdentity: 'thief', leaseTransitions: 1 } }),
    );
    await world.pass(5_000);
    expect(await world.run(first.end)).to.equal('Lost');
    expect(await holder()).to.equal('thief');
  });

  it('survives a short absence of the API', async () => {
    const first = join('a');
    await world.pass(1_000);
    first.mood = 'refuses';
    await world.pass(7_000);
    first.mood = 'well';
    await world.pass(60_000);
    expect(first.leadership.leading).to.equal(true);
    expect(first.work[0]!.toldAt).to.equal(undefined);
  });

  it('is given back when the work fails, and the failure is told', async () => {
    const first = join('a', 0, () => Promise.reject(new Error('by test')));
    expect(await world.run(first.end.catch((error: unknown) => (error as Error).message))).to.equal('by test');
    expect(await holder()).to.equal('');
  });

  it('is not needed to stop', async () => {
    join('a');
    await world.pass(1_000);
    const second = join('b');
    await world.pass(5_000);
    second.stop.abort();
    expect(await world.run(second.end)).to.equal('Stopped');
    const third = join('c');
    third.mood = 'refuses';
    await world.pass(5_000);
    third.stop.abort();
    expect(await world.run(third.end)).to.equal('Stopped');
  });
});
