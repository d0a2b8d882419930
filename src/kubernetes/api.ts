// The seam between the operator and a Kubernetes API, generic over the resource. Objects cross it by copy. Behind it stands a real API server,
// or the embedded one in the same process.

/** Which resource: enough to build its URL and its `apiVersion`/`kind`. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/**
 * - `NotFound`, `AlreadyExists`, `Conflict`: certain, and nothing of ours is stored. - `Gone`: that resourceVersion is too old; list again.
 * - `UnknownField`: the schema of the resource has no such field, so it is older than whoever writes; nothing is stored, rather than part of it.
 * - `NotServed`: the server knows no such resource at all (a CRD that is not installed). - `Invalid`: refused for what it says; the same again is refused again.
 * - `TooLarge`: the object, or an answer, is above a limit. - `Unauthorised`: our credentials are none, or cannot be read. - `Forbidden`: they do not suffice.
 * - `Untrusted`: the server could not prove who it is; it was told nothing. - `Throttled`: not carried out, come later (`retryAfterMs`).
 * - `TimedOut`: it was sent and nobody knows: **the write may have happened**. Look before writing again.
 * - `Unavailable`: certainly not carried out, and may be at another time. - `ServerError`: the server failed in a way that it does not explain, or its answer is
 *   none of a Kubernetes API; whether time mends it is not known.
 */
export type KubeErrorKind =
  | 'NotFound'
  | 'NotServed'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Invalid'
  | 'UnknownField'
  | 'TooLarge'
  | 'Unauthorised'
  | 'Forbidden'
  | 'Untrusted'
  | 'Gone'
  | 'Throttled'
  | 'TimedOut'
  | 'Unavailable'
  | 'ServerError';

export interface KubeErrorDetail {
  /** HTTP status, or the code of a Status object; absent when there was no answer. */
  readonly status?: number;
  /** The server's own word, such as `Expired`. */
  readonly reason?: string;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Nobody listens there: the server is down or starting, and asking again costs next to nothing. */
  readonly refused?: boolean;
}

/** The message says verb, resource and name, never the content of an object. */
export class KubeError extends Error {
  constructor(
    readonly kind: KubeErrorKind,
    message: string,
    readonly detail: KubeErrorDetail = {},
  ) {
    super(message);
    this.name = 'KubeError';
  }
}

export interface Selection {
  /** As the API writes it, e.g. `app=xenpool,tier in (a, b)`. */
  readonly labelSelector?: string;
  /** e.g. `metadata.name=rack7`. */
  readonly fieldSelector?: string;
}

export interface Shape {
  /** Only `metadata` of each object crosses the wire: whoever needs to know that something changed need not hold what it says. */
  readonly metadataOnly?: boolean;
}

export interface ListOptions extends Selection, Shape {
  /** Most items of this page. Default: all in one page. */
  readonly limit?: number;
  /** What the page before gave. @see ObjectList.continue */
  readonly continue?: string;
  /** Gives up; the call then rejects. */
  readonly signal?: AbortSignal;
}

export interface ObjectList<T extends KubeObject> {
  readonly items: readonly T[];
  /** Of the whole list, the same on each page: where a watch goes on. */
  readonly resourceVersion: string;
  /** There are further pages, of the same moment. A list that is asked on too late ends as `Gone`. */
  readonly continue?: string;
}

export interface WatchOptions extends Selection, Shape {
  /** Seconds until the server ends the watch of itself. Default: as the server likes. */
  readonly timeoutSeconds?: number;
  /** Asks for events of type BOOKMARK, about once a minute. */
  readonly bookmarks?: boolean;
}

export type Subresource = 'status';

/** By RFC 7396: null removes, lists are replaced whole. With `metadata.resourceVersion` in it the change is conditional. */
export type MergePatch = Readonly<Record<string, unknown>>;

/** Every call rejects with KubeError. Writes that carry `metadata.resourceVersion` are conditional on it (`Conflict`). */
export interface KubernetesApi {
  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): Promise<T>;
  list<T extends KubeObject>(resource: Resource, namespace?: string, options?: ListOptions): Promise<ObjectList<T>>;
  create<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  /** Replaces all but the status of a resource that has a status subresource. */
  replace<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  replaceStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  patch<T extends KubeObject>(
    resource: Resource,
    namespace: string,
    name: string,
    patch: MergePatch,
    subresource?: Subresource,
  ): Promise<T>;
  delete(resource: Resource, namespace: string, name: string): Promise<void>;
  /**
   * Changes after `resourceVersion` until the signal aborts or the server ends it, which it may at any time. A broken watch ends by throwing:
   * KubeError `Gone` when that version is too old, any other for what else the server or the wire says.
   */
  watch<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
    options?: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
}

/** `poolupgrades.xenpool.dev`, `configmaps`: a resource's name in messages. */
export function nameOf({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export const NAMESPACES: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
export const CONFIG_MAPS: Resource = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const LEASES: Resource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' };
export const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };
