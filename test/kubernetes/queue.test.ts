import { expect } from 'chai';
import fc from 'fast-check';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { type Priority, WorkQueue } from '../../src/kubernetes/queue';
import { QueueModel } from './queueModel';

type Command =
  | { readonly kind: 'add'; readonly key: string; readonly ms: number; readonly priority: Priority }
  | { readonly kind: 'fail' | 'forget'; readonly key: string }
  | { readonly kind: 'get' }
  | { readonly kind: 'done'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'shutdown'; readonly drain: boolean };

const KEY = fc.constantFrom('a', 'b', 'c', 'd');
const COMMAND: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      key: KEY,
      ms: fc.constantFrom(0, 0, 500, 1_000, 3_000),
      priority: fc.constantFrom('high' as const, 'low' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('fail' as const, 'forget' as const), key: KEY }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('get' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('done' as const), which: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 1_000, 10_000) }) },
);

describe('the work queue', () => {
  let clock: VirtualClock;
  let queue: WorkQueue;

  beforeEach(() => open());

  function open(): void {
    clock = new VirtualClock(0);
    queue = new WorkQueue({ clock, firstDelay: 1_000, mostDelay: 8_000 });
  }

  async function pass(ms: number): Promise<void> {
    let passed = false;
    clock.after(ms, () => (passed = true));
    await clock.run(() => passed, Infinity);
  }

  /** What a worker gets now; 'wait' when nothing. */
  async function take(): Promise<string | undefined> {
    const leaving = new AbortController();
    let answered = false;
    const key = queue.get(leaving.signal).then((found) => {
      answered = true;
      return found;
    });
    await pass(0);
    if (answered) return key;
    leaving.abort();
    await key;
    return 'wait';
  }

  async function apply(command: Command, model: QueueModel): Promise<void> {
    switch (command.kind) {
      case 'add':
        queue.addAfter(command.key, command.ms, command.priority);
        return model.addAfter(command.key, command.ms, command.priority);
      case 'fail':
        expect(queue.addRateLimited(command.key)).to.equal(model.fail(command.key));
        return;
      case 'forget':
        queue.forget(command.key);
        return model.forget(command.key);
      case 'get':
        expect(await take()).to.equal(model.take());
        return;
      case 'done': {
        const key = model.processing[command.which % Math.max(1, model.processing.length)];
        if (key === undefined) return;
        queue.done(key);
        return model.done(key);
      }
      case 'pass':
        await pass(command.ms);
        return model.pass(command.ms);
      case 'shutdown':
        void queue.shutdown({ drain: command.drain });
        return model.shutdown(command.drain);
    }
  }

  async function agree(commands: readonly Command[]): Promise<QueueModel> {
    open();
    const model = new QueueModel();
    for (const command of commands) {
      await apply(command, model);
      expect(queue.depth).to.equal(model.depth);
      expect(queue.inProcess).to.equal(model.processing.length);
    }
    return model;
  }

  it('does what the model does, whatever is asked in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(COMMAND, { maxLength: 80, size: 'max' }), async (commands) => void (await agree(commands))),
      { numRuns: 300 },
    );
  });

  it('does so when it is shut down in the middle, and no timer is left', async () => {
    const commands = fc.array(COMMAND, { maxLength: 30, size: 'max' });
    await fc.assert(
      fc.asyncProperty(commands, fc.boolean(), commands, async (before, drain, after) => {
        const model = await agree([...before, { kind: 'shutdown', drain }, ...after]);
        const idle = queue.shutdown({ drain });
        while (model.processing.length > 0 || model.depth > 0)
          await apply(model.processing.length > 0 ? { kind: 'done', which: 0 } : { kind: 'get' }, model);
        await idle;
        expect(await clock.run(() => false, Infinity)).to.equal('idle');
        expect(await queue.get()).to.equal(undefined);
      }),
      { numRuns: 200 },
    );
  });

  it('never gives a key to two of many workers, and loses none of what was added', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: KEY, at: fc.nat(2_000) }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 4, maxLength: 4 }),
        async (adds, lasting) => {
          open();
          const at = new Set<string>();
          const began = new Map<string, number>();
          for (const { key, at: when } of adds) clock.after(when, () => queue.add(key));
          const work = async (ms: number): Promise<void> => {
            for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
              expect(at.has(key)).to.equal(false);
              at.add(key);
              began.set(key, clock.monotonic());
              await new Promise<void>((resolve) => clock.after(ms, resolve));
              at.delete(key);
              queue.done(key);
            }
          };
          const workers = Promise.all(lasting.map(work));
          await pass(100_000);
          for (const { key, at: when } of adds) expect(began.get(key)).to.be.at.least(when);
          await queue.shutdown({ drain: true });
          await workers;
        },
      ),
      { numRuns: 100 },
    );
  });

  it('comes again later and later after failures, until it is forgotten', () => {
    const delays = Array.from({ length: 5 }, () => queue.addRateLimited('a'));
    expect(delays).to.deep.equal([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(queue.numRequeues('a')).to.equal(5);
    queue.forget('a');
    expect(queue.addRateLimited('a')).to.equal(1_000);
    expect(queue.addRateLimited('b', 60_000)).to.equal(60_000);
  });

  it('gives what is ready to those who waited longest, and nothing to those who left', async () => {
    const leaving = new AbortController();
    const got: (string | undefined)[] = [];
    void queue.get(leaving.signal).then((key) => got.push(key));
    void queue.get().then((key) => got.push(key));
    leaving.abort();
    queue.add('a');
    await pass(0);
    expect(got).to.deep.equal([undefined, 'a']);
  });

  it('says how long a key waited once it was due', async () => {
    const waits: number[] = [];
    queue = new WorkQueue({ clock, onTaken: (ms) => waits.push(ms) });
    queue.addAfter('a', 100);
    queue.add('b');
    await pass(250);
    await queue.get();
    await queue.get();
    expect(waits).to.deep.equal([250, 150]);
  });

  it('refuses to be told that something is done which nobody had', () => {
    expect(() => queue.done('a')).to.throw(/nobody had it/);
  });
});
