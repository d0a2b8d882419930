// The reflector keeps a local copy of one resource type equal to the API server's. It lists, watches, and starts over when the server says so, the wire
// breaks or nothing is heard for too long; it never calls anyone with data, only with keys. Now and then it lists beside the watch and compares: what the
// watch should have told and did not is counted, and is the sign of a broken watch.
import { Aborted, type Clock, deadline, following, orAborted, sleep } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { integer, type Random } from '../foundation/random';
import {
  KubeError,
  type KubeObject,
  type KubernetesApi,
  nameOf,
  type ObjectList,
  type Resource,
  type Selection,
  type WatchEvent,
} from './api';
import { Backoff } from './backoff';
import { ObjectCache } from './objectCache';

export type ReflectorState = 'Idle' | 'Listing' | 'Watching' | 'Backoff' | 'Stopped';

export interface ReflectorOptions {
  readonly api: KubernetesApi;
  /** Real time. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly resource: Resource;
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly selection?: Selection;
  /** The copy is of `metadata` alone. */
  readonly metadataOnly?: boolean;
  /** Told of each object that came, changed or went, by its key; and of each that is there when the server is heard again after trouble. */
  readonly onKey: (key: string) => void;
  /** Told of each change of state, for metrics. */
  readonly onState?: (state: ReflectorState) => void;
  /** Objects a page. Default 100: what a page holds is in memory several times over while it is read. */
  readonly pageSize?: number;
  /** Milliseconds between two comparisons with a list. Default 20 minutes. */
  readonly compareEvery?: number;
}

export interface ReflectorCounts {
  lists: number;
  watches: number;
  /** Events of objects; bookmarks are not counted. */
  events: number;
  /** Changes that a comparison found and the watch had not told. */
  missed: number;
  failures: number;
  /** Calls of `onKey` that threw. */
  handlerFailures: number;
}

/** Above the minute between two bookmarks. */
const SILENCE_MS = 90_000;
/** A watch that lasted so long forgets the troubles before it. */
const HEALTHY_MS = 60_000;
/** A watch that lasted so long shows that there is no problem now. */
const WELL_MS = 5_000;
/** A watch that is ended sooner than this was none. */
const SHORT_MS = 1_000;
/** What a list shows has been told by a watch this much later. */
const GRACE_MS = 10_000;
const COMPARE_EVERY_MS = 20 * 60_000;

export class Reflector<T extends KubeObject> {
  readonly counts: ReflectorCounts = { lists: 0, watches: 0, events: 0, missed: 0, failures: 0, handlerFailures: 0 };
  private readonly cache = new ObjectCache<T>();
  private readonly backoff: Backoff;
  private version = '';
  private synced = false;
  private heardAt: number | undefined;
  private now: ReflectorState = 'Idle';
  private last: KubeError | undefined;
  /** Counts the lists that took the place of the cache. */
  private generation = 0;
  /** Keys the watch has told of while a comparison is under way. */
  private told: Set<string> | undefined;
  private breakWatch: (reason: KubeError) => void = () => undefined;

  constructor(private readonly options: ReflectorOptions) {
    this.backoff = new Backoff(options.random);
  }

  /** Runs until the signal aborts, once; nothing is called after that. Rejects only for a defect. */
  async run(signal: AbortSignal): Promise<void> {
    const { controller: over, dispose } = following(signal);
    const tasks = [this.reflect(over.signal), this.compareNowAndThen(over.signal)];
    for (const task of tasks) task.catch(() => over.abort(signal.reason));
    const ends = await Promise.allSettled(tasks);
    dispose();
    this.enter('Stopped');
    for (const one of ends) if (one.status === 'rejected' && !(one.reason instanceof Aborted)) throw one.reason;
  }

  /** What it keeps a copy of, for messages: `poolupgrades.xenpool.dev in ops`. */
  get name(): string {
    return this.what;
  }

  /** Plural of its resource. */
  get kind(): string {
    return this.options.resource.plural;
  }

  get(key: string): T | undefined {
    return this.cache.get(key);
  }

  /** In no order. */
  list(): readonly T[] {
    return this.cache.list();
  }

  /** Whether a whole list has been seen; stays true. */
  get hasSynced(): boolean {
    return this.synced;
  }

  get state(): ReflectorState {
    return this.now;
  }

  /** The trouble it is in, until a list and a watch are well again. Its message names verb and resource. */
  get problem(): KubeError | undefined {
    return this.last;
  }

  /** Milliseconds since anything was heard, bookmarks included; undefined before the first list. */
  lastEventAge(): number | undefined {
    return this.heardAt === undefined ? undefined : this.options.clock.monotonic() - this.heardAt;
  }

  get lastResourceVersion(): string {
    return this.version;
  }

  private async reflect(signal: AbortSignal): Promise<void> {
    let listNeeded = true;
    while (!signal.aborted) listNeeded = await this.round(listNeeded, signal);
  }

  /** A list where one is needed, and a watch. @returns whether the next round must begin with a list */
  private async round(listNeeded: boolean, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.options;
    let began = clock.monotonic();
    try {
      if (listNeeded) await this.takeList(signal);
      began = clock.monotonic();
      await this.watchOnce(signal);
      if (clock.monotonic() - began >= SHORT_MS) return false;
      throw new KubeError('Unavailable', `watch ${this.what}: the server ended it at once`);
    } catch (error) {
      assertRunning(signal);
      if (!(error instanceof KubeError)) throw error;
      if (clock.monotonic() - began >= HEALTHY_MS) this.backoff.reset();
      await this.pauseAfter(error, signal);
      return true;
    }
  }

  /** A version that became too old is no trouble but the way of things; it is one when it happens again at once. */
  private async pauseAfter(error: KubeError, signal: AbortSignal): Promise<void> {
    const { clock, log, resource } = this.options;
    const wasGone = this.last?.kind === 'Gone';
    this.last = error;
    if (error.kind === 'Gone' && !wasGone) return;
    this.counts.failures += 1;
    const ms = Math.round(this.backoff.after(error));
    log.warn('list or watch failed', { resource: nameOf(resource), kind: error.kind, error: error.message, retryInMs: ms });
    this.enter('Backoff');
    await sleep(clock, ms, signal);
  }

  private async takeList(signal: AbortSignal): Promise<void> {
    this.enter('Listing');
    const { items, resourceVersion } = await this.fetch(signal);
    const changed = this.cache.replace(items);
    const told = this.isTroubled ? new Set([...changed, ...this.cache.keys()]) : changed;
    this.generation += 1;
    this.version = resourceVersion;
    this.synced = true;
    this.heard();
    for (const key of told) this.tell(key);
  }

  /** Then whatever was done for a key may have failed as well, and its next try be far: each is told again. That a version is too old is no trouble. */
  private get isTroubled(): boolean {
    return this.last !== undefined && this.last.kind !== 'Gone';
  }

  /** All pages. A page is waited for no longer than a silent watch. */
  private async fetch(signal: AbortSignal): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }> {
    this.counts.lists += 1;
    const items: T[] = [];
    for (let rest: string | undefined; ;) {
      const page = await this.fetchPage(rest, signal);
      items.push(...page.items);
      if (page.continue === undefined) return { items, resourceVersion: page.resourceVersion };
      rest = page.continue;
    }
  }

  private fetchPage(rest: string | undefined, signal: AbortSignal): Promise<ObjectList<T>> {
    const { api, resource, namespace, selection, metadataOnly = false, pageSize = 100 } = this.options;
    return this.unlessSilent('list', signal, (patience) => {
      const page = { limit: pageSize, metadataOnly, signal: patience, ...(rest === undefined ? {} : { continue: rest }) };
      const options = { ...selection, ...page };
      return api.list<T>(resource, namespace, options);
    });
  }

  /** Until the server ends it. @throws KubeError when it broke */
  private async watchOnce(signal: AbortSignal): Promise<void> {
    const { api, clock, random, resource, namespace, selection, metadataOnly = false } = this.options;
    this.enter('Watching');
    this.counts.watches += 1;
    const { controller: over, dispose } = following(signal);
    this.breakWatch = (reason) => over.abort(reason);
    const options = { ...selection, bookmarks: true, metadataOnly, timeoutSeconds: integer(random, 300, 600) };
    const well = clock.after(WELL_MS, () => (this.last = undefined));
    try {
      const events = api.watch<T>(resource, namespace, this.version, over.signal, options)[Symbol.asyncIterator]();
      while (await this.takeNext(events, over.signal));
    } finally {
      well();
      dispose();
      over.abort();
    }
  }

  /** @returns whether there may be more */
  private async takeNext(events: AsyncIterator<WatchEvent<T>>, signal: AbortSignal): Promise<boolean> {
    const { done, value } = await this.unlessSilent('watch', signal, () => events.next());
    if (done === true) return false;
    this.take(value as WatchEvent<T>);
    return true;
  }

  private take(event: WatchEvent<T>): void {
    this.heard();
    if (event.type === 'BOOKMARK') {
      this.version = event.resourceVersion;
      return;
    }
    this.counts.events += 1;
    this.version = event.object.metadata.resourceVersion ?? this.version;
    const key = event.type === 'DELETED' ? this.cache.remove(event.object) : this.cache.put(event.object);
    this.told?.add(key);
    this.tell(key);
  }

  private async compareNowAndThen(signal: AbortSignal): Promise<void> {
    const { clock, compareEvery = COMPARE_EVERY_MS, log } = this.options;
    for (;;) {
      await sleep(clock, compareEvery, signal);
      try {
        if (this.now === 'Watching') await this.compare(signal);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        // The watch goes on; the next comparison may succeed.
        log.warn('not compared with a list', { resource: nameOf(this.options.resource), error: error.message });
      } finally {
        this.told = undefined;
      }
    }
  }

  /** What a list shows and the watch, given some time, has not told is missed: then the watch is broken and everything begins anew. */
  private async compare(signal: AbortSignal): Promise<void> {
    const { generation } = this;
    const told = new Set<string>();
    this.told = told;
    const { items } = await this.fetch(signal);
    const suspects = this.cache.differences(items);
    await sleep(this.options.clock, GRACE_MS, signal);
    const missed = suspects.filter((key) => !told.has(key));
    if (generation !== this.generation || missed.length === 0) return;
    this.counts.missed += missed.length;
    this.breakWatch(new KubeError('ServerError', `watch ${this.what}: ${missed.length} changes were not told`));
  }

  /** The work's result, unless the signal aborts or it takes too long. @throws Aborted, KubeError */
  private async unlessSilent<R>(verb: string, signal: AbortSignal, work: (patience: AbortSignal) => Promise<R>): Promise<R> {
    const limit = deadline(this.options.clock, SILENCE_MS, signal);
    try {
      const result = await orAborted(work(limit.signal), limit.signal);
      assertRunning(signal);
      return result;
    } catch (error) {
      const reason: unknown = signal.reason;
      if (signal.aborted) throw reason instanceof KubeError ? reason : new Aborted(reason);
      if (!limit.signal.aborted) throw error;
      throw new KubeError('TimedOut', `${verb} ${this.what}: nothing was heard for ${SILENCE_MS / 1_000} s`);
    } finally {
      limit.dispose();
    }
  }

  private tell(key: string): void {
    try {
      this.options.onKey(key);
    } catch (error) {
      this.counts.handlerFailures += 1;
      this.options.log.error('key not taken', { key, error: error instanceof Error ? error.message : String(error) });
    }
  }

  private heard(): void {
    this.heardAt = this.options.clock.monotonic();
  }

  private enter(state: ReflectorState): void {
    this.now = state;
    this.options.onState?.(state);
  }

  private get what(): string {
    const { resource, namespace } = this.options;
    return `${nameOf(resource)} in ${namespace === undefined ? 'all namespaces' : `namespace ${namespace}`}`;
  }
}

function assertRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new Aborted(signal.reason);
}
