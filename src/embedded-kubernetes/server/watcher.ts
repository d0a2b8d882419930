// Watches: first what is there, if asked for, then what happens, until the time the client set is over, the version is too old, or the resource gets another
// shape. Time is the injected clock's.
import { deadline, type Clock } from '../../foundation/clock';
import { KubeError, type KubeObject } from '../../kubernetes/api';
import type { Occurrence } from '../history';
import { ApiError, invalid, statusOf } from '../status';
import { isTrue, numberIn, type Target } from './requests';
import { selector, viewed, type Reader } from './reader';
import type { Selects } from './selectors';
import type { World } from './world';

const BOOKMARK_EVERY_MS = 60_000;
const DEFAULT_SECONDS = 1_800;

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: object;
}

interface Watch {
  readonly target: Target;
  readonly selects: Selects;
  readonly bookmarks: boolean;
  readonly seconds: number;
  /** After which to watch; undefined begins with all there is. */
  readonly from: number | undefined;
}

export class Watcher {
  constructor(
    private readonly world: World,
    private readonly reader: Reader,
  ) {}

  /** @throws ApiError for what cannot be watched; before the first event */
  open(target: Target, query: URLSearchParams, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const initial = query.get('sendInitialEvents');
    if (initial !== null && query.get('resourceVersionMatch') !== 'NotOlderThan') throw unmatched();
    const version = numberIn(query, 'resourceVersion') ?? 0;
    const watch: Watch = {
      target,
      selects: selector(target, query),
      bookmarks: isTrue(query, 'allowWatchBookmarks'),
      seconds: numberIn(query, 'timeoutSeconds') ?? DEFAULT_SECONDS,
      from: version === 0 || initial === 'true' ? undefined : version,
    };
    return this.run(watch, query, signal);
  }

  private async *run(watch: Watch, query: URLSearchParams, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const { clock } = this.world;
    const seconds = watch.seconds === 0 ? DEFAULT_SECONDS : watch.seconds;
    const ending = deadline(clock, seconds * 1000, signal);
    const over = AbortSignal.any([ending.signal, this.world.shapeOf(watch.target.type.storage)]);
    try {
      const seen = watch.from ?? this.world.objects.version;
      if (watch.from === undefined) yield* this.initial(watch, query);
      yield* this.following(watch, seen, over, clock);
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'Gone') throw error;
      yield { type: 'ERROR', object: statusOf(new ApiError('Gone', 410, 'Expired', error.message)) };
    } finally {
      ending.dispose();
    }
  }

  private *initial(watch: Watch, query: URLSearchParams): Iterable<WatchEvent> {
    const version = this.world.objects.version;
    for (const object of this.reader.select(watch.target, query)) yield { type: 'ADDED', object };
    if (watch.bookmarks) yield this.bookmark(watch, version, { annotations: { 'k8s.io/initial-events-end': 'true' } });
  }

  private async *following(watch: Watch, from: number, over: AbortSignal, clock: Clock): AsyncIterable<WatchEvent> {
    const { history } = this.world.objects;
    let seen = from;
    let due = clock.monotonic() + BOOKMARK_EVERY_MS;
    while (!over.aborted) {
      const news = history.after(seen);
      for (const occurrence of news) {
        seen = occurrence.version;
        const event = this.eventOf(watch, occurrence);
        if (event !== undefined) yield event;
        if (over.aborted) return;
      }
      if (news.length > 0) continue;
      await this.pause(Math.max(0, due - clock.monotonic()), over);
      if (clock.monotonic() < due) continue;
      due = clock.monotonic() + BOOKMARK_EVERY_MS;
      if (watch.bookmarks) yield this.bookmark(watch, seen);
    }
    if (watch.bookmarks) yield this.bookmark(watch, seen);
  }

  /** Until something happens, a bookmark is due, or the watch is over. */
  private async pause(ms: number, over: AbortSignal): Promise<void> {
    const until = deadline(this.world.clock, ms, over);
    await this.world.objects.history.next(until.signal);
    until.dispose();
  }

  private eventOf({ target, selects }: Watch, occurrence: Occurrence): WatchEvent | undefined {
    const { type, namespace } = target;
    if (occurrence.resource !== type.storage || (namespace !== '' && occurrence.namespace !== namespace)) return undefined;
    const read = (text: string): KubeObject => viewed(type, JSON.parse(text) as KubeObject);
    const object = read(occurrence.text);
    const was = occurrence.before !== undefined && selects(read(occurrence.before));
    const is = occurrence.type !== 'DELETED' && selects(object);
    if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
    return was ? { type: 'DELETED', object } : undefined;
  }

  private bookmark({ target: { type } }: Watch, version: number, more: object = {}): WatchEvent {
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
    const metadata = { resourceVersion: String(version), ...more };
    return { type: 'BOOKMARK', object: { kind: type.kind, apiVersion, metadata } };
  }
}

function unmatched(): ApiError {
  const detail = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return invalid({ group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'ListOptions' }, '', [
    { reason: 'FieldValueForbidden', field: 'resourceVersionMatch', detail },
  ]);
}
