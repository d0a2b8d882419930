// Virtual time. Nothing waits: when all work that can be done now has been done, time jumps to the next timer.
//
// "Has been done" is one real setImmediate during which no timer was added and nobody asked for another turn. Promises and process.nextTick
// drain before an immediate fires, so this holds as long as nothing uses a thread pool, a socket or a real timer; lint forbids those (ADR 1).
import type { Cancel, Clock } from './clock';
import { nextTurn } from './turn';
import { type Timer, TimerHeap } from './timerHeap';

/** What ended a `run`: the predicate held, no timer was left to wait for, or virtual time reached the limit. */
export type RunEnd = 'finished' | 'idle' | 'limit';

export class VirtualClock implements Clock {
  private readonly timers = new TimerHeap();
  private order = 0;
  private elapsed = 0;

  /** @param origin wall time at the start, in milliseconds since the epoch */
  constructor(private readonly origin: number) {}

  now(): number {
    return this.origin + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { at: this.elapsed + Math.max(0, ms), order: this.order++, callback, over: false };
    this.timers.push(timer);
    return () => this.timers.cancel(timer);
  }

  /**
   * Runs the program in virtual time until `finished()` holds.
   * @param limit virtual milliseconds after which the run ends in any case
   */
  async run(finished: () => boolean, limit: number): Promise<RunEnd> {
    for (;;) {
      await quiescence(() => this.order);
      if (finished()) return 'finished';
      const next = this.timers.next();
      if (next === undefined) return 'idle';
      if (next.at > limit) return 'limit';
      this.elapsed = Math.max(this.elapsed, next.at);
      this.timers.pop();
      next.callback();
    }
  }
}

/** Resolves after a real setImmediate in which `counter` did not move: nothing new was queued. */
async function quiescence(counter: () => number): Promise<void> {
  for (;;) {
    const before = counter();
    await nextTurn();
    if (counter() === before) return;
  }
}
