import { expect } from 'chai';
import fc from 'fast-check';
import { silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { KubeError, type KubeErrorDetail, type KubeErrorKind, type KubeObject, type Resource } from '../../src/kubernetes/api';
import { keyOf } from '../../src/kubernetes/objectCache';
import { Reflector, type ReflectorOptions, type ReflectorState } from '../../src/kubernetes/reflector';
import { FaultyApi, type WatchFault } from './faultyApi';
import { inStore, type InStore } from './inStore';

const ROCKETS: Resource = { group: 'example.dev', version: 'v1', plural: 'rockets', kind: 'Rocket' };

interface Rocket extends KubeObject {
  readonly spec: { readonly fuel: number };
}

const error = (kind: KubeErrorKind, detail: KubeErrorDetail = {}): KubeError => new KubeError(kind, `${kind} by test`, detail);
const GONE: WatchFault = { kind: 'error', error: error('Gone') };

describe('a reflector', () => {
  let world: InStore;
  let faulty: FaultyApi;
  let keys: string[];
  let states: ReflectorState[];
  let reflector: Reflector<Rocket>;
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(() => begin());

  function begin(): void {
    world = inStore({ resources: [{ resource: ROCKETS, status: true }] });
    faulty = new FaultyApi(world.store);
    keys = [];
    states = [];
    stop = new AbortController();
  }

  /** Starts it and lets a little time pass. */
  async function start(options: Partial<ReflectorOptions> = {}): Promise<void> {
    reflector = new Reflector<Rocket>({
      api: faulty.api,
      clock: world.clock,
      random: seededRandom(11),
      log: silentLog,
      resource: ROCKETS,
      onKey: (key) => keys.push(key),
      onState: (state) => states.push(state),
      ...options,
    });
    running = reflector.run(stop.signal);
    await world.pass(100);
  }

  afterEach(async () => {
    stop.abort();
    await world.run(running);
    expect(reflector.state).to.equal('Stopped');
    expect(faulty.openWatches).to.equal(0);
  });

  const write = (name: string, fuel = 1): Promise<Rocket> =>
    world.run(
      world.store.create(ROCKETS, {
        apiVersion: 'example.dev/v1',
        kind: 'Rocket',
        metadata: { name, namespace: 'pad' },
        spec: { fuel },
      }),
    );
  const change = (name: string, fuel: number): Promise<Rocket> =>
    world.run(world.store.patch<Rocket>(ROCKETS, 'pad', name, { spec: { fuel } }));
  const remove = (name: string): Promise<void> => world.run(world.store.delete(ROCKETS, 'pad', name));
  const news = (): string[] => keys.splice(0);

  async function expectEqual(): Promise<void> {
    const { items } = await world.run(world.store.list<Rocket>(ROCKETS));
    const byKey = (list: readonly Rocket[]): unknown => Object.fromEntries(list.map((one) => [keyOf(one), one]));
    expect(byKey(reflector.list())).to.deep.equal(byKey(items));
  }

  it('lists, says the keys, and follows what happens', async () => {
    await write('a');
    await start();
    expect(reflector.hasSynced).to.equal(true);
    expect(news()).to.deep.equal(['pad/a']);
    await write('b', 2);
    await change('a', 5);
    await remove('b');
    await world.pass(100);
    expect(news()).to.deep.equal(['pad/b', 'pad/a', 'pad/b']);
    expect(reflector.get('pad/a')?.spec.fuel).to.equal(5);
    expect(reflector.get('pad/b')).to.equal(undefined);
    expect(states).to.deep.equal(['Listing', 'Watching']);
    await expectEqual();
  });

  it('lists in pages of one moment', async () => {
    for (let count = 0; count < 7; count++) await write(`r${count}`);
    await start({ pageSize: 3 });
    expect(faulty.lists.map(({ limit, continue: rest }) => [limit, rest !== undefined])).to.deep.equal([
      [3, false],
      [3, true],
      [3, true],
    ]);
    expect(news()).to.have.length(7);
  });

  it('lists anew when a page comes too late', async () => {
    for (let count = 0; count < 3; count++) await write(`r${count}`);
    faulty.listFaults.push(undefined, error('Gone'));
    await start({ pageSize: 2 });
    expect(reflector.hasSynced).to.equal(true);
    expect(news()).to.have.length(3);
    expect(reflector.counts.failures).to.equal(0);
  });

  it('keeps objects without what only the server and kubectl need', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'x' };
    const metadata = { name: 'a', namespace: 'pad', annotations, managedFields: [{}] };
    const whole: Rocket = { apiVersion: 'example.dev/v1', kind: 'Rocket', metadata, spec: { fuel: 1 } };
    await world.run(world.store.create(ROCKETS, whole));
    await start();
    expect(reflector.get('pad/a')?.metadata).to.not.have.property('managedFields');
    expect(reflector.get('pad/a')?.metadata.annotations).to.deep.equal({ mine: 'x' });
  });

  it('sees only what is selected, and that it no longer is', async () => {
    await write('a');
    await write('b');
    await start({ namespace: 'pad', selection: { labelSelector: 'stage=1' } });
    expect(news()).to.deep.equal([]);
    const label = (name: string, stage: string | null): Promise<unknown> =>
      world.run(world.store.patch(ROCKETS, 'pad', name, { metadata: { labels: { stage } } }));
    await label('a', '1');
    await label('b', '2');
    await world.pass(100);
    expect(news()).to.deep.equal(['pad/a']);
    await label('a', null);
    await world.pass(100);
    expect(news()).to.deep.equal(['pad/a']);
    expect(reflector.list()).to.deep.equal([]);
  });

  it('is quiet when nothing happens: one list, and a watch renewed every five to ten minutes from where it was', async () => {
    await start({ compareEvery: 1e9 });
    await world.pass(3_600_000);
    expect(reflector.counts.lists).to.equal(1);
    expect(reflector.counts.watches).to.be.within(7, 13);
    expect(reflector.counts.failures).to.equal(0);
    expect(reflector.lastEventAge()).to.be.at.most(60_100);
  });

  it('lists at once when its version is too old, in whatever way it is told', async () => {
    await start();
    faulty.watchFaults.push(GONE);
    await write('a');
    await world.pass(700_000);
    expect(reflector.counts.lists).to.equal(2);
    expect(reflector.counts.failures).to.equal(0);
    await expectEqual();
  });

  it('does not list again and again when every version is too old', async () => {
    faulty.watchFaults.push(...Array.from({ length: 1_000 }, () => GONE));
    await start();
    await world.pass(120_000);
    expect(reflector.counts.lists).to.be.within(5, 20);
  });

  const TROUBLES: readonly (readonly [string, WatchFault])[] = [
    ['an error in the stream', { kind: 'error', error: error('ServerError'), after: 1 }],
    ['a reset', { kind: 'error', error: error('TimedOut'), after: 1 }],
    ['a refused watch', { kind: 'error', error: error('Unavailable') }],
    ['silence', { kind: 'silence', after: 1 }],
    ['silence from the start', { kind: 'silence' }],
  ];
  for (const [what, fault] of TROUBLES)
    it(`lists again after ${what}, and tells what happened meanwhile`, async () => {
      faulty.watchFaults.push(fault);
      await start();
      await write('a');
      await write('b');
      await world.pass(100_000);
      expect(new Set(news())).to.deep.equal(new Set(['pad/a', 'pad/b']));
      expect(reflector.state).to.equal('Watching');
      expect(reflector.counts.failures).to.equal(1);
      expect(reflector.problem).to.equal(undefined);
      await expectEqual();
    });

  it('tells every key when the server is back after trouble, since what was done about them may have failed as well', async () => {
    await write('a');
    await write('b');
    await start();
    news();
    faulty.watchFaults.push({ kind: 'error', error: error('TimedOut') });
    await world.pass(700_000);
    expect(new Set(news())).to.deep.equal(new Set(['pad/a', 'pad/b']));
  });

  it('tells no key again when only its version was too old', async () => {
    await write('a');
    await start();
    news();
    faulty.watchFaults.push(GONE);
    await world.pass(700_000);
    expect(reflector.counts.lists).to.equal(2);
    expect(news()).to.deep.equal([]);
  });

  it('goes on from where it was when the server ends the watch, and pauses when it does so at once', async () => {
    await start();
    faulty.watchFaults.push({ kind: 'end' }, { kind: 'end' }, { kind: 'end' });
    await world.pass(700_000);
    expect(reflector.counts.failures).to.equal(3);
    expect(reflector.state).to.equal('Watching');
  });

  it('waits longer after each trouble, up to half a minute, and says what it is', async () => {
    faulty.listFaults.push(...Array.from({ length: 1_000 }, () => error('Forbidden')));
    await start();
    expect(reflector.problem?.message).to.equal('Forbidden by test');
    await world.pass(600_000);
    expect(reflector.hasSynced).to.equal(false);
    expect(faulty.lists.length).to.be.within(20, 60);
    faulty.listFaults.length = 0;
    await world.pass(36_000);
    expect(reflector.problem).to.equal(undefined);
    expect(reflector.hasSynced).to.equal(true);
  });

  it('is back a second after a server that was down is ready again, whatever it said while it started', async () => {
    await start();
    for (let round = 0; round < 20; round++) {
      faulty.watchFaults.push({ kind: 'error', error: error('TimedOut') });
      for (let count = 0; count < 1_000; count++) faulty.listFaults.push(error('Unavailable', { refused: true }));
      await world.pass(650_000 + round * 37);
      expect(faulty.listFaults.length, 'it does not spin').to.be.greaterThan(0);
      faulty.listFaults.length = 0;
      for (let count = 0; count < 100; count++)
        faulty.listFaults.push(error('Unavailable', { retryAfterMs: 5_000 }), error('Forbidden'));
      await world.pass(5_000);
      expect(faulty.listFaults.length, 'it does not spin').to.be.greaterThan(180);
      faulty.listFaults.length = 0;
      await world.pass(1_010);
      expect(reflector.state).to.equal('Watching');
      await world.pass(60_000);
    }
  });

  it('leaves a server alone for as long as it asks', async () => {
    faulty.listFaults.push(error('Throttled', { retryAfterMs: 20_000 }));
    await start();
    await world.pass(19_000);
    expect(faulty.lists).to.have.length(1);
    await world.pass(2_000);
    expect(reflector.hasSynced).to.equal(true);
  });

  it('does not wait for ever for a list', async () => {
    faulty.listFaults.push('hang');
    await start();
    await world.pass(95_000);
    expect(reflector.hasSynced).to.equal(true);
  });

  it('finds by comparing what a deaf watch missed, counts it, and begins anew', async () => {
    faulty.watchFaults.push({ kind: 'deaf' }, { kind: 'deaf' }, { kind: 'deaf' });
    await start({ compareEvery: 120_000 });
    await write('a');
    await world.pass(100_000);
    expect(news()).to.deep.equal([]);
    await world.pass(40_000);
    expect(news()).to.deep.equal(['pad/a']);
    expect(reflector.counts.missed).to.equal(1);
    await expectEqual();
  });

  it('does not count as missed what happens while it compares, nor suffers when a comparison fails', async () => {
    faulty.listFaults.push(undefined, error('Unavailable'));
    await start({ compareEvery: 10_000 });
    await write('a');
    for (let count = 0; count < 2_000; count++) await change('a', count);
    await world.pass(60_000);
    expect(reflector.counts.lists).to.be.greaterThan(3);
    expect(reflector.counts).to.include({ missed: 0, failures: 0 });
  });

  it('goes on when whoever is told throws', async () => {
    await start({
      onKey: (key) => {
        keys.push(key);
        throw new Error('by test');
      },
    });
    await write('a');
    await write('b');
    await world.pass(100);
    expect(news()).to.deep.equal(['pad/a', 'pad/b']);
    expect(reflector.counts.handlerFailures).to.equal(2);
  });

  it('tells nobody anything after it was stopped, and leaves no watch, wherever it was', async () => {
    for (let after = 0; after < 12; after++) {
      begin();
      await write('a');
      await write('b');
      faulty.watchFaults.push({ kind: 'error', error: error('ServerError') });
      void start({ pageSize: 1 });
      for (let ms = 0; ms < after; ms++) await world.pass(after < 8 ? 0.5 : 400);
      stop.abort();
      const told = keys.length;
      const asked = faulty.lists.length + faulty.watchedFrom.length;
      await write('c');
      await world.pass(100_000);
      expect(keys.length, `after ${after}`).to.equal(told);
      expect(faulty.lists.length + faulty.watchedFrom.length).to.equal(asked);
      expect(faulty.openWatches).to.equal(0);
      expect(reflector.state).to.equal('Stopped');
    }
  });

  it('equals the server in the end, whatever goes wrong in between, and has told every key that changed', async () => {
    const fault = fc.constantFrom<WatchFault | undefined>(undefined, GONE, ...TROUBLES.map(([, one]) => one), {
      kind: 'end',
      after: 1,
    });
    const step = fc.record({ what: fc.constantFrom('write', 'remove', 'compact', 'pass'), name: fc.constantFrom('a', 'b', 'c') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 6 }),
        fc.array(step, { maxLength: 25, size: 'max' }),
        async (faults, steps) => {
          begin();
          faulty.watchFaults.push(...faults);
          await start();
          const touched = new Set<string>();
          const act = { write: put, remove: drop, compact: () => world.store.compact(), pass: () => world.pass(30_000) };
          for (const { what, name } of steps) {
            await act[what as keyof typeof act](name);
            if (what === 'write') touched.add(`pad/${name}`);
          }
          await world.pass(900_000);
          await expectEqual();
          for (const one of reflector.list()) expect(keys).to.include(keyOf(one));
          expect([...keys].every((key) => touched.has(key))).to.equal(true);
          stop.abort();
          await world.run(running);
        },
      ),
      { numRuns: 60 },
    );
  });

  async function put(name: string): Promise<void> {
    const there = reflectedOrNot(name);
    if (await there) await change(name, world.clock.monotonic());
    else await write(name);
  }

  async function drop(name: string): Promise<void> {
    if (await reflectedOrNot(name)) await remove(name);
  }

  async function reflectedOrNot(name: string): Promise<boolean> {
    const { items } = await world.run(world.store.list(ROCKETS));
    return items.some(({ metadata }) => metadata.name === name);
  }
});
