// Control domains and memory: what a host needs before anything can be reckoned about guests.
import { integerOf, NULL_REF, text } from '../../pool/recordFields';
import type { DatabaseRecord, LiveDatabase, Ref } from '../../pool/liveDatabase';
import { compareVersions } from '../../releases';
import type { Release } from '../../world';
import { derivedRef, derivedUuid } from '../derived';
import { addTo, controlDomainOf, type Draft, GIB, guestsOf, hasDomain, hostName, MIB, type Step } from './draft';

const NEVER = '19700101T00:00:00Z';

/** Defaults of the installers, roughly: 752 MiB until 6.5, then more. */
function controlDomainMemory(release: Release): number {
  if (compareVersions(release.version, '8.0.0') >= 0) return 2.5 * GIB;
  return compareVersions(release.version, '7.0.0') >= 0 ? 2 * GIB : 752 * MIB;
}

export const controlDomains: Step = ({ database, release }) =>
  [...database.records('host')].flatMap(([host, record]) => {
    const memory = controlDomainMemory(release);
    const present = controlDomainOf(database, host);
    if (present !== undefined && memoryOf(present[1]) > 0) return [];
    if (present === undefined) makeControlDomain(database, host, memory);
    else database.update('VM', present[0], { memory_target: memory, memory_static_max: memory });
    return [
      `host ${hostName(record)}: ${present === undefined ? 'control domain' : 'memory of the control domain'} made up, ${mebibytes(memory)}`,
    ];
  });

function makeControlDomain(database: LiveDatabase, host: Ref, memory: number): void {
  const ref = derivedRef(`control domain of ${host}`);
  const sizes = ['memory_static_min', 'memory_static_max', 'memory_dynamic_min', 'memory_dynamic_max', 'memory_target'];
  database.create('VM', ref, {
    uuid: derivedUuid(`control domain of ${host}`),
    name_label: `Control domain on host: ${hostName(database.get('host', host)!)}`,
    name_description: 'The domain which manages physical devices and manages other domains',
    power_state: 'Running',
    is_a_template: false,
    is_control_domain: true,
    is_a_snapshot: false,
    resident_on: host,
    affinity: host,
    domid: 0,
    ...Object.fromEntries(sizes.map((name) => [name, memory])),
    VCPUs_max: 4,
    VCPUs_at_startup: 4,
    metrics: NULL_REF,
    guest_metrics: NULL_REF,
    other_config: {},
    VBDs: [],
    VIFs: [],
  });
  addTo(database, 'host', host, 'resident_VMs', ref);
}

export const hostMetrics: Step = (draft) =>
  [...draft.database.records('host')].flatMap(([host, record]) => {
    const ref = String(record['metrics'] ?? NULL_REF);
    const present = draft.database.get('host_metrics', ref);
    const missing = present === undefined ? ['live', 'memory_total', 'memory_free'] : missingMetrics(present);
    if (missing.length === 0) return [];
    const total = (present && integerOf(present, 'memory_total')) || estimateTotal(draft, host);
    const figures = { live: true, memory_total: total, memory_free: Math.max(0, total - usedMemory(draft.database, host)) };
    if (present !== undefined)
      draft.database.update(
        'host_metrics',
        ref,
        Object.fromEntries(Object.entries(figures).filter(([name]) => missing.includes(name))),
      );
    else createMetrics(draft.database, host, ref, figures);
    return [`host ${hostName(record)}: ${missing.join(', ')} made up (${mebibytes(total)} in all)`];
  });

/** A host that was down when the dump was taken is taken for up: the simulation starts with all of them running. */
function missingMetrics(metrics: DatabaseRecord): readonly string[] {
  return [
    ...(metrics['live'] === true ? [] : ['live']),
    ...(integerOf(metrics, 'memory_total') > 0 ? [] : ['memory_total', 'memory_free']),
    ...(metrics['memory_free'] === undefined && integerOf(metrics, 'memory_total') > 0 ? ['memory_free'] : []),
  ];
}

function createMetrics(database: LiveDatabase, host: Ref, named: Ref, figures: DatabaseRecord): void {
  const ref = named === NULL_REF || named === '' ? derivedRef(`metrics of ${host}`) : named;
  database.create('host_metrics', ref, {
    uuid: derivedUuid(`metrics of ${host}`),
    ...figures,
    last_updated: NEVER,
    other_config: {},
  });
  database.update('host', host, { metrics: ref });
}

/** What the hypervisor had free at boot, where the dump says so; else, to the next 4 GiB, twice what the fullest host needs, so that memory that nobody knows forbids nothing. */
function estimateTotal({ database, bootMemory }: Draft, host: Ref): number {
  const known = bootMemory.get(host) ?? 0;
  if (known > 0) return known + integerOf(database.get('host', host)!, 'memory_overhead');
  const fullest = Math.max(...[...database.records('host').keys()].map((ref) => usedMemory(database, ref)));
  return Math.max(8, Math.ceil((2 * fullest) / (4 * GIB)) * 4) * GIB;
}

/** Bytes that the hypervisor, the control domain and the guests of a host take, guests with all they may have. */
export function usedMemory(database: LiveDatabase, host: Ref): number {
  const guests = guestsOf(database).filter(([, record]) => hasDomain(record) && record['resident_on'] === host);
  const control = controlDomainOf(database, host)?.[1];
  const own = integerOf(database.get('host', host)!, 'memory_overhead') + (control === undefined ? 0 : memoryOf(control));
  return guests.reduce(
    (sum, [, record]) => sum + integerOf(record, 'memory_static_max') + integerOf(record, 'memory_overhead'),
    own,
  );
}

function memoryOf(record: DatabaseRecord): number {
  return integerOf(record, 'memory_target') || integerOf(record, 'memory_static_max');
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

const SIZES = ['memory_dynamic_max', 'memory_target', 'memory_dynamic_min'] as const;

/** Guests must weigh something: the largest figure there is, else what the smallest templates give. */
export const guestMemory: Step = ({ database }) =>
  guestsOf(database).flatMap(([ref, record]) => {
    if (integerOf(record, 'memory_static_max') > 0) return [];
    const size = Math.max(...SIZES.map((name) => integerOf(record, name))) || 256 * MIB;
    const missing = SIZES.filter((name) => integerOf(record, name) <= 0);
    database.update('VM', ref, { memory_static_max: size, ...Object.fromEntries(missing.map((name) => [name, size])) });
    return [`VM ${text(record, 'name_label')}: memory made up, ${mebibytes(size)}`];
  });
