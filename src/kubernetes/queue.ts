// The work queue: keys that want to be looked at. A key is in it once however often it is added, no two workers ever have the same one, what is added while
// a worker has it comes again afterwards, and what failed comes again later and later. By the rules of client-go's and controller-runtime's queues.
//
// A key is idle (not known here), waiting for its time, ready, or in process; in process it may be due again, at once or at a time.
import type { Cancel, Clock } from '../foundation/clock';
import { Fifo } from './fifo';

/** What users changed goes before what is only looked at again. */
export type Priority = 'high' | 'low';

export interface QueueOptions {
  readonly clock: Clock;
  /** Milliseconds until a key comes again after its first failure; twice as many after each further one. Default 1,000. */
  readonly firstDelay?: number;
  /** Never more. Default 5 minutes. */
  readonly mostDelay?: number;
  /** Told how long a key waited from when it was due until a worker took it. */
  readonly onTaken?: (waitedMs: number) => void;
}

export interface QueueCounts {
  /** Calls of any kind of `add` that were taken, those that changed nothing included. */
  adds: number;
  retries: number;
}

/** When and how urgently a key is to come. */
interface Wish {
  readonly at: number;
  readonly priority: Priority;
}

type Entry =
  | { state: 'waiting'; priority: Priority; at: number; cancel: Cancel }
  | { state: 'ready'; priority: Priority; since: number; ticket: number }
  /** `next`: when it is due again, if it is. */
  | { state: 'processing'; next?: Wish };

interface Place {
  readonly key: string;
  /** A key that was moved to another place has another ticket: the old place is void. */
  readonly ticket: number;
}

export class WorkQueue {
  readonly counts: QueueCounts = { adds: 0, retries: 0 };
  private readonly entries = new Map<string, Entry>();
  private readonly failures = new Map<string, number>();
  private readonly ready: Readonly<Record<Priority, Fifo<Place>>> = { high: new Fifo(), low: new Fifo() };
  private readonly getters = new Set<(key: string | undefined) => void>();
  private readonly onIdle: (() => void)[] = [];
  private tickets = 0;
  private readyCount = 0;
  private processing = 0;
  private closed: 'no' | 'draining' | 'yes' = 'no';

  constructor(private readonly options: QueueOptions) {}

  /** Keys ready for a worker. */
  get depth(): number {
    return this.readyCount;
  }

  /** Keys that workers have. */
  get inProcess(): number {
    return this.processing;
  }

  add(key: string, priority: Priority = 'high'): void {
    this.addAfter(key, 0, priority);
  }

  /** Of several times the earliest holds, of several priorities the higher. */
  addAfter(key: string, ms: number, priority: Priority = 'high'): void {
    if (this.closed !== 'no') return;
    this.counts.adds += 1;
    this.put(key, this.options.clock.monotonic() + Math.max(0, ms), priority);
  }

  /** After a failure. @param atLeast milliseconds that a server asked for @returns milliseconds until it comes again */
  addRateLimited(key: string, atLeast = 0): number {
    const { firstDelay = 1_000, mostDelay = 300_000 } = this.options;
    const failed = this.numRequeues(key);
    const ms = Math.max(atLeast, Math.min(mostDelay, firstDelay * 2 ** failed));
    if (this.closed !== 'no') return ms;
    this.failures.set(key, failed + 1);
    this.counts.retries += 1;
    this.addAfter(key, ms);
    return ms;
  }

  /** Its next failure is its first. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** Failures in a row. */
  numRequeues(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  /** The next key; it is the caller's until `done`. Undefined when the queue is shut down or the signal aborts. */
  get(signal?: AbortSignal): Promise<string | undefined> {
    if (signal?.aborted === true) return Promise.resolve(undefined);
    const key = this.take();
    if (key !== undefined || this.closed !== 'no') return Promise.resolve(key);
    return new Promise((resolve) => {
      const settle = (found: string | undefined): void => {
        this.getters.delete(settle);
        signal?.removeEventListener('abort', leave);
        resolve(found);
      };
      const leave = (): void => settle(undefined);
      this.getters.add(settle);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** The worker has let go of it. @throws Error for a key that nobody had */
  done(key: string): void {
    const entry = this.entries.get(key);
    if (entry?.state !== 'processing') throw new Error(`queue: ${key} is done, and nobody had it`);
    this.entries.delete(key);
    this.processing -= 1;
    if (entry.next !== undefined && this.closed !== 'yes') this.place(key, entry.next);
    this.settle();
  }

  /**
   * Takes nothing any more. `drain`: what is ready is still given out, what waits for its time is dropped; otherwise both are dropped.
   * @returns when no worker has a key any more; while it drains, workers must go on taking
   */
  shutdown({ drain }: { readonly drain: boolean }): Promise<void> {
    if (this.closed !== 'yes') this.closed = drain ? 'draining' : 'yes';
    for (const [key, entry] of this.entries) if (entry.state !== 'processing') this.drop(key, entry);
    const idle = new Promise<void>((resolve) => this.onIdle.push(resolve));
    this.settle();
    return idle;
  }

  private put(key: string, at: number, priority: Priority): void {
    const entry = this.entries.get(key);
    switch (entry?.state) {
      case undefined:
        return this.place(key, { at, priority });
      case 'waiting':
        entry.cancel();
        return this.place(key, merged(entry, { at, priority }));
      case 'processing':
        entry.next = merged(entry.next, { at, priority });
        return;
      case 'ready':
        // Only its rank may change: what is due later neither helps nor harms.
        if (entry.priority === 'low' && priority === 'high') this.line(key, priority, entry.since);
    }
  }

  /** Into line when it is due, else to its time. */
  private place(key: string, wish: Wish): void {
    const { at, priority } = wish;
    const ms = at - this.options.clock.monotonic();
    if (ms <= 0) {
      this.readyCount += 1;
      this.line(key, priority, at);
      return this.hand();
    }
    if (this.closed !== 'no') return void this.entries.delete(key);
    const cancel = this.options.clock.after(ms, () => this.place(key, wish));
    this.entries.set(key, { state: 'waiting', priority, at, cancel });
  }

  private line(key: string, priority: Priority, since: number): void {
    const ticket = ++this.tickets;
    this.entries.set(key, { state: 'ready', priority, since, ticket });
    this.ready[priority].push({ key, ticket });
  }

  private take(): string | undefined {
    for (const priority of ['high', 'low'] as const)
      for (let place = this.ready[priority].shift(); place !== undefined; place = this.ready[priority].shift()) {
        const entry = this.entries.get(place.key);
        if (entry?.state !== 'ready' || entry.ticket !== place.ticket) continue;
        this.entries.set(place.key, { state: 'processing' });
        this.readyCount -= 1;
        this.processing += 1;
        this.options.onTaken?.(this.options.clock.monotonic() - entry.since);
        return place.key;
      }
    return undefined;
  }

  /** Gives what is ready to who waits for it, in order. */
  private hand(): void {
    for (const getter of this.getters) {
      const key = this.take();
      if (key === undefined) return;
      getter(key);
    }
  }

  private drop(key: string, entry: Exclude<Entry, { state: 'processing' }>): void {
    if (entry.state === 'ready' && this.closed === 'draining') return;
    if (entry.state === 'waiting') entry.cancel();
    else this.readyCount -= 1;
    this.entries.delete(key);
  }

  /** After a shutdown: nobody need wait for what will not come. */
  private settle(): void {
    if (this.closed === 'no' || this.readyCount > 0) return;
    for (const getter of this.getters) getter(undefined);
    if (this.processing === 0) for (const resolve of this.onIdle.splice(0)) resolve();
  }
}

/** The earlier time and the higher rank of both. */
function merged(known: Wish | undefined, wish: Wish): Wish {
  if (known === undefined) return wish;
  return { at: Math.min(known.at, wish.at), priority: known.priority === 'high' ? 'high' : wish.priority };
}
