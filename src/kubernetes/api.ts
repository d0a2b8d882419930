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

export type KubeErrorKind =
  'NotFound' | 'AlreadyExists' | 'Conflict' | 'Invalid' | 'Forbidden' | 'Gone' | 'TimedOut' | 'Unavailable';

/** `Conflict` and `NotFound` are certain. `TimedOut` means the write may have happened: look before writing again. */
export class KubeError extends Error {
  constructor(
    readonly kind: KubeErrorKind,
    message: string,
  ) {
    super(message);
    this.name = 'KubeError';
  }
}

/** Every call rejects with KubeError. Writes that carry `metadata.resourceVersion` are conditional on it (`Conflict`). */
export interface KubernetesApi {
  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): Promise<T>;
  list<T extends KubeObject>(
    resource: Resource,
    namespace?: string,
  ): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }>;
  create<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  /** Replaces all but the status of a resource that has a status subresource. */
  replace<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  replaceStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  delete(resource: Resource, namespace: string, name: string): Promise<void>;
  /** Changes after `resourceVersion` until the signal aborts; ends by throwing KubeError `Gone` when that version is too old. */
  watch<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>;
}

export const CONFIG_MAPS: Resource = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const LEASES: Resource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' };
