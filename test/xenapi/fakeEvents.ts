// `event.from` as XAPI does it: no queue, but a database whose every change raises a generation; a token is the generation it was given at.
import type { VirtualClock } from '../../src/foundation/virtualClock';
import type { Behaviour, FakePool } from './fakePool';

interface Entry {
  readonly cls: string;
  record: Readonly<Record<string, unknown>> | undefined;
  changed: number;
}

export class FakeEvents {
  generation = 1;
  /** A restarted XAPI has another database: tokens of the old one mean nothing. */
  epoch = 'a';
  readonly asked: { readonly classes: readonly string[]; readonly token: string }[] = [];
  /** Deletions that no event tells of, as after an overflow of the list of deletions. */
  forgetDeletions = false;
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: VirtualClock) {}

  serve(pool: FakePool): this {
    pool.on('event.from', ([classes, token]) => this.from(classes as readonly string[], token as string));
    return this;
  }

  set(cls: string, ref: string, record: Readonly<Record<string, unknown>>): void {
    this.generation += 1;
    this.entries.set(ref, { cls, record, changed: this.generation });
  }

  remove(ref: string): void {
    const entry = this.entries.get(ref);
    if (entry === undefined) throw new Error(`no ${ref}`);
    this.generation += 1;
    entry.record = undefined;
    entry.changed = this.generation;
  }

  restart(): void {
    this.epoch += 'a';
    this.generation = 1;
    for (const entry of this.entries.values()) entry.changed = 1;
  }

  private from(classes: readonly string[], token: string): Behaviour {
    this.asked.push({ classes, token });
    const [epoch, since] = token === '' ? [this.epoch, '0'] : token.split(',');
    if (epoch !== this.epoch) return { refuse: ['EVENTS_LOST'] };
    const events = [...this.entries]
      .filter(([, entry]) => classes.includes(entry.cls) && entry.changed > Number(since))
      .flatMap(([ref, entry]) => this.event(ref, entry, token));
    const counts: Record<string, number> = {};
    for (const { cls, record } of this.entries.values()) if (record !== undefined) counts[cls] = (counts[cls] ?? 0) + 1;
    for (const cls of classes) counts[cls] ??= 0;
    return { value: { events, valid_ref_counts: counts, token: `${this.epoch},${this.generation}` } };
  }

  private event(ref: string, { cls, record, changed }: Entry, token: string): unknown[] {
    if (record === undefined && (token === '' || this.forgetDeletions)) return [];
    const operation = record === undefined ? 'del' : token === '' ? 'add' : 'mod';
    return [
      {
        id: String(changed),
        timestamp: String(this.clock.now()),
        class: cls,
        operation,
        ref,
        ...(record === undefined ? {} : { snapshot: record }),
      },
    ];
  }
}
