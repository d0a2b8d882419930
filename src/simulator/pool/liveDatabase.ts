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

export class LiveDatabase {
  private readonly tables = new Map<string, Map<Ref, DatabaseRecord>>();
  private readonly stamps = new Map<Ref, Stamp>();
  private readonly removed: { readonly table: string; readonly ref: Ref; readonly at: number }[] = [];
  private readonly listeners: (() => void)[] = [];
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

  get(table: string, ref: Ref): DatabaseRecord | undefined {
    return this.tables.get(table)?.get(ref);
  }

  byUuid(table: string, uuid: string): { readonly ref: Ref; readonly record: DatabaseRecord } | undefined {
    for (const [ref, record] of this.records(table)) if (record['uuid'] === uuid) return { ref, record };
    return undefined;
  }

  create(table: string, ref: Ref, record: DatabaseRecord): void {
    const records = this.tables.get(table) ?? new Map<Ref, DatabaseRecord>();
    this.tables.set(table, records);
    records.set(ref, record);
    const at = this.raise();
    this.stamps.set(ref, { created: at, modified: at });
    this.announce();
  }

  /** Replaces the named fields. A change that changes nothing raises nothing. @throws when there is no such record: a bug of the simulator */
  update(table: string, ref: Ref, fields: DatabaseRecord): void {
    const record = this.get(table, ref);
    if (record === undefined) throw new Error(`no ${table} ${ref} in the simulated database`);
    if (Object.entries(fields).every(([name, value]) => record[name] === value)) return;
    this.tables.get(table)!.set(ref, { ...record, ...fields });
    this.stamps.get(ref)!.modified = this.raise();
    this.announce();
  }

  remove(table: string, ref: Ref): void {
    if (this.tables.get(table)?.delete(ref) !== true) return;
    this.stamps.delete(ref);
    this.removed.push({ table, ref, at: this.raise() });
    this.announce();
  }

  /** What changed after `generation`, one entry a record. */
  changesSince(generation: number): readonly Change[] {
    const changes: Change[] = [];
    for (const [table, records] of this.tables) {
      for (const ref of records.keys()) {
        const stamp = this.stamps.get(ref)!;
        if (stamp.modified > generation) changes.push({ table, ref, operation: stamp.created > generation ? 'add' : 'mod' });
      }
    }
    for (const { table, ref, at } of this.removed) if (at > generation) changes.push({ table, ref, operation: 'del' });
    return changes;
  }

  /** Calls back, synchronously, after every change. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private raise(): number {
    this.current += 1;
    return this.current;
  }

  private announce(): void {
    for (const listener of this.listeners) listener();
  }
}
