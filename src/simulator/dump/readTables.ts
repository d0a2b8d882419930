// From rows of text to records of values. A value that is none of its type is dropped and told, because real dumps have some: one of them ends inside a set.
import { classSince } from '../../datamodel/datamodel';
import { type Database, referenceOf, type Row } from '../../xenapi/database/database';
import type { DatabaseRecord, FieldValue, Ref } from '../pool/liveDatabase';
import { fieldOfAttribute } from './attributes';
import type { KeptRow } from './loadedPool';
import { LoadError } from './loadError';
import { deriveRelations, type Tables } from './relations';
import { toWire } from './wire';

/** Of the moment of the dump; nothing of it lives on. */
const TRANSIENT: ReadonlySet<string> = new Set(['session', 'task']);

export interface ReadTables {
  readonly tables: Tables;
  readonly rows: ReadonlyMap<Ref, KeptRow>;
  readonly foreign: ReadonlyMap<string, readonly Row[]>;
  readonly warnings: readonly string[];
}

/** @throws LoadError for rows without reference, and for two objects with one reference or, of one class, one uuid */
export function readTables(database: Database): ReadTables {
  const tables: Tables = new Map();
  const foreign = new Map<string, readonly Row[]>();
  const texts = new Map<Ref, Row>();
  const warnings: string[] = [];
  for (const { name, rows } of database.tables) {
    if (TRANSIENT.has(name))
      warnings.push(...(rows.length === 0 ? [] : [`${rows.length} rows of ${name}: of the moment of the dump, left out`]));
    else if (classSince(name) === undefined) foreign.set(name, rows);
    else tables.set(name, readTable(name, rows, texts, warnings));
  }
  deriveRelations(tables);
  const rows = new Map<Ref, KeptRow>();
  for (const records of tables.values()) for (const [ref, record] of records) rows.set(ref, { row: texts.get(ref)!, record });
  return { tables, rows, foreign, warnings };
}

function readTable(table: string, rows: readonly Row[], texts: Map<Ref, Row>, warnings: string[]): Map<Ref, DatabaseRecord> {
  const records = new Map<Ref, DatabaseRecord>();
  const uuids = new Set<string>();
  for (const row of rows) {
    const ref = referenceOf(row);
    if (ref === '') throw new LoadError('NoReference', `a row of table ${table} has no reference`);
    if (texts.has(ref))
      throw new LoadError('DuplicateReference', `two objects have the reference ${ref}; the second one is in table ${table}`);
    texts.set(ref, row);
    const record = readRecord(table, row, warnings);
    const uuid = record['uuid'];
    if (typeof uuid === 'string' && uuid !== '' && uuids.has(uuid))
      throw new LoadError('DuplicateReference', `two rows of table ${table} have the uuid ${uuid}`);
    uuids.add(String(uuid));
    records.set(ref, record);
  }
  return records;
}

function readRecord(table: string, row: Row, warnings: string[]): DatabaseRecord {
  const record: Record<string, FieldValue> = {};
  for (const [attribute, text] of Object.entries(row)) {
    const field = fieldOfAttribute(table, attribute);
    if (field === undefined) continue;
    const value = toWire(field.type, text);
    if (value === undefined)
      warnings.push(`${table} ${row['uuid'] ?? referenceOf(row)}: ${field.name} is no ${field.type}, left out`);
    else record[field.name] = value;
  }
  return record;
}
