import { expect } from 'chai';
import fc from 'fast-check';
import { VirtualClock } from '../../src/foundation/virtualClock';

const FOREVER = Number.MAX_SAFE_INTEGER;

describe('the virtual clock', () => {
  it('fires timers by time, and equal times in the order they were asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 40 }), async (delays) => {
        const clock = new VirtualClock(0);
        const fired: { index: number; at: number }[] = [];
        delays.forEach((ms, index) => clock.after(ms, () => fired.push({ index, at: clock.monotonic() })));
        expect(await clock.run(() => false, FOREVER)).to.equal('idle');
        const due = (index: number): number => Math.max(0, delays[index]!);
        const wanted = delays.map((_, index) => index).sort((a, b) => due(a) - due(b) || a - b);
        expect(fired).to.deep.equal(wanted.map((index) => ({ index, at: due(index) })));
      }),
      { numRuns: 60 },
    );
  });

  it('never fires what was cancelled, even by a timer due at the same instant', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    const late = clock.after(10, () => fired.push('cancelled by its neighbour'));
    clock.after(5, () => fired.push('first'));
    const never = clock.after(1, () => fired.push('cancelled at once'));
    never();
    clock.after(5, late);
    expect(await clock.run(() => false, FOREVER)).to.equal('idle');
    expect(fired).to.deep.equal(['first']);
    expect(clock.monotonic()).to.equal(5);
    late();
  });

  it('never calls back synchronously, not even for no time at all', () => {
    let called = false;
    new VirtualClock(0).after(0, () => (called = true));
    expect(called).to.equal(false);
  });

  it('ends at the limit before it fires what is due later, and at the limit itself still fires', async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    for (const ms of [10, 20, 21]) clock.after(ms, () => fired.push(ms));
    expect(await clock.run(() => false, 20)).to.equal('limit');
    expect(fired).to.deep.equal([10, 20]);
    expect(clock.monotonic()).to.equal(20);
  });

  it('stops as soon as the predicate holds, and goes on where it stopped', async () => {
    const clock = new VirtualClock(1_000);
    let count = 0;
    const tick = (): void => {
      count++;
      clock.after(100, tick);
    };
    clock.after(100, tick);
    expect(await clock.run(() => count === 3, FOREVER)).to.equal('finished');
    expect([clock.monotonic(), clock.now()]).to.deep.equal([300, 1_300]);
    expect(await clock.run(() => count === 5, FOREVER)).to.equal('finished');
    expect(clock.monotonic()).to.equal(500);
  });

  it('does not jump while promises, next ticks and immediates still ask for more', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.after(1_000, () => seen.push('late timer'));
    clock.after(1, () => {
      void (async () => {
        for (let hop = 0; hop < 50; hop++) await Promise.resolve();
        await new Promise<void>((resolve) => process.nextTick(resolve));
        for (let hop = 0; hop < 50; hop++) await Promise.resolve();
        clock.after(1, () => seen.push('asked for by work in flight'));
      })();
    });
    await clock.run(() => false, FOREVER);
    expect(seen).to.deep.equal(['asked for by work in flight', 'late timer']);
  });
});
