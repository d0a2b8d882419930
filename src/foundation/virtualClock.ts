// Virtual time. Nothing waits: when all work that can be done now has been done, time jumps to the next timer.
//
// "Has been done" is one real setImmediate during which no timer was added and nobody asked for another turn. Promises and process.nextTick
// drain before an immediate fires, so this holds as long as nothing uses a thread pool, a socket or a real timer; lint forbids those (ADR 1).
import type { Cancel, Clock } from './clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Binary heap by due time, then by order of creation: equal times fire in the order they were asked for. */
class TimerHeap {
  private readonly heap: Timer[] = [];

  get size(): number {
    return this.heap.length;
  }

  peek(): Timer | undefined {
    return this.heap[0];
  }

  push(timer: Timer): void {
    this.heap.push(timer);
    let child = this.heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  pop(): Timer | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      let least = parent;
      if (left < this.heap.length && this.before(left, least)) least = left;
      if (left + 1 < this.heap.length && this.before(left + 1, least)) least = left + 1;
      if (least === parent) return;
      this.swap(parent, least);
      parent = least;
    }
  }

  private before(a: number, b: number): boolean {
    const one = this.heap[a]!;
    const other = this.heap[b]!;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    const held = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = held;
  }
}

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
    const timer: Timer = { at: this.elapsed + Math.max(0, ms), order: this.order++, callback, cancelled: false };
    this.timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /**
   * Runs the program in virtual time until `finished()` holds.
   * @param limit virtual milliseconds after which the run ends in any case
   * @param pace  called before time jumps, with the milliseconds of the jump; a demo waits here
   */
  async run(finished: () => boolean, limit: number, pace?: (ms: number) => Promise<void>): Promise<RunEnd> {
    for (;;) {
      await quiescence(() => this.order);
      if (finished()) return 'finished';
      const next = this.nextTimer();
      if (next === undefined) return 'idle';
      if (next.at > limit) return 'limit';
      if (pace !== undefined && next.at > this.elapsed) await pace(next.at - this.elapsed);
      this.elapsed = Math.max(this.elapsed, next.at);
      this.timers.pop();
      next.callback();
    }
  }

  private nextTimer(): Timer | undefined {
    while (this.timers.peek()?.cancelled === true) this.timers.pop();
    return this.timers.peek();
  }
}

/** Resolves after a real setImmediate in which `counter` did not move: nothing new was queued. */
async function quiescence(counter: () => number): Promise<void> {
  for (;;) {
    const before = counter();
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (counter() === before) return;
  }
}
