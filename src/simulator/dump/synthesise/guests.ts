// Guests: where they run and what is known of their insides.
import { integerOf, NULL_REF, text } from '../../pool/recordFields';
import type { DatabaseRecord, LiveDatabase, Ref } from '../../pool/liveDatabase';
import type { Release } from '../../world';
import { derivedRef, derivedUuid } from '../derived';
import { guestsOf, hasDomain, hostName, readMapField, type Step } from './draft';

const NEVER = '19700101T00:00:00Z';
const FEATURES = { 'feature-suspend': '1', 'feature-shutdown': '1', 'feature-balloon': '1' };

/** Operations of the moment of the dump are over; left standing they would be in the way for ever. */
export const operations: Step = ({ database }) => {
  const busy = [...database.records('VM')].filter(
    ([, record]) => Object.keys(readMapField(record, 'current_operations')).length > 0,
  );
  for (const [ref] of busy) database.update('VM', ref, { current_operations: {} });
  return busy.length === 0 ? [] : [`operations under way at the moment of the dump taken for over: ${names(busy)}`];
};

/** A guest that runs nowhere cannot be simulated; in a pool of one there is only one place it can be. */
export const residence: Step = ({ database }) => {
  const hosts = [...database.records('host').keys()];
  const warnings = guestsOf(database).flatMap(([ref, record]) => {
    const home = String(record['resident_on'] ?? NULL_REF);
    if (hasDomain(record)) return hosts.includes(home) ? [] : [settle(database, ref, record, hosts)];
    if (home === NULL_REF || home === '') return [];
    database.update('VM', ref, { resident_on: NULL_REF });
    return [`VM ${text(record, 'name_label')}: ${text(record, 'power_state')} and yet on a host, taken for on none`];
  });
  for (const host of hosts) listResidents(database, host);
  return warnings;
};

/** The set is only the other side of `resident_on`; where they disagree the reference counts. */
function listResidents(database: LiveDatabase, host: Ref): void {
  const residents = [...database.records('VM')].filter(([, record]) => record['resident_on'] === host).map(([ref]) => ref);
  const listed = database.get('host', host)?.['resident_VMs'];
  const same = Array.isArray(listed) && listed.length === residents.length && residents.every((ref) => listed.includes(ref));
  if (!same) database.update('host', host, { resident_VMs: residents });
}

function settle(database: LiveDatabase, ref: Ref, record: DatabaseRecord, hosts: readonly Ref[]): string {
  const [only, second] = hosts;
  const name = text(record, 'name_label');
  if (only === undefined || second !== undefined) {
    database.update('VM', ref, { power_state: 'Halted', resident_on: NULL_REF });
    return `VM ${name}: ${text(record, 'power_state')} on no host of the pool, taken for halted`;
  }
  database.update('VM', ref, { resident_on: only });
  return `VM ${name}: ${text(record, 'power_state')} on no host of the pool, taken to be on ${hostName(database.get('host', only)!)}`;
}

export const guestFigures: Step = ({ database }) => {
  const made = guestsOf(database).filter(([ref, record]) => hasDomain(record) && completeMetrics(database, ref, record));
  return made.length === 0 ? [] : [`VM metrics made up for ${names(made)}`];
};

function completeMetrics(database: LiveDatabase, vm: Ref, record: DatabaseRecord): boolean {
  const ref = String(record['metrics'] ?? NULL_REF);
  const present = database.get('VM_metrics', ref);
  if (present !== undefined && integerOf(present, 'memory_actual') > 0) return false;
  const memory = integerOf(record, 'memory_dynamic_max') || integerOf(record, 'memory_static_max');
  if (present !== undefined) {
    database.update('VM_metrics', ref, { memory_actual: memory });
    return true;
  }
  const own = ref === NULL_REF || ref === '' ? derivedRef(`metrics of ${vm}`) : ref;
  const moments = { start_time: NEVER, install_time: NEVER, last_updated: NEVER };
  database.create('VM_metrics', own, {
    uuid: derivedUuid(`metrics of ${vm}`),
    memory_actual: memory,
    VCPUs_number: integerOf(record, 'VCPUs_at_startup'),
    state: [],
    ...moments,
    other_config: {},
  });
  database.update('VM', vm, { metrics: own });
  return true;
}

/** A guest that refers to guest metrics which the dump left out had its tools running; one that refers to none had not. */
export const guestTools: Step = ({ database, release }) => {
  const made = guestsOf(database).filter(([, record]) => {
    const ref = String(record['guest_metrics'] ?? NULL_REF);
    if (!hasDomain(record) || ref === NULL_REF || ref === '' || database.get('VM_guest_metrics', ref) !== undefined) return false;
    database.create('VM_guest_metrics', ref, toolsRecord(ref, release));
    return true;
  });
  return made.length === 0 ? [] : [`guest metrics (tools running) made up for ${names(made)}`];
};

/** Guest metrics of a guest whose tools run and are of the hosts' release. */
export function toolsRecord(name: string, release: Release): DatabaseRecord {
  const [major = '0', minor = '0', micro = '0'] = release.version.split('.');
  return {
    uuid: derivedUuid(`guest metrics ${name}`),
    os_version: {},
    PV_drivers_version: { major, minor, micro, build: '1' },
    PV_drivers_up_to_date: true,
    PV_drivers_detected: true,
    memory: {},
    disks: {},
    networks: {},
    other: FEATURES,
    last_updated: NEVER,
    other_config: {},
    live: true,
  };
}

function names(guests: readonly (readonly [Ref, DatabaseRecord])[]): string {
  return guests.map(([, record]) => text(record, 'name_label')).join(', ');
}
