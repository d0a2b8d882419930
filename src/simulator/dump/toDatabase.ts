// From a simulated pool back to a dump. What has not changed since loading is written as it was read, fields that no class knows included.
import type { Database, Row, Table } from '../../xenapi/database/database';
import type { DatabaseRecord, FieldValue, Ref } from '../pool/liveDatabase';
import { brandOf, factsOf, sameRelease } from '../releases';
import { attributeOfField, fieldOfAttribute } from './attributes';
import type { KeptRow, LoadedPool } from './loadedPool';
import { softwareVersion } from './placeRelease';
import { schemaOfApi } from './schema';
import { fromWire } from './wire';

/** XAPI keeps these in memory only. */
const NOT_WRITTEN: ReadonlySet<string> = new Set(['session', 'task', 'event']);

/** @param apiRelease what the master serves now; left out, it follows from the system the master shows: an upgraded master has raised the schema */
export function toDatabase(pool: LoadedPool, apiRelease: string = apiOfMaster(pool)): Database {
  const { database, origin } = pool;
  const names = new Set([...origin.tables, ...database.tableNames()]);
  const tables = [...names].map((name): Table => {
    const foreign = origin.foreign.get(name);
    if (foreign !== undefined) return { name, rows: foreign };
    const records = NOT_WRITTEN.has(name) ? [] : [...database.records(name)];
    return {
      name,
      rows: records.map(([ref, record]) =>
        writeRow(name, ref, record, origin.rows.get(ref), database.modifiedAt(ref) - origin.generation),
      ),
    };
  });
  return { manifest: manifestOf(pool, apiRelease), tables };
}

function apiOfMaster({ database, masterRef, release, apiRelease }: LoadedPool): string {
  const shown = softwareVersion(database.get('host', masterRef) ?? {});
  const brand = shown['product_brand'] === undefined ? release.brand : brandOf(shown['product_brand']);
  const now = { brand, version: shown['product_version'] ?? release.version };
  return sameRelease(now, release) ? apiRelease : factsOf(now).api;
}

/** @param age how much later than the loading the record was touched, in generations; 0 or less when it was not */
function writeRow(table: string, ref: Ref, record: DatabaseRecord, kept: KeptRow | undefined, age: number): Row {
  if (kept === undefined) return { ref, _ref: ref, ...newAttributes(table, record, {}, new Set()) };
  if (record === kept.record) return kept.row;
  const known = Object.keys(kept.row).flatMap((attribute) => {
    const name = fieldOfAttribute(table, attribute)?.name;
    return name === undefined ? [] : [[attribute, name] as const];
  });
  const changed = known.filter(([, name]) => record[name] !== undefined && record[name] !== kept.record[name]);
  return {
    ...kept.row,
    ...Object.fromEntries(changed.map(([attribute, name]) => [attribute, fromWire(record[name] ?? null)])),
    ...newAttributes(table, record, kept.record, new Set(known.map(([, name]) => name))),
    ...(age > 0 ? laterStamp(kept.row, age) : {}),
  };
}

/** Fields that have no attribute in the row yet, unless they are what loading itself worked out. */
function newAttributes(table: string, record: DatabaseRecord, loaded: DatabaseRecord, written: ReadonlySet<string>): Row {
  const fresh = (Object.entries(record) as [string, FieldValue][]).filter(
    ([name, value]) => !written.has(name) && value !== loaded[name],
  );
  return Object.fromEntries(fresh.map(([name, value]) => [attributeOfField(table, name), fromWire(value)]));
}

function laterStamp(row: Row, age: number): Row {
  return row['__mtime'] === undefined ? {} : { __mtime: String(Number(row['__mtime']) + age) };
}

function manifestOf(pool: LoadedPool, apiRelease: string): readonly (readonly [string, string])[] {
  const { database, origin, masterRef } = pool;
  const version = softwareVersion(database.get('host', masterRef) ?? {});
  const raised = apiRelease !== pool.apiRelease;
  const later = database.generation - origin.generation;
  return origin.manifest.map(([key, value]) => {
    if (raised && key === 'schema_minor_vsn') return [key, String(schemaOfApi(apiRelease))];
    if (['product_version', 'product_brand', 'build_number'].includes(key))
      return [key, raised ? (version[key] ?? value) : value];
    return key === 'generation_count' && later > 0 ? [key, String(Number(value) + later)] : [key, value];
  });
}
