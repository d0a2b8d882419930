// What is stored, whoever asks for it: the objects of each resource as text, one count of versions over all of them, and the history that watches replay.
// Both doors to the embedded API stand on it, the one in the process and the one on the wire. With a journal, every change is written down before it counts.
import { History, type Occurrence } from './history';
import { type KubeObject } from '../kubernetes/api';

export interface Stored {
  readonly object: KubeObject;
  /** The whole object as JSON. */
  readonly text: string;
}

/** Where changes are kept beyond the life of the process. */
export interface Journal {
  /** Called before a change takes effect. @throws when it could not be kept; the change then does not happen */
  append(occurrence: Occurrence): void;
}

export interface ObjectsOptions {
  /** How many changes a watch can look back on. */
  readonly historyLimit: number;
  readonly journal?: Journal;
}

export class Objects {
  readonly history: History;
  private readonly tables = new Map<string, Map<string, Stored>>();
  private latest = 0;

  constructor(private readonly options: ObjectsOptions) {
    this.history = new History(options.historyLimit);
  }

  /** The version of the last change. */
  get version(): number {
    return this.latest;
  }

  find(resource: string, namespace: string, name: string): Stored | undefined {
    return this.tables.get(resource)?.get(keyOf(namespace, name));
  }

  /** In the order of namespace and name. */
  all(resource: string, namespace?: string): readonly Stored[] {
    const table = [...(this.tables.get(resource) ?? [])];
    const wanted = table.filter(([, { object }]) => namespace === undefined || namespaceOf(object) === namespace);
    return wanted.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, stored]) => stored);
  }

  /** Keys of the resources that have objects. */
  resources(): readonly string[] {
    return [...this.tables].filter(([, table]) => table.size > 0).map(([resource]) => resource);
  }

  /** What would be stored by `put`. */
  next(object: KubeObject): Stored {
    return withVersion(object, this.latest + 1);
  }

  /** Stores an object under the next version. */
  put(resource: string, object: KubeObject): Stored {
    const stored = this.next(object);
    const known = this.find(resource, namespaceOf(object), object.metadata.name) !== undefined;
    this.happen(resource, known ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  /** Removes an object; what is returned is its last state under the version of its removal. */
  remove(resource: string, object: KubeObject): Stored {
    const last = this.next(object);
    this.happen(resource, 'DELETED', last);
    return last;
  }

  /** Repeats a change that was kept by a journal. */
  restore(occurrence: Occurrence): void {
    this.latest = occurrence.version;
    const object = JSON.parse(occurrence.text) as KubeObject;
    this.take(occurrence, { object, text: occurrence.text });
  }

  /** Goes on from a version whose objects are given, without a history of how they came about. */
  restoreSnapshot(version: number, stored: readonly Pick<Occurrence, 'resource' | 'text'>[]): void {
    for (const { resource, text } of stored) {
      const object = JSON.parse(text) as KubeObject;
      this.table(resource).set(keyOf(namespaceOf(object), object.metadata.name), { object, text });
    }
    this.latest = version;
    this.history.beginAfter(version);
  }

  private happen(resource: string, type: Occurrence['type'], stored: Stored): void {
    const occurrence = { version: this.latest + 1, type, resource, namespace: namespaceOf(stored.object), text: stored.text };
    this.options.journal?.append(occurrence);
    this.latest = occurrence.version;
    this.take(occurrence, stored);
  }

  private take(occurrence: Occurrence, stored: Stored): void {
    const key = keyOf(occurrence.namespace, stored.object.metadata.name);
    const table = this.table(occurrence.resource);
    const before = table.get(key)?.text;
    if (occurrence.type === 'DELETED') table.delete(key);
    else table.set(key, stored);
    this.history.add(before === undefined ? occurrence : { ...occurrence, before });
  }

  private table(resource: string): Map<string, Stored> {
    const found = this.tables.get(resource) ?? new Map<string, Stored>();
    this.tables.set(resource, found);
    return found;
  }
}

export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? '';
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function withVersion(object: KubeObject, version: number): Stored {
  const text = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
  return { object: JSON.parse(text) as KubeObject, text };
}
