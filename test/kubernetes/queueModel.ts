// What a work queue should do, said as plainly as possible: lists that are searched from end to end. It is what the real one is compared with.
import type { Priority } from '../../src/kubernetes/queue';

interface Wish {
  readonly key: string;
  readonly at: number;
  readonly priority: Priority;
}

export class QueueModel {
  now = 0;
  /** In order of when they were asked for. */
  private waiting: Wish[] = [];
  /** In order of when they became ready, or were given a higher rank. */
  private ready: Wish[] = [];
  readonly processing: string[] = [];
  private again: Wish[] = [];
  private readonly failures = new Map<string, number>();
  private closed: 'no' | 'draining' | 'yes' = 'no';

  get depth(): number {
    return this.ready.length;
  }

  addAfter(key: string, ms: number, priority: Priority): void {
    if (this.closed !== 'no') return;
    const wish = { key, at: this.now + ms, priority };
    if (this.processing.includes(key)) {
      this.again = this.merge(this.again, wish);
    } else if (this.ready.some((one) => one.key === key)) {
      const known = this.ready.find((one) => one.key === key)!;
      if (known.priority === 'low' && priority === 'high') this.ready = [...without(this.ready, key), { ...known, priority }];
    } else {
      this.waiting = this.merge(this.waiting, wish);
      this.ripen();
    }
  }

  fail(key: string): number {
    const failed = this.failures.get(key) ?? 0;
    const ms = Math.min(8_000, 1_000 * 2 ** failed);
    if (this.closed === 'no') this.failures.set(key, failed + 1);
    this.addAfter(key, ms, 'high');
    return ms;
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  /** 'wait' when a worker would have to. */
  take(): string | 'wait' | undefined {
    const next = this.ready.find(({ priority }) => priority === 'high') ?? this.ready[0];
    if (next === undefined) return this.closed === 'no' ? 'wait' : undefined;
    this.ready = without(this.ready, next.key);
    this.processing.push(next.key);
    return next.key;
  }

  done(key: string): void {
    this.processing.splice(this.processing.indexOf(key), 1);
    const wish = this.again.find((one) => one.key === key);
    this.again = without(this.again, key);
    if (wish === undefined || this.closed === 'yes') return;
    if (wish.at <= this.now) this.ready.push(wish);
    else if (this.closed === 'no') this.waiting.push(wish);
  }

  pass(ms: number): void {
    this.now += ms;
    this.ripen();
  }

  shutdown(drain: boolean): void {
    if (this.closed !== 'yes') this.closed = drain ? 'draining' : 'yes';
    this.waiting = [];
    if (this.closed === 'yes') this.ready = [];
  }

  private ripen(): void {
    const due = this.waiting.filter(({ at }) => at <= this.now);
    this.waiting = this.waiting.filter(({ at }) => at > this.now);
    this.ready.push(...due.sort((one, other) => one.at - other.at));
  }

  /** The earliest time and the highest rank of both. */
  private merge(wishes: readonly Wish[], wish: Wish): Wish[] {
    const known = wishes.find(({ key }) => key === wish.key) ?? wish;
    const priority = known.priority === 'high' ? 'high' : wish.priority;
    return [...without(wishes, wish.key), { key: wish.key, at: Math.min(known.at, wish.at), priority }];
  }
}

function without(wishes: readonly Wish[], key: string): Wish[] {
  return wishes.filter((one) => one.key !== key);
}
