// From a dump to a pool that can be simulated: values by type, the release placed, what the dump lacks made up and told.
import { type Database, manifestValue } from '../../xenapi/database/database';
import { LiveDatabase, type Ref } from '../pool/liveDatabase';
import { type LoadedPool, listHosts } from './loadedPool';
import { LoadError } from './loadError';
import { placeRelease } from './placeRelease';
import { type ReadTables, readTables } from './readTables';
import type { Tables } from './relations';
import { synthesise } from './synthesise';

/**
 * @param dump as parsed; it has a pool and a host
 * @throws LoadError when it cannot become a pool
 */
export function loadPool(dump: Database): LoadedPool {
  const read = readTables(dump);
  const masterRef = findMaster(read.tables);
  const masterFirst = [...records(read.tables, 'host')].sort(([a], [b]) => Number(b === masterRef) - Number(a === masterRef));
  const placement = placeRelease(
    dump,
    masterFirst.map(([, record]) => record),
  );
  const database = fillDatabase(read.tables);
  const origin = {
    manifest: dump.manifest,
    tables: dump.tables.map(({ name }) => name),
    rows: read.rows,
    foreign: read.foreign,
    generation: database.generation,
  };
  const made = synthesise({ database, masterRef, release: placement.release, bootMemory: bootMemory(read) });
  return {
    database,
    ...placement,
    hosts: listHosts(database, masterRef),
    masterRef,
    warnings: [...memberWarning(dump), ...read.warnings, ...made],
    origin,
  };
}

/** The same pool once more, free to be changed on its own. Records are never changed in place, so they are shared. */
export function copyPool(pool: LoadedPool): LoadedPool {
  const database = new LiveDatabase();
  for (const table of pool.database.tableNames()) {
    for (const [ref, record] of pool.database.records(table)) database.create(table, ref, record);
  }
  return { ...pool, database, origin: { ...pool.origin, generation: database.generation } };
}

export function fillDatabase(tables: Tables): LiveDatabase {
  const database = new LiveDatabase();
  for (const [name, records] of tables) for (const [ref, record] of records) database.create(name, ref, record);
  return database;
}

function findMaster(tables: Tables): Ref {
  const pools = [...records(tables, 'pool').values()];
  if (pools.length > 1) throw new LoadError('ManyPools', `the database holds ${pools.length} pools; exactly one was expected`);
  const master = String(pools[0]?.['master'] ?? '');
  if (records(tables, 'host').has(master)) return master;
  throw new LoadError('NoMaster', `the pool's master (${master || 'none'}) is none of the hosts in the database`);
}

function records(tables: Tables, name: string): NonNullable<ReturnType<Tables['get']>> {
  return tables.get(name) ?? new Map();
}

/** An internal field: what a host had free when its hypervisor was up, before any domain. In bytes, by host. */
function bootMemory(read: ReadTables): ReadonlyMap<Ref, number> {
  const hosts = [...records(read.tables, 'host').keys()];
  return new Map(hosts.map((ref) => [ref, Number(read.rows.get(ref)?.row['boot_free_mem']) || 0]));
}

function memberWarning(dump: Database): readonly string[] {
  const role = manifestValue(dump, 'pool_conf') ?? '';
  return role.startsWith('slave:')
    ? [`the dump was taken on a member (pool_conf=${role}): it may be older than the master's database`]
    : [];
}
