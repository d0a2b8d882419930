// A clock for tests whose time passes when they say so.
import type { Cancel, Clock } from '../../../src/foundation/clock';

/** A clock that is set by hand. */
export class HandClock implements Clock {
  private time = 0;
  private readonly timers = new Map<() => void, number>();

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer = (): void => callback();
    this.timers.set(timer, this.time + ms);
    return () => void this.timers.delete(timer);
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b)[0];
      if (due === undefined) break;
      this.timers.delete(due[0]);
      this.time = due[1];
      due[0]();
    }
    this.time = end;
  }
}
