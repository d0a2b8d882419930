import { expect } from 'chai';
import fc from 'fast-check';
import { type Timer, TimerHeap } from '../../src/foundation/timerHeap';

describe('the heap of timers', () => {
  it('gives those that were not cancelled by time, then by order, whatever was cancelled when', () => {
    const timers = fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), { maxLength: 400 });
    fc.assert(
      fc.property(timers, (wanted) => {
        const heap = new TimerHeap();
        const made = wanted.map(({ at }, order): Timer => ({ at, order, callback: () => undefined, over: false }));
        made.forEach((timer) => heap.push(timer));
        made.forEach((timer, index) => wanted[index]!.cancelled && heap.cancel(timer));
        const given: Timer[] = [];
        for (let next = heap.next(); next !== undefined; next = heap.next()) {
          given.push(next);
          heap.pop();
        }
        const left = made.filter((_, index) => !wanted[index]!.cancelled);
        expect(given).to.deep.equal(left.sort((a, b) => a.at - b.at || a.order - b.order));
        // Cancelling what has fired changes nothing.
        made.forEach((timer) => heap.cancel(timer));
        expect(heap.size).to.equal(0);
      }),
    );
  });

  it('does not keep what was cancelled until its hour comes', () => {
    const heap = new TimerHeap();
    for (let order = 0; order < 10_000; order++) {
      const timer: Timer = { at: 86_400_000 + order, order, callback: () => undefined, over: false };
      heap.push(timer);
      if (order % 1_000 !== 0) heap.cancel(timer);
    }
    expect(heap.size).to.be.lessThan(200);
  });
});
