// XAPI's database in memory: tables of records by reference, with a generation that each change raises. Events are read out of the generations,
// as the real one does it (`event.from` compares generations; there is no queue), so nothing is lost while the database lives.

export type Ref = string;
/** A field as it travels: integers are numbers, references and enums strings, sets arrays, maps objects of strings. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | { readonly [key: string]: FieldValue };
export type DatabaseRecord = Readonly<Record<string, FieldValue>>;

export interface Change {
  readonly table: string;
  readonly ref: Ref;
  readonly operation: 'add' | 'mod' | 'del';
}

interface Stamp {
  readonly created: number;
  modified: number;
}

/** One line of the log: what was touched when. `created` tells a reader who never saw the record that its removal is none of his business. */
interface LogEntry {
  readonly at: number;
  readonly table: string;
  readonly ref: Ref;
  readonly created: number;
}

export class LiveDatabase {
  private readonly tables = new Map<string, Map<Ref, DatabaseRecord>>();
  private readonly stamps = new Map<Ref, Stamp>();
  /** In order of generation, so that "what changed since" costs no more than what changed. */
  private readonly log: LogEntry[] = [];
  private readonly listeners: ((table: string, ref: Ref) => void)[] = [];
  private current = 1;

  /** Raised by every change. */
  get generation(): number {
    return this.current;
  }

  tableNames(): readonly string[] {
    return [...this.tables.keys()];
  }

  /** Live view of one table, in order of creation; empty when there is none. */
  records(table: string): ReadonlyMap<Ref, DatabaseRecord> {
    return this.tables.get(table) ?? new Map<Ref, DatabaseRecord>();
  }

  size(table: string): number {
    return this.tables.get(table)?.size ?? 0;
  }

  get(table: string, ref: Ref): DatabaseRecord | undefined {
    return this.tables.get(table)?.get(ref);
  }

  byUuid(table: string, uuid: string): { readonly ref: Ref; readonly record: DatabaseRecord } | undefined {
    for (const [ref, record] of this.records(table)) if (record['uuid'] === uuid) return { ref, record };
    return undefined;
  }

  /** The generation of the last change of a record; 0 when there is no such record. */
  modifiedAt(ref: Ref): number {
    return this.stamps.get(ref)?.modified ?? 0;
  }

  create(table: string, ref: Ref, record: DatabaseRecord): void {
    const records = this.tables.get(table) ?? new Map<Ref, DatabaseRecord>();
    this.tables.set(table, records);
    records.set(ref, record);
    const at = this.raise();
    this.stamps.set(ref, { created: at, modified: at });
    this.announce(table, ref, at, at);
  }

  /** Replaces the named fields. A change that changes nothing raises nothing. @throws when there is no such record: a bug of the simulator */
  update(table: string, ref: Ref, fields: DatabaseRecord): void {
    const record = this.get(table, ref);
    if (record === undefined) throw new Error(`no ${table} ${ref} in the simulated database`);
    if (Object.entries(fields).every(([name, value]) => isSame(record[name], value))) return;
    this.tables.get(table)!.set(ref, { ...record, ...fields });
    const stamp = this.stamps.get(ref)!;
    stamp.modified = this.raise();
    this.announce(table, ref, stamp.modified, stamp.created);
  }

  /** Raises the generation of a record as if it had changed. @throws when there is no such record: a bug of the simulator */
  touch(table: string, ref: Ref): void {
    const stamp = this.get(table, ref) === undefined ? undefined : this.stamps.get(ref);
    if (stamp === undefined) throw new Error(`no ${table} ${ref} in the simulated database`);
    stamp.modified = this.raise();
    this.announce(table, ref, stamp.modified, stamp.created);
  }

  remove(table: string, ref: Ref): void {
    if (this.tables.get(table)?.delete(ref) !== true) return;
    const { created } = this.stamps.get(ref)!;
    this.stamps.delete(ref);
    this.announce(table, ref, this.raise(), created);
  }

  /** What changed after `generation`, one entry a record, in order of the first change after it. A record made and removed meanwhile is left out. */
  changesSince(generation: number): readonly Change[] {
    const changes = new Map<Ref, Change>();
    for (let index = this.firstAfter(generation); index < this.log.length; index++) {
      const { table, ref, created } = this.log[index]!;
      if (changes.has(ref)) continue;
      const stamp = this.stamps.get(ref);
      if (stamp !== undefined) changes.set(ref, { table, ref, operation: stamp.created > generation ? 'add' : 'mod' });
      else if (created <= generation) changes.set(ref, { table, ref, operation: 'del' });
    }
    return [...changes.values()];
  }

  /** Calls back, synchronously, after every change. */
  onChange(listener: (table: string, ref: Ref) => void): void {
    this.listeners.push(listener);
  }

  /** Index of the first log entry later than `generation`, by bisection. */
  private firstAfter(generation: number): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.log[middle]!.at > generation) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private raise(): number {
    this.current += 1;
    return this.current;
  }

  private announce(table: string, ref: Ref, at: number, created: number): void {
    this.log.push({ at, table, ref, created });
    for (const listener of this.listeners) listener(table, ref);
  }
}

/** Equal as values; lists and maps one level deep, which is as deep as XAPI's go. */
function isSame(one: FieldValue | undefined, other: FieldValue): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [Object.entries(one), Object.entries(other)];
  return (
    ours.length === theirs.length && ours.every(([key, value], index) => theirs[index]![0] === key && theirs[index]![1] === value)
  );
}
