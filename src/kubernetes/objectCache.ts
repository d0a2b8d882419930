// A local copy of the objects of one resource, by key. It tells which keys a change concerns, and nothing else.
import type { KubeObject } from './api';

/** `ops/rack7`; a cluster-wide object has only its name. */
export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined || metadata.namespace === '' ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** Written by kubectl into an annotation: the whole object once more. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what only the server and kubectl need, which is often more than the rest. */
export function stripped<T extends KubeObject>(object: T): T {
  const {
    managedFields: _managed,
    annotations,
    ...metadata
  } = object.metadata as T['metadata'] & { readonly managedFields?: unknown };
  if (annotations === undefined) return { ...object, metadata };
  const { [LAST_APPLIED]: _applied, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

export class ObjectCache<T extends KubeObject> {
  private objects = new Map<string, T>();

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): readonly T[] {
    return [...this.objects.values()];
  }

  keys(): IterableIterator<string> {
    return this.objects.keys();
  }

  put(object: T): string {
    const key = keyOf(object);
    this.objects.set(key, stripped(object));
    return key;
  }

  remove(object: T): string {
    const key = keyOf(object);
    this.objects.delete(key);
    return key;
  }

  /** Takes the list's place at once. @returns keys that came, changed or went */
  replace(items: readonly T[]): readonly string[] {
    const changed = this.differences(items);
    this.objects = new Map(items.map((item) => [keyOf(item), stripped(item)]));
    return changed;
  }

  /** Keys in which the list differs from what is held. */
  differences(items: readonly T[]): readonly string[] {
    const listed = new Map(items.map((item) => [keyOf(item), item.metadata]));
    const gone = [...this.objects.keys()].filter((key) => !listed.has(key));
    const others = [...listed].filter(([key, { resourceVersion, uid }]) => {
      const held = this.objects.get(key)?.metadata;
      return held === undefined || held.resourceVersion !== resourceVersion || held.uid !== uid;
    });
    return [...gone, ...others.map(([key]) => key)];
  }
}
