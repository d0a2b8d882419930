// What happened to the stored objects, in order of resourceVersion. Watches replay it and then wait for more. It is bounded: whoever comes with a
// version from before its beginning is told to list again, as by etcd after a compaction.
import { KubeError } from '../kubernetes/api';

export interface Occurrence {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Which resource, as a key. */
  readonly resource: string;
  readonly namespace: string;
  /** The whole object as JSON. */
  readonly text: string;
  /** The object as it was before, for watches whose selector it then met or not. */
  readonly before?: string;
}

export class History {
  private readonly occurrences: Occurrence[] = [];
  private readonly waiting = new Set<() => void>();
  private forgotten = 0;

  /** @param limit how many occurrences are kept */
  constructor(private readonly limit: number) {}

  add(occurrence: Occurrence): void {
    this.occurrences.push(occurrence);
    if (this.occurrences.length > this.limit) this.forget(this.occurrences.length - this.limit);
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** Begins after a version of which nothing is known. */
  beginAfter(version: number): void {
    this.forgotten = version;
  }

  /** Forgets everything up to now: every older version is Gone from here on. */
  compact(): void {
    this.forget(this.occurrences.length);
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** All that happened after `version`. @throws KubeError `Gone` when part of it is forgotten */
  after(version: number): readonly Occurrence[] {
    if (version < this.forgotten) throw new KubeError('Gone', `too old resource version: ${version} (${this.forgotten})`);
    let first = this.occurrences.length;
    while (first > 0 && this.occurrences[first - 1]!.version > version) first--;
    return this.occurrences.slice(first);
  }

  /** Resolves when something happens, or the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private forget(count: number): void {
    const dropped = this.occurrences.splice(0, count);
    this.forgotten = dropped.at(-1)?.version ?? this.forgotten;
  }
}
