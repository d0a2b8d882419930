import { expect } from 'chai';
import fc from 'fast-check';
import { sleep } from '../../src/foundation/clock';
import { anchoredClock, PacedClock, wallTime } from '../../src/foundation/pacedClock';
import { VirtualClock } from '../../src/foundation/virtualClock';

const ORIGIN = 1_000_000;

/** A paced clock over real time that the test moves. */
function bench(pace: number): { readonly clock: PacedClock; readonly beneath: VirtualClock; pass(ms: number): Promise<void> } {
  const beneath = new VirtualClock(ORIGIN);
  const clock = new PacedClock({ beneath, pace });
  const pass = async (ms: number): Promise<void> => {
    const until = beneath.monotonic() + ms;
    beneath.after(ms, () => undefined);
    await beneath.run(() => beneath.monotonic() >= until, until);
    // Whatever fell due has fired when a step of nothing is over.
    await clock.step(0);
  };
  return { clock, beneath, pass };
}

describe('the paced clock', () => {
  it('goes on by itself, as many times faster than real time as it was told', async () => {
    const { clock, pass } = bench(60);
    const fired: number[] = [];
    clock.after(60_000, () => fired.push(clock.monotonic()));
    await pass(999);
    expect([fired, clock.monotonic(), clock.now()]).to.deep.equal([[], 59_940, ORIGIN + 59_940]);
    await pass(2);
    expect([fired, clock.monotonic()]).to.deep.equal([[60_000], 60_060]);
  });

  it('shows with one anchor one time, whenever it began', async () => {
    const { beneath, pass } = bench(1);
    const anchor = { pace: 60, from: ORIGIN - 5_000 };
    const first = anchoredClock(beneath, anchor);
    await pass(1_234);
    const second = anchoredClock(beneath, anchor);
    await pass(100);
    expect([first.now(), second.now()]).to.deep.equal([wallTime(anchor, beneath.now()), wallTime(anchor, beneath.now())]);
    expect(first.now()).to.equal(ORIGIN - 5_000 + 60 * 6_334);
  });

  it('stands still at pace 0 until it is stepped', async () => {
    const { clock, pass } = bench(0);
    const fired: number[] = [];
    clock.after(1, () => fired.push(clock.monotonic()));
    await pass(86_400_000);
    expect([fired, clock.monotonic()]).to.deep.equal([[], 0]);
    await clock.step(1);
    expect([fired, clock.monotonic()]).to.deep.equal([[1], 1]);
  });

  it('does in a step what the same time does that passes', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 100 }), async (first, pace) => {
        const history = async (move: (one: ReturnType<typeof bench>) => Promise<void>): Promise<readonly string[]> => {
          const one = bench(pace);
          const seen: string[] = [];
          first.forEach((ms, index) => {
            // Each timer leads to a wait, and that to another: the work of a world.
            void sleep(one.clock, ms)
              .then(() => seen.push(`${index} at ${one.clock.monotonic()}`))
              .then(() => sleep(one.clock, ms + 1))
              .then(() => seen.push(`${index} again at ${one.clock.monotonic()}`));
          });
          await move(one);
          return seen;
        };
        const stepped = await history(({ clock }) => clock.step(10_001));
        const passed = await history(({ pass }) => pass(10_001));
        expect(stepped).to.have.length(2 * first.length);
        expect(passed).to.deep.equal(stepped);
      }),
      { numRuns: 25 },
    );
  });

  it('lets a timer that a step brought nearer fire when its rest has passed', async () => {
    const { clock, pass } = bench(1);
    const fired: number[] = [];
    clock.after(10_000, () => fired.push(clock.monotonic()));
    await clock.step(9_000);
    expect(fired).to.deep.equal([]);
    await pass(1_000);
    expect(fired).to.deep.equal([10_000]);
  });

  it('never goes back, and never shows a time past a timer that has still to fire', async () => {
    const { clock, beneath } = bench(1);
    const seen: number[] = [];
    const look = (): void => void seen.push(clock.monotonic());
    clock.after(100, look);
    // Real time runs on while nobody hands the alarm over: what is shown waits for the timer.
    beneath.after(50, look);
    beneath.after(99, look);
    await beneath.run(() => seen.length >= 2, 99);
    const step = clock.step(500);
    look();
    await step;
    look();
    expect(seen).to.deep.equal([50, 99, 99, 100, 599]);
  });

  it('makes steps one after the other, each to where it was asked to go', async () => {
    const { clock } = bench(0);
    const seen: string[] = [];
    clock.after(1_500, () => seen.push('timer'));
    const first = clock.step(1_000).then(() => seen.push(`first ${clock.monotonic()}`));
    const second = clock.step(1_000).then(() => seen.push(`second ${clock.monotonic()}`));
    await Promise.all([first, second]);
    expect(seen).to.deep.equal(['first 1000', 'timer', 'second 2000']);
  });

  it('does not fire what was cancelled', async () => {
    const { clock } = bench(0);
    const fired: string[] = [];
    const cancel = clock.after(10, () => fired.push('cancelled'));
    clock.after(10, () => fired.push('kept'));
    cancel();
    await clock.step(10);
    expect(fired).to.deep.equal(['kept']);
  });

  it('leaves real time without an alarm once it is closed', async () => {
    const { clock, beneath } = bench(1);
    const fired: string[] = [];
    clock.after(10, () => fired.push('early'));
    clock.close();
    clock.after(10, () => fired.push('late'));
    expect(await beneath.run(() => false, 1_000)).to.equal('idle');
    await clock.step(1_000);
    expect(fired).to.deep.equal([]);
  });

  it('waits months, of which a real timer knows nothing', async () => {
    const { clock, pass } = bench(0.001);
    const fired: number[] = [];
    clock.after(86_400_000, () => fired.push(clock.monotonic()));
    await pass(86_400_000_000 - 1_000);
    expect(fired).to.deep.equal([]);
    await pass(1_000);
    expect(fired).to.deep.equal([86_400_000]);
  });

  it('lets in what comes from outside after all that was due by then, and stands while that has its effects', async () => {
    const { clock, beneath, pass } = bench(60);
    await pass(10);
    const seen: string[] = [];
    const see = (what: string): void => void seen.push(`${what} ${clock.monotonic()}`);
    clock.after(1_000, () => see('timer'));
    beneath.after(20, () => {
      void clock.occur(() => {
        see('comes in');
        clock.after(0, () => see('its timer'));
        void Promise.resolve().then(() => see('its effect'));
      });
      void clock.occur(() => see('next'));
    });
    await pass(20);
    expect(seen).to.deep.equal(['timer 1600', 'comes in 1800', 'its effect 1800', 'its timer 1800', 'next 1800']);
  });

  it('lets nothing in once it is closed', async () => {
    const { clock } = bench(0);
    const seen: string[] = [];
    clock.close();
    await clock.occur(() => seen.push('in'));
    expect(seen).to.deep.equal([]);
  });

  it('is moved while it is held, and goes on from there when it is let go', async () => {
    const beneath = new VirtualClock(ORIGIN);
    const clock = new PacedClock({ beneath, pace: 60, origin: 5, held: true });
    const pass = async (ms: number): Promise<void> => {
      const until = beneath.monotonic() + ms;
      beneath.after(ms, () => undefined);
      await beneath.run(() => beneath.monotonic() >= until, until);
    };
    const seen: string[] = [];
    for (const at of [100, 250, 700]) clock.after(at, () => seen.push(`timer ${clock.monotonic()}`));
    await pass(1_000);
    expect([seen, clock.now()]).to.deep.equal([[], 5]);
    await clock.moveTo(100);
    await clock.moveTo(300, () => seen.push(`comes in ${clock.monotonic()}`));
    expect(seen).to.deep.equal(['timer 100', 'timer 250', 'comes in 300']);
    // It was at 360 a moment before it is let go.
    clock.letGo(360, beneath.monotonic() - 1);
    expect(clock.now()).to.equal(5 + 420);
    await pass(5);
    await clock.step(0);
    expect(seen.slice(3)).to.deep.equal(['timer 700']);
  });

  it('can be repeated by whoever keeps what it tells, and when what came in', async () => {
    const moves = fc.array(
      fc.record({
        ms: fc.double({ min: 0, max: 40, noNaN: true }),
        how: fc.constantFrom('passes', 'is stepped', 'something comes'),
      }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(moves, async (course) => {
        const told: { readonly at: number; readonly what?: number }[] = [];
        const beneath = new VirtualClock(ORIGIN);
        const first = world(new PacedClock({ beneath, pace: 60, origin: 0, advancing: (to) => void told.push({ at: to }) }));
        for (const [what, { ms, how }] of course.entries()) {
          if (how === 'is stepped') await first.clock.step(ms);
          const until = beneath.monotonic() + ms;
          beneath.after(ms, () => undefined);
          if (how === 'passes') await beneath.run(() => beneath.monotonic() >= until, until);
          if (how === 'something comes')
            await first.clock.occur(() => {
              told.push({ at: first.clock.monotonic(), what });
              first.happens(what);
            });
        }
        await first.clock.step(0);
        const second = world(new PacedClock({ beneath, pace: 60, origin: 0, held: true }));
        for (const { at, what } of told)
          await second.clock.moveTo(at, what === undefined ? undefined : () => second.happens(what));
        expect(second.seen).to.deep.equal(first.seen);
      }),
      { numRuns: 50 },
    );
  });
});

/** What happens leads to waits, which lead to others. */
function world(clock: PacedClock): { readonly clock: PacedClock; readonly seen: readonly string[]; happens(what: number): void } {
  const seen: string[] = [];
  const happens = (what: number): void => {
    seen.push(`${what} at ${clock.monotonic()}`);
    void sleep(clock, what * 137)
      .then(() => seen.push(`${what} later at ${clock.monotonic()}`))
      .then(() => sleep(clock, what * 59))
      .then(() => seen.push(`${what} last at ${clock.monotonic()}`));
  };
  return { clock, seen, happens };
}
