import { expect } from 'chai';
import { silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { KubeError } from '../../src/kubernetes/api';
import { WorkQueue } from '../../src/kubernetes/queue';
import { type Reconciled, runWorkers } from '../../src/kubernetes/workers';

describe('workers over a queue', () => {
  let clock: VirtualClock;
  let queue: WorkQueue;
  let at: (readonly [string, number])[];
  let failures: string[];
  let running: Promise<void>;

  beforeEach(() => {
    clock = new VirtualClock(0);
    queue = new WorkQueue({ clock });
    at = [];
    failures = [];
  });

  function start(count: number, work: (key: string, time: number) => Promise<Reconciled>, signal?: AbortSignal): void {
    const reconcile = (key: string): Promise<Reconciled> => {
      at.push([key, clock.monotonic()]);
      return work(key, at.filter(([one]) => one === key).length);
    };
    const onFailure = (key: string): unknown => failures.push(key);
    const options = { queue, count, reconcile, log: silentLog, random: seededRandom(7), onFailure };
    running = runWorkers(options, signal ?? new AbortController().signal);
  }

  async function pass(ms: number): Promise<void> {
    let passed = false;
    clock.after(ms, () => (passed = true));
    await clock.run(() => passed, Infinity);
  }

  const lasting = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

  it('give a failed key back, always, and forget its failures once it succeeds', async () => {
    start(1, (_key, time) =>
      time <= 3 || time === 5 ? Promise.reject(new Error('by test')) : Promise.resolve({ again: 60_000 }),
    );
    queue.add('a');
    await pass(68_500);
    expect(at.map(([, when]) => when)).to.deep.equal([0, 1_000, 3_000, 7_000, 67_000, 68_000]);
    expect(failures).to.have.length(4);
  });

  it('leave a busy server alone for as long as it asks', async () => {
    const busy = new KubeError('Throttled', 'by test', { retryAfterMs: 9_000 });
    start(1, (_key, time) => (time === 1 ? Promise.reject(busy) : Promise.resolve(undefined)));
    queue.add('a');
    await pass(20_000);
    expect(at).to.deep.equal([
      ['a', 0],
      ['a', 9_000],
    ]);
  });

  it('try about every second while the server is down, and hold its absence against no key', async () => {
    const refused = new KubeError('Unavailable', 'by test', { refused: true });
    const other = new KubeError('ServerError', 'by test');
    let down = true;
    start(1, () => Promise.reject(down ? refused : other));
    queue.add('a');
    await pass(600_000);
    expect(at.length).to.be.within(600, 2_400);
    down = false;
    at = [];
    await pass(1_000 + 1_500);
    const [first, second] = at.map(([, when]) => when);
    expect(first).to.be.at.most(601_000);
    expect(second! - first!).to.equal(1_000);
  });

  it('survive what throws before it promises anything', async () => {
    start(1, (_key, time) => {
      if (time === 1) throw new Error('by test');
      return Promise.resolve(undefined);
    });
    queue.add('a');
    await pass(2_000);
    expect(at).to.have.length(2);
  });

  it('are as many as asked for, and take a key that changed meanwhile again afterwards', async () => {
    start(2, () => lasting(1_000));
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await pass(500);
    queue.add('a');
    expect(at.map(([key]) => key)).to.deep.equal(['a', 'b']);
    await pass(5_000);
    expect(at).to.deep.equal([
      ['a', 0],
      ['b', 0],
      ['c', 1_000],
      ['a', 1_000],
    ]);
  });

  it('end with the queue, or the signal, when their work is done', async () => {
    let ended = false;
    start(2, () => lasting(1_000));
    void running.then(() => (ended = true));
    queue.add('a');
    await pass(10);
    const idle = queue.shutdown({ drain: false });
    await pass(10);
    expect(ended).to.equal(false);
    await pass(1_000);
    await idle;
    expect(ended).to.equal(true);

    queue = new WorkQueue({ clock });
    const over = new AbortController();
    start(2, () => Promise.resolve(undefined), over.signal);
    over.abort();
    await running;
  });
});
