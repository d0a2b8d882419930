// The control domain: how much memory it takes by default, and what becomes of it when its host gets another system.
// Source: the reference's section 1.6 (the installer takes the greater of old size and new default) and the vendor's page "Memory usage" for the figures.
import { compareVersions } from '../releases';
import type { Release } from '../world';
import type { Hosts } from './hosts';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { flag, integerOf, refOf } from './recordFields';

const GIB = 1024 ** 3;
/** Up to 7.6, on machines of less than 24 GiB; larger ones get more, in steps, which change nothing here because no upgrade makes a domain smaller. */
const BEFORE_EIGHT = 752 * 1024 ** 2;

/** Bytes: from 8.0 on 1 GiB and a twentieth of the machine, 8 GiB at most. @param total bytes of the machine */
export function defaultMemory({ version }: Release, total: number): number {
  return compareVersions(version, '8.0') < 0 ? BEFORE_EIGHT : Math.min(8 * GIB, GIB + Math.floor(total / 20));
}

export function controlDomainOf(
  database: LiveDatabase,
  host: Ref,
): { readonly ref: Ref; readonly record: DatabaseRecord } | undefined {
  for (const [ref, record] of database.records('VM'))
    if (flag(record, 'is_control_domain') && refOf(record, 'resident_on') === host) return { ref, record };
  return undefined;
}

export function memoryOfMachine(database: LiveDatabase, hosts: Hosts, host: Ref): number {
  return integerOf(database.get('host_metrics', refOf(hosts.record(host), 'metrics')) ?? {}, 'memory_total');
}

/** The new system of a host has sized its control domain. */
export function resizeControlDomain(database: LiveDatabase, hosts: Hosts, host: Ref, system: Release): void {
  const domain = controlDomainOf(database, host);
  if (domain === undefined) return;
  const wanted = defaultMemory(system, memoryOfMachine(database, hosts, host));
  const now = integerOf(domain.record, 'memory_target') || integerOf(domain.record, 'memory_static_max');
  if (wanted <= now) return;
  const sizes = ['memory_static_max', 'memory_dynamic_max', 'memory_dynamic_min', 'memory_target'];
  database.update('VM', domain.ref, Object.fromEntries(sizes.map((size) => [size, wanted])));
}
