// Telling clients what changed. XAPI keeps no queue: `event.from` compares generations of the database, so several changes of one object are one event
// and nothing is lost while the database lives. A master's new start is a new life of the database; tokens of the old one are refused.
import { classNames, classSince, servedBy } from '../../datamodel/datamodel';
import type { Clock } from '../../foundation/clock';
import { ApiError } from './apiError';
import type { Change, DatabaseRecord, FieldValue, LiveDatabase, Ref } from './liveDatabase';
import type { ServedRecords } from './servedRecords';

/** Changes gather that long before they are told. Source: xapi, `event.from`. */
const BATCH_MS = 50;
const TOKEN = /^(\d+),(\d+)$/;

/** A class without objects or published calls, which the published datamodel leaves out and the counts do not. Source: xapi, `datamodel_diagnostics.ml`. */
const DIAGNOSTICS = { name: 'Diagnostics', since: 'stockholm' };

/** What a client subscribed to: everything, whole classes, single objects. */
export interface Subscription {
  readonly all: boolean;
  /** Lower case. */
  readonly classes: ReadonlySet<string>;
  readonly refs: ReadonlySet<Ref>;
}

/** Who waits for events. */
export interface Listener {
  /** Asked on a change: whether the session is still there. */
  readonly stillValid: () => boolean;
  /** Aborts when the connection is gone. */
  readonly gone: AbortSignal;
}

/** @throws ApiError EVENT_SUBSCRIPTION_PARSE_FAILURE */
export function parseSubscription(classes: readonly string[]): Subscription {
  const names = new Set<string>();
  const refs = new Set<Ref>();
  for (const item of classes) {
    const [cls, ref, ...more] = item.split('/');
    if (cls === undefined || cls === '' || more.length > 0) throw new ApiError('EVENT_SUBSCRIPTION_PARSE_FAILURE', item);
    if (ref === undefined) names.add(cls.toLowerCase());
    else refs.add(ref);
  }
  return { all: names.has('*'), classes: names, refs };
}

function concerns(subscription: Subscription, table: string, ref: Ref): boolean {
  return subscription.all || subscription.classes.has(table.toLowerCase()) || subscription.refs.has(ref);
}

export class Events {
  private readonly waiting = new Set<(table: string, ref: Ref) => void>();
  private lifeBegan = 0;

  constructor(
    private readonly database: LiveDatabase,
    private readonly served: ServedRecords,
    private readonly clock: Clock,
  ) {
    database.onChange((table, ref) => {
      if (this.waiting.size > 0) for (const tell of [...this.waiting]) tell(table, ref);
    });
  }

  /** The master started: what was told before cannot be continued. */
  beginLife(): void {
    this.lifeBegan = this.database.generation;
  }

  /**
   * The body of `event.from`.
   * @param token     '' for everything there is
   * @param timeoutMs how long to wait for a first event
   */
  async from(subscription: Subscription, token: string, timeoutMs: number, listener: Listener): Promise<FieldValue> {
    const since = this.parseToken(token);
    let events = this.since(subscription, since);
    if (events.length === 0 && timeoutMs > 0) {
      await this.change(subscription, timeoutMs, listener);
      events = this.since(subscription, since);
    }
    return { events, valid_ref_counts: this.counts(), token: this.token() };
  }

  token(): string {
    return `${String(this.database.generation).padStart(20, '0')},${'0'.repeat(20)}`;
  }

  /** @param generation 0 for everything there is */
  since(subscription: Subscription, generation: number): readonly FieldValue[] {
    const changes = generation === 0 ? this.everything(subscription) : this.database.changesSince(generation);
    return changes.filter(({ table, ref }) => concerns(subscription, table, ref)).map((change) => this.event(change));
  }

  /** Resolves a little after something subscribed changed, at once when nobody listens any more, or at the time-out. */
  change(subscription: Subscription, timeoutMs: number, { stillValid, gone }: Listener): Promise<void> {
    return new Promise((resolve) => {
      if (gone.aborted) return resolve();
      const stop = (): void => {
        this.waiting.delete(tell);
        gone.removeEventListener('abort', end);
        cancel();
      };
      const end = (): void => {
        stop();
        resolve();
      };
      const tell = (table: string, ref: Ref): void => {
        if (!stillValid()) return end();
        if (!concerns(subscription, table, ref)) return;
        stop();
        this.clock.after(BATCH_MS, resolve);
      };
      const cancel = this.clock.after(timeoutMs, end);
      this.waiting.add(tell);
      gone.addEventListener('abort', end, { once: true });
    });
  }

  private parseToken(token: string): number {
    if (token === '') return 0;
    const parts = TOKEN.exec(token);
    if (parts === null) throw new ApiError('EVENT_FROM_TOKEN_PARSE_FAILURE', token);
    const generation = Number(parts[1]);
    if (generation < this.lifeBegan || generation > this.database.generation) throw new ApiError('EVENTS_LOST');
    return generation;
  }

  private everything(subscription: Subscription): readonly Change[] {
    return this.database.tableNames().flatMap((table) => {
      if (!subscription.all && subscription.refs.size === 0 && !subscription.classes.has(table.toLowerCase())) return [];
      return [...this.database.records(table).keys()].map((ref): Change => ({ table, ref, operation: 'add' }));
    });
  }

  private event({ table, ref, operation }: Change): FieldValue {
    const raw: DatabaseRecord | undefined = this.database.get(table, ref);
    const id = String(raw === undefined ? this.database.generation : this.database.modifiedAt(ref));
    const event = { id, timestamp: '0.0', class: table.toLowerCase(), operation, ref };
    return raw === undefined ? event : { ...event, snapshot: this.served.record(table, raw) };
  }

  /** Every class of this release, the last in the order of characters first (seen on the wire of 23.9.0). */
  private counts(): Readonly<Record<string, number>> {
    const { release } = this.served;
    const classes = classNames().filter((cls) => servedBy({ since: classSince(cls)! }, release));
    const ordered = [...classes, ...(servedBy(DIAGNOSTICS, release) ? [DIAGNOSTICS.name] : [])].sort((one, other) =>
      one < other ? 1 : -1,
    );
    return Object.fromEntries(ordered.map((cls) => [cls.toLowerCase(), this.database.size(cls)]));
  }
}
