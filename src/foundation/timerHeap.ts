// The timers that a clock of its own making has still to fire: a binary heap, so that thousands of them cost little. Cancelled ones are swept out when they
// are the greater part: a client that waits a day for events and leaves must not be remembered for a day.

export interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  /** Cancelled, or fired: nothing more comes of it. */
  over: boolean;
}

/** Fewer are not worth sweeping. */
const WORTH_SWEEPING = 64;

/** Binary heap by due time, then by order of creation: equal times fire in the order they were asked for. */
export class TimerHeap {
  private heap: Timer[] = [];
  /** Of those in the heap. */
  private cancelled = 0;

  get size(): number {
    return this.heap.length;
  }

  /** The one that is due first and not cancelled. */
  next(): Timer | undefined {
    while (this.heap[0]?.over === true) this.pop();
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

  /** Harmless for one that has fired. */
  cancel(timer: Timer): void {
    if (timer.over) return;
    timer.over = true;
    this.cancelled += 1;
    if (this.cancelled >= WORTH_SWEEPING && 2 * this.cancelled > this.heap.length) this.sweep();
  }

  /** Takes the first out, to be fired. */
  pop(): Timer | undefined {
    const first = this.heap[0];
    if (first?.over === true) this.cancelled -= 1;
    else if (first !== undefined) first.over = true;
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  /** A sorted array is a heap. */
  private sweep(): void {
    this.heap = this.heap.filter((timer) => !timer.over).sort((a, b) => a.at - b.at || a.order - b.order);
    this.cancelled = 0;
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
