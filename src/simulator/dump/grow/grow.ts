// Makes a pool larger by cloning its hosts, so that a small real pool can show how a large one of its kind would fare.
import { map as readMap, NULL_REF, text } from '../../pool/recordFields';
import type { DatabaseRecord, FieldValue, LiveDatabase, Ref } from '../../pool/liveDatabase';
import { derivedUuid } from '../derived';
import { type LoadedPool, listHosts, type PoolHost } from '../loadedPool';
import { LoadError } from '../loadError';
import { type Closure, closureOf } from './closure';
import { namesInUse, renamed, type Renaming, renamingOf, type TakenNames } from './identity';
import { enlargeSharedStorage } from './storage';

/** Larger pools than XenServer ever allowed are of no use, and every host costs a copy of its guests. */
const MOST_HOSTS = 64;

/**
 * Clones hosts (the members in turn, then the master, and round again) with their VMs, running ones too, local SRs, disks, interfaces and all else that is
 * theirs, until the pool has `count` hosts. Changes the pool's database; the pool given is not to be used any more.
 * @throws LoadError when the pool has more hosts than that already
 */
export function grow(pool: LoadedPool, count: number): LoadedPool {
  const present = pool.hosts.length;
  if (!Number.isInteger(count) || count < present)
    throw new LoadError('TooFewHosts', `the pool has ${present} hosts; it cannot be grown to ${count}`);
  if (count > MOST_HOSTS)
    throw new LoadError('TooManyHosts', `a pool of ${count} hosts was asked for; at most ${MOST_HOSTS} can be simulated`);
  if (count === present) return pool;
  const { database, masterRef } = pool;
  const [master, ...members] = pool.hosts;
  const turns = [...members, master!];
  const closures = turns.map(({ ref }) => closureOf(database, ref));
  const outsiders = closures.map((closure) => referrers(database, closure));
  const taken = namesInUse(database);
  for (let number = present + 1; number <= count; number++) {
    const turn = (number - present - 1) % turns.length;
    cloneHost(database, { original: turns[turn]!, closure: closures[turn]!, outsiders: outsiders[turn]! }, number, taken);
  }
  enlargeSharedStorage(database, closures, turns.length, count);
  shareHeartbeat(database);
  return {
    ...pool,
    hosts: listHosts(database, masterRef),
    warnings: [...pool.warnings, `pool grown from ${present} to ${count} hosts by cloning`],
  };
}

/** What is cloned at a turn, looked up once: clones never belong to it, nor do they change who refers to it. */
interface Turn {
  readonly original: PoolHost;
  readonly closure: Closure;
  readonly outsiders: readonly Referrer[];
}

function cloneHost(database: LiveDatabase, { original, closure, outsiders }: Turn, number: number, taken: TakenNames): void {
  const names = renamingOf(database, closure, number, taken);
  for (const [ref, table] of closure) {
    const clone = renamed(database.get(table, ref)!, names);
    database.create(table, names.get(ref)!, { ...clone, ...ownTraits(table, clone, original, number) });
  }
  for (const { table, ref, field, element } of outsiders) appendTo(database, table, ref, field, names.get(element)!);
  restrictSets(database, closure, names);
}

interface Referrer {
  readonly table: string;
  readonly ref: Ref;
  readonly field: string;
  readonly element: Ref;
}

/** Sets of objects that are not cloned and that hold some that are: a network's PIFs, a shared SR's PBDs and disks. The clones join them. */
function referrers(database: LiveDatabase, closure: Closure): readonly Referrer[] {
  const found: Referrer[] = [];
  for (const table of database.tableNames()) {
    for (const [ref, record] of database.records(table))
      if (!closure.has(ref)) found.push(...referrersIn(table, ref, record, closure));
  }
  return found;
}

function referrersIn(table: string, ref: Ref, record: DatabaseRecord, closure: Closure): readonly Referrer[] {
  return Object.entries(record).flatMap(([field, value]) =>
    Array.isArray(value)
      ? (value as readonly string[]).filter((element) => closure.has(element)).map((element) => ({ table, ref, field, element }))
      : [],
  );
}

function appendTo(database: LiveDatabase, table: string, ref: Ref, field: string, element: Ref): void {
  database.update(table, ref, { [field]: [...(database.get(table, ref)![field] as readonly FieldValue[]), element] });
}

/** A clone's set may still hold an original that was not cloned and that belongs to its original alone (a snapshot of its disk made for somebody else). */
function restrictSets(database: LiveDatabase, closure: Closure, names: Renaming): void {
  const clones = new Set(names.values());
  for (const [ref, table] of closure) {
    if (table !== 'VDI' && table !== 'VM') continue;
    const clone = names.get(ref)!;
    const record = database.get(table, clone)!;
    for (const field of ['VBDs', 'snapshots', 'children', 'crash_dumps']) {
      const value = record[field];
      const kept = Array.isArray(value) ? (value as readonly string[]).filter((element) => clones.has(element)) : [];
      if (Array.isArray(value) && kept.length < value.length) database.update(table, clone, { [field]: kept });
    }
  }
}

/** What must be a host's or a guest's own, beyond references. */
function ownTraits(table: string, clone: DatabaseRecord, original: PoolHost, number: number): DatabaseRecord {
  if (table === 'host') return hostTraits(clone, number);
  if (table === 'PIF') return clone['IPv6'] === undefined ? {} : { IPv6: [] };
  if (table !== 'VM') return {};
  const label = text(clone, 'name_label');
  const ofHost = clone['is_control_domain'] === true;
  const named = ofHost ? label.replace(original.name, `${original.name}-${number}`) : `${label}-${number}`;
  return {
    name_label: clone['is_a_snapshot'] === true ? label : named,
    ...(clone['current_operations'] === undefined ? {} : { current_operations: {} }),
    blobs: {},
  };
}

function hostTraits(clone: DatabaseRecord, number: number): DatabaseRecord {
  const bios = readMap(clone, 'bios_strings');
  const serials = Object.entries(bios).map(([key, value]): [string, string] => [
    key,
    key.endsWith('serial-number') && value !== '' ? `${value}-${number}` : value,
  ]);
  const config = readMap(clone, 'other_config');
  const iqn = config['iscsi_iqn'];
  return {
    name_label: `${text(clone, 'name_label')}-${number}`,
    hostname: `${text(clone, 'hostname')}-${number}`,
    ...(clone['bios_strings'] === undefined ? {} : { bios_strings: Object.fromEntries(serials) }),
    ...(iqn === undefined ? {} : { other_config: { ...config, iscsi_iqn: ownIqn(iqn, number) } }),
    ...(text(clone, 'iscsi_iqn') === '' ? {} : { iscsi_iqn: ownIqn(text(clone, 'iscsi_iqn'), number) }),
    blobs: {},
  };
}

function ownIqn(iqn: string, number: number): string {
  return `${iqn.replace(/:[^:]*$/, '')}:${derivedUuid(`${iqn}#${number}`).slice(0, 8)}`;
}

/** With HA armed every host knows all others as peers. */
function shareHeartbeat(database: LiveDatabase): void {
  const hosts = [...database.records('host')];
  const peers = hosts.map(([, record]) => text(record, 'uuid'));
  for (const [ref, record] of hosts) {
    const known = record['ha_network_peers'];
    if (Array.isArray(known) && known.length > 0 && ref !== NULL_REF) database.update('host', ref, { ha_network_peers: peers });
  }
}
