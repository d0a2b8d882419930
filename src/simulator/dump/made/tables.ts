// A small hand for writing made records: objects are known by names, references and uuids follow from them.
import type { DatabaseRecord, Ref } from '../../pool/liveDatabase';
import { derivedRef, derivedUuid } from '../derived';
import type { Tables } from '../relations';

export class MadeTables {
  readonly tables: Tables = new Map();

  /** @param name unique in its table */
  add(table: string, name: string, fields: DatabaseRecord): Ref {
    const records = this.tables.get(table) ?? new Map<Ref, DatabaseRecord>();
    this.tables.set(table, records);
    const ref = made(table, name);
    records.set(ref, { uuid: derivedUuid(`${table} ${name}`), ...fields });
    return ref;
  }
}

/** The reference an object of that name has, before or after it was added. */
export function made(table: string, name: string): Ref {
  return derivedRef(`${table} ${name}`);
}

export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;
