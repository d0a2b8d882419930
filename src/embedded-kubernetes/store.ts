// A Kubernetes API in memory, for rehearsals, the demo and tests. It keeps any resource and knows the rules an operator meets: versions and conflicts,
// generations, the status subresource, finalizers, immutable data, size limits, watches that can come too late. It knows nothing of Xen.
//
// Every call is carried out when it arrives and answered a little later, so that a caller who dies in between has nevertheless written.
import { Aborted, sleep, type Clock } from '../foundation/clock';
import { uuid, type Random } from '../foundation/random';
import { sameValue } from '../foundation/sameValue';
import {
  KubeError,
  type KubeObject,
  type KubernetesApi,
  type ListOptions,
  type MergePatch,
  type ObjectList,
  type Resource,
  type Selection,
  type Subresource,
  type WatchEvent,
  type WatchOptions,
} from '../kubernetes/api';
import { History, type Occurrence } from './history';
import { mergePatched } from './mergePatch';
import { Pages } from './pages';
import { assertFits, assertValid, resourceKey, type ResourceRules } from './rules';
import { matcherOf, seenAs } from './selection';
import { spanOf, type WatchSpan } from './watchSpan';
import { created, deleting, isReleased, replaced, statusReplaced } from './writes';

export type { ResourceRules } from './rules';

export type Verb = 'create' | 'replace' | 'replaceStatus' | 'delete';

/** An accepted write. */
export interface Write {
  readonly resource: Resource;
  readonly verb: Verb;
  /** The object as stored, or as it was when it went. */
  readonly object: KubeObject;
  /** False for a write that left everything as it was: accepted, but neither a version nor an event. */
  readonly changed: boolean;
}

export interface StoreOptions {
  readonly clock: Clock;
  /** For uids. */
  readonly random: Random;
  /** Milliseconds until a call is answered. Default 1. */
  readonly latencyMs?: number;
  /** Resources with rules of their own, such as custom ones. All others are kept too, without status subresource. */
  readonly resources?: readonly ResourceRules[];
  /** How many changes a watch can look back on. Default 10,000. */
  readonly historyLimit?: number;
  /** Called synchronously, in order, for each accepted write. Must not throw. */
  readonly onWrite?: (write: Write) => void;
}

interface Stored {
  readonly object: KubeObject;
  readonly text: string;
}

export class EmbeddedStore implements KubernetesApi {
  private readonly objects = new Map<string, Map<string, Stored>>();
  private readonly history: History;
  private readonly pages = new Pages();
  private readonly rules: ReadonlyMap<string, ResourceRules>;
  private version = 0;

  constructor(private readonly options: StoreOptions) {
    this.history = new History(options.historyLimit ?? 10_000);
    this.rules = new Map((options.resources ?? []).map((rules) => [resourceKey(rules.resource), rules]));
  }

  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): Promise<T> {
    return this.answer(() => copy<T>(this.stored(resource, namespace, name).text));
  }

  list<T extends KubeObject>(resource: Resource, namespace?: string, options: ListOptions = {}): Promise<ObjectList<T>> {
    return this.answer(() => {
      const page =
        options.continue === undefined
          ? this.pages.first(this.textsOf(resource, namespace, options), String(this.version), options.limit)
          : this.pages.next(options.continue, options.limit);
      const { texts, version, continue: rest } = page;
      const items = texts.map((text) => copy<T>(text));
      return { items, resourceVersion: version, ...(rest === undefined ? {} : { continue: rest }) };
    }, options.signal);
  }

  create<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.answer(() => {
      const rules = this.rulesOf(resource);
      const key = keyOf(object);
      if (this.table(resource).has(key))
        throw new KubeError('AlreadyExists', `${resource.plural} "${object.metadata.name}" already exists`);
      const birth = { uid: uuid(this.options.random), creationTimestamp: this.now() };
      const next = complete(created(resource, copyOf(object), rules, birth), rules);
      assertValid(resource, next, undefined, rules);
      return copy<T>(this.put(resource, 'create', next, undefined).text);
    });
  }

  replace<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.update(resource, 'replace', object);
  }

  replaceStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.update(resource, 'replaceStatus', object);
  }

  patch<T extends KubeObject>(
    resource: Resource,
    namespace: string,
    name: string,
    patch: MergePatch,
    subresource?: Subresource,
  ): Promise<T> {
    return this.answer(() => {
      const merged = mergePatched(this.stored(resource, namespace, name).object, patch) as KubeObject;
      return this.store<T>(resource, subresource === 'status' ? 'replaceStatus' : 'replace', merged);
    });
  }

  delete(resource: Resource, namespace: string, name: string): Promise<void> {
    return this.answer(() => {
      const old = this.stored(resource, namespace, name);
      const marked = deleting(old.object, this.now());
      if (marked === undefined) this.remove(resource, old.object);
      else this.put(resource, 'delete', marked, old);
    });
  }

  async *watch<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
    options: WatchOptions = {},
  ): AsyncIterable<WatchEvent<T>> {
    const matches = matcherOf(options);
    const shown = (one: Occurrence): Occurrence['type'] | undefined =>
      concerns(one, resource, namespace) ? shownAs(one, matches) : undefined;
    const span = spanOf(this.options.clock, options, signal);
    try {
      yield* this.follow<T>(parseVersion(resourceVersion), span, shown);
    } finally {
      span.dispose();
    }
  }

  /** Makes every version up to now too old for a watch, as a compaction of etcd does. */
  compact(): void {
    this.history.compact();
    this.pages.forget();
  }

  private async *follow<T extends KubeObject>(
    from: number,
    span: WatchSpan,
    shown: (occurrence: Occurrence) => Occurrence['type'] | undefined,
  ): AsyncIterable<WatchEvent<T>> {
    let seen = from;
    while (await this.pause(span.signal)) {
      const news = this.history.after(seen);
      for (const occurrence of news) {
        seen = occurrence.version;
        const type = shown(occurrence);
        if (type !== undefined) yield { type, object: copy<T>(occurrence.text) };
        if (span.signal.aborted) return;
      }
      if (news.length > 0) continue;
      if (span.takeBookmark()) yield { type: 'BOOKMARK', resourceVersion: String(this.version) };
      else await span.untilNews((over) => this.history.next(over));
    }
  }

  private update<T extends KubeObject>(resource: Resource, verb: 'replace' | 'replaceStatus', object: T): Promise<T> {
    return this.answer(() => this.store<T>(resource, verb, object));
  }

  private store<T extends KubeObject>(resource: Resource, verb: 'replace' | 'replaceStatus', object: KubeObject): T {
    const rules = this.rulesOf(resource);
    const old = this.stored(resource, namespaceOf(object), object.metadata.name);
    const make = verb === 'replace' ? replaced : statusReplaced;
    const next = complete(make(resource, copyOf(object), old.object, rules), rules);
    assertValid(resource, next, old.object, rules);
    return copy<T>(this.put(resource, verb, next, old).text);
  }

  /** Stores an object under a new version, unless it is what is stored already; an object whose last finalizer went is removed. */
  private put(resource: Resource, verb: Verb, object: KubeObject, old: Stored | undefined): Stored {
    if (old !== undefined && sameValue(object, old.object)) {
      this.tell({ resource, verb, object: copyOf(object), changed: false });
      return old;
    }
    if (old !== undefined && isReleased(object)) return this.remove(resource, object, verb);
    const stored = store(object, this.version + 1);
    assertFits(stored.text);
    this.version += 1;
    this.table(resource).set(keyOf(object), stored);
    this.happened(resource, old === undefined ? 'ADDED' : 'MODIFIED', stored, old?.text);
    this.tell({ resource, verb, object: copy(stored.text), changed: true });
    return stored;
  }

  private remove(resource: Resource, object: KubeObject, verb: Verb = 'delete'): Stored {
    this.version += 1;
    const last = store(object, this.version);
    const before = this.table(resource).get(keyOf(object))?.text;
    this.table(resource).delete(keyOf(object));
    this.happened(resource, 'DELETED', last, before);
    this.tell({ resource, verb, object: copy(last.text), changed: true });
    return last;
  }

  private happened(resource: Resource, type: Occurrence['type'], { object, text }: Stored, before: string | undefined): void {
    const what = { version: this.version, type, resource: resourceKey(resource), namespace: namespaceOf(object), text };
    this.history.add(before === undefined ? what : { ...what, before });
  }

  /** The objects that are asked for, as JSON, in order of their keys. */
  private textsOf(resource: Resource, namespace: string | undefined, selection: Selection): string[] {
    const matches = matcherOf(selection);
    const chosen = [...this.table(resource)].filter(
      ([, { object }]) => (namespace === undefined || namespaceOf(object) === namespace) && matches(object),
    );
    return chosen.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { text }]) => text);
  }

  private tell(write: Write): void {
    this.options.onWrite?.(write);
  }

  private table(resource: Resource): Map<string, Stored> {
    const key = resourceKey(resource);
    const table = this.objects.get(key) ?? new Map<string, Stored>();
    this.objects.set(key, table);
    return table;
  }

  private stored(resource: Resource, namespace: string, name: string): Stored {
    const found = this.table(resource).get(`${namespace}/${name}`);
    if (found === undefined) throw new KubeError('NotFound', `${resourceKey(resource)} "${name}" not found`);
    return found;
  }

  private rulesOf(resource: Resource): ResourceRules | undefined {
    return this.rules.get(resourceKey(resource));
  }

  private now(): string {
    return `${new Date(this.options.clock.now()).toISOString().slice(0, 19)}Z`;
  }

  private async answer<T>(carryOut: () => T, signal?: AbortSignal): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown };
    try {
      outcome = { value: carryOut() };
    } catch (error) {
      outcome = { error };
    }
    if (!(await this.pause(signal))) throw new KubeError('TimedOut', 'given up by the caller');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** The way to who asked. False when he has left. */
  private async pause(signal?: AbortSignal): Promise<boolean> {
    try {
      await sleep(this.options.clock, this.options.latencyMs ?? 1, signal);
      return true;
    } catch (error) {
      if (error instanceof Aborted) return false;
      throw error;
    }
  }
}

function store(object: KubeObject, version: number): Stored {
  const text = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
  return { object: copy(text), text };
}

function complete(object: KubeObject, rules: ResourceRules | undefined): KubeObject {
  return rules?.complete === undefined ? object : rules.complete(object);
}

function parseVersion(text: string): number {
  const version = Number(text);
  if (!Number.isSafeInteger(version) || text === '')
    throw new KubeError('Invalid', `resourceVersion "${text}" is none of this store`);
  return version;
}

function shownAs({ type, text, before }: Occurrence, matches: (object: KubeObject) => boolean): Occurrence['type'] | undefined {
  return seenAs(type, before !== undefined && matches(copy(before)), matches(copy(text)));
}

function concerns(occurrence: Occurrence, resource: Resource, namespace: string | undefined): boolean {
  return occurrence.resource === resourceKey(resource) && (namespace === undefined || occurrence.namespace === namespace);
}

function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? '';
}

function keyOf(object: KubeObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function copy<T extends KubeObject>(text: string): T {
  return JSON.parse(text) as T;
}

function copyOf<T extends KubeObject>(object: T): T {
  return copy<T>(JSON.stringify(object));
}
