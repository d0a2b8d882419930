// The copy of the pool's records kept by `event.from`. XAPI has no queue of events: it compares database generations, so a token from any time gives
// all that changed since. A token dies with its database; whatever hints at that (a new session, a broken connection, an error about the token, counts
// that do not match) makes the cache start over with the empty token, which returns every object.
import { Aborted, sleep, type Clock } from '../foundation/clock';
import type { PoolCache } from './cache';
import type { XapiClient } from './client';
import { XapiError } from './error';
import { RECORD_FIELDS, type ClassName, type RecordOf, type Ref } from './records/records';

/**
 * Seconds that `event.from` may block: hardly at all for a look, half a minute for a wait. Neither is whole, because XML-RPC writes whole numbers as
 * integers, and both dialects are to ask for the very same.
 */
const NOW_S = 0.01;
const BLOCK_S = 30.5;
const BLOCK_DEADLINE_MS = 60_000;
/** Pause before a pool that did not answer is asked again. */
const SILENCE_MS = 5_000;

interface PoolEvent {
  readonly class: string;
  readonly operation: string;
  readonly ref: Ref;
  readonly snapshot?: unknown;
}

interface Batch {
  readonly events: readonly PoolEvent[];
  readonly valid_ref_counts: Readonly<Record<string, number>>;
  readonly token: string;
}

/** How far a class has been read: the token, and the order in which tokens were obtained. Tokens themselves are opaque. */
interface Position {
  readonly token: string;
  readonly order: number;
}

export class EventCache implements PoolCache {
  private readonly known = new Map<ClassName, Map<Ref, unknown>>();
  private readonly positions = new Map<ClassName, Position>();
  private readonly uncounted = new Set<ClassName>();
  private watched: readonly ClassName[] = [];
  private order = 0;
  private logins: number | undefined;
  private watcher: XapiClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: XapiClient,
    private readonly clock: Clock,
  ) {}

  /** One refresh at a time: each goes on from the token of the one before. */
  refresh(classes: readonly ClassName[], signal?: AbortSignal): Promise<void> {
    const work = this.queue.then(() => this.refreshNow(classes, signal));
    this.queue = work.catch(() => undefined);
    return work;
  }

  has(cls: ClassName): boolean {
    return this.known.has(cls);
  }

  records<Cls extends ClassName>(cls: Cls): ReadonlyMap<Ref, RecordOf<Cls>> {
    const records = this.known.get(cls);
    if (records === undefined) throw new Error(`records of ${cls} were never fetched`);
    return records as ReadonlyMap<Ref, unknown> as ReadonlyMap<Ref, RecordOf<Cls>>;
  }

  async wait(signal?: AbortSignal): Promise<void> {
    const oldest = this.oldest(this.watched);
    const options = { deadlineMs: BLOCK_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
    try {
      if (oldest === undefined) await sleep(this.clock, SILENCE_MS, signal);
      else await this.watch().call<Batch>('event.from', [this.watched.map(wireName), oldest.token, BLOCK_S], options);
    } catch (error) {
      await this.afterFailedWait(error, signal);
    }
  }

  private async afterFailedWait(error: unknown, signal?: AbortSignal): Promise<void> {
    if (error instanceof Aborted || signal?.aborted === true) return;
    if (!(error instanceof XapiError)) throw error;
    // A dead token answers at once: without a pause the caller would turn in circles.
    await sleep(this.clock, SILENCE_MS, signal).catch((aborted: unknown) => {
      if (!(aborted instanceof Aborted)) throw aborted;
    });
  }

  /** The blocking call has a session of its own. What it returns is only a sign: the next refresh reads the change with the cache's own token. */
  private watch(): XapiClient {
    this.watcher ??= this.client.sibling();
    return this.watcher;
  }

  private async refreshNow(classes: readonly ClassName[], signal?: AbortSignal): Promise<void> {
    this.watched = classes;
    try {
      await this.catchUp(classes, signal);
      const drifted = classes.filter((cls) => !this.positions.has(cls));
      if (drifted.length > 0) await this.catchUp(drifted, signal);
    } catch (error) {
      if (signal?.aborted !== true) this.positions.clear();
      if (!(error instanceof XapiError) || !isTokenLost(error)) throw error;
      await this.catchUp(classes, signal);
    }
  }

  /** At most two calls: one for classes never read, one from the oldest token for all others. */
  private async catchUp(classes: readonly ClassName[], signal?: AbortSignal): Promise<void> {
    if (this.logins !== this.client.logins) this.positions.clear();
    const followed = classes.filter((cls) => this.positions.has(cls));
    const oldest = this.oldest(followed);
    if (oldest !== undefined) await this.read(followed, oldest.token, signal);
    const unread = classes.filter((cls) => !this.positions.has(cls));
    if (unread.length > 0) await this.read(unread, '', signal);
  }

  private oldest(classes: readonly ClassName[]): Position | undefined {
    const positions = classes.map((cls) => this.positions.get(cls)).filter((position) => position !== undefined);
    return positions.reduce<Position | undefined>(
      (least, next) => (least === undefined || next.order < least.order ? next : least),
      undefined,
    );
  }

  private async read(classes: readonly ClassName[], token: string, signal?: AbortSignal): Promise<void> {
    const before = this.client.logins;
    const batch = await this.client.call<Batch>(
      'event.from',
      [classes.map(wireName), token, NOW_S],
      signal === undefined ? {} : { signal },
    );
    this.logins = this.client.logins;
    // The call was repeated under a new session: an answer to the old token may be incoherent.
    if (token !== '' && this.logins !== before) return this.positions.clear();
    this.apply(classes, token, batch);
  }

  private apply(classes: readonly ClassName[], token: string, batch: Batch): void {
    for (const cls of classes) if (token === '') this.known.set(cls, new Map());
    for (const event of batch.events) this.applyOne(event);
    const position = { token: batch.token, order: ++this.order };
    for (const cls of classes) {
      const drifted = this.drifted(cls, batch.valid_ref_counts);
      // Counts that contradict a full reading count something else on this release: they are not asked again for this class.
      if (drifted && token === '') this.uncounted.add(cls);
      if (drifted && token !== '') this.positions.delete(cls);
      else this.positions.set(cls, position);
    }
  }

  private applyOne(event: PoolEvent): void {
    const records = isClassName(event.class) ? this.known.get(event.class) : undefined;
    if (records === undefined) return;
    if (event.operation === 'del') records.delete(event.ref);
    else if (event.snapshot !== undefined) records.set(event.ref, event.snapshot);
  }

  private drifted(cls: ClassName, counts: Readonly<Record<string, number>>): boolean {
    const count = this.uncounted.has(cls) ? undefined : counts[wireName(cls)];
    return count !== undefined && count !== this.known.get(cls)?.size;
  }
}

function wireName(cls: ClassName): string {
  return cls.toLowerCase();
}

function isClassName(name: string): name is ClassName {
  return Object.hasOwn(RECORD_FIELDS, name);
}

function isTokenLost(error: XapiError): boolean {
  return error.code === 'EVENTS_LOST' || error.code === 'EVENT_FROM_TOKEN_PARSE_FAILURE';
}
