// How the judges read the world: fields of XAPI's records whatever the release serves, who is master, what runs on which disk.
import type { DatabaseRecord, FieldValue, LiveDatabase, Ref } from '../pool/liveDatabase';
import type { Cause, HostUuid, Machine, Release } from '../world';
import type { JudgedWorld } from './court';

/** Text of a field; '' when the release does not have it. A map reads the same whatever the order of its keys. */
export function text(record: DatabaseRecord | undefined, field: string): string {
  const value = record?.[field];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(Array.isArray(value) ? value : Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** True only when the field is there and true: releases before it appeared did not have what it switches. */
export function isOn(record: DatabaseRecord | undefined, field: string): boolean {
  return record?.[field] === true;
}

/** A map field; empty when the release does not have it. */
export function map(record: DatabaseRecord | undefined, field: string): Readonly<Record<string, FieldValue>> {
  const value = record?.[field];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, FieldValue>) : {};
}

/** UUID behind a reference; '' for none. */
export function uuidOf(database: LiveDatabase, table: string, ref: FieldValue | undefined): string {
  return typeof ref === 'string' ? text(database.get(table, ref), 'uuid') : '';
}

export function poolRecord(database: LiveDatabase): DatabaseRecord | undefined {
  return [...database.records('pool').values()][0];
}

export function masterOf(world: JudgedWorld): HostUuid {
  return uuidOf(world.database, 'host', poolRecord(world.database)?.['master']);
}

/** VMs that are guests: no control domain, no template (a snapshot is one). */
export function guests(database: LiveDatabase): readonly (readonly [Ref, DatabaseRecord])[] {
  return [...database.records('VM')].filter(([, vm]) => vm['is_control_domain'] !== true && vm['is_a_template'] !== true);
}

export function vmName(world: JudgedWorld, uuid: string): string {
  const label = text(world.database.byUuid('VM', uuid)?.record, 'name_label');
  return label === '' ? uuid : `${label} (${uuid})`;
}

export function hostName(world: JudgedWorld, uuid: HostUuid): string {
  return world.machines.get(uuid)?.name ?? uuid;
}

/** The system on a machine's disk, if one is there whole. */
export function systemOf(machine: Machine | undefined): Release | undefined {
  const system = machine?.disk.system;
  return system === undefined || system === null || system === 'broken' ? undefined : system;
}

export function isSame(one: Release | undefined, other: Release | undefined): boolean {
  return one !== undefined && other !== undefined && one.brand === other.brand && one.version === other.version;
}

/** Negative when `one` is of the older version. Both brands number alike; a change of brand at one number is no step in either direction. */
export function compareReleases(one: Release, other: Release): number {
  const left = one.version.split('.').map(Number);
  const right = other.version.split('.').map(Number);
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function systems(world: JudgedWorld): readonly Release[] {
  return [...world.machines.values()].map(systemOf).filter((system) => system !== undefined);
}

/** The highest release on any disk. */
export function highest(world: JudgedWorld): Release | undefined {
  return systems(world).reduce<Release | undefined>(
    (best, system) => (best === undefined || compareReleases(system, best) > 0 ? system : best),
    undefined,
  );
}

export function releasesDiffer(world: JudgedWorld): boolean {
  const all = systems(world);
  return all.some((system) => !isSame(system, all[0]));
}

/** Up, staying so, with its XAPI listening. */
export function inService(machine: Machine | undefined): boolean {
  return machine?.state === 'Up' && machine.leaving === null && machine.agent === 'Running';
}

/** Somebody's will, not the machine's own course. */
export function isWilled(cause: Cause): boolean {
  return cause.by === 'call' || cause.by === 'person';
}
