// What belongs to one host and is cloned with it: its hardware, its interfaces, its local storage, the guests that live on it with their disks.
// What the pool shares (networks, shared SRs, ISO images, templates) is not cloned; the clones refer to it.
import type { DatabaseRecord, LiveDatabase, Ref } from '../../pool/liveDatabase';
import { hasDomain } from '../synthesise/draft';

/** References of the objects to clone, each with its table, in the order in which they are to be created. */
export type Closure = ReadonlyMap<Ref, string>;

/** Objects that are their host's by a field `host`. */
const OF_HOST = ['PBD', 'PIF', 'PCI', 'PGPU', 'PUSB', 'host_cpu', 'host_patch', 'Certificate'] as const;
/** Objects that are their VM's by a field `VM`. */
const OF_VM = ['VBD', 'VIF', 'VTPM', 'VGPU', 'VUSB', 'console'] as const;
/** Objects by the field that names a PIF they are built upon. */
const OF_PIF = [
  ['Bond', 'master'],
  ['VLAN', 'tagged_PIF'],
  ['tunnel', 'transport_PIF'],
] as const;

export function closureOf(database: LiveDatabase, host: Ref): Closure {
  const found = new Map<Ref, string>([[host, 'host']]);
  const add = (table: string, ref: unknown): boolean => {
    const isNew = typeof ref === 'string' && !found.has(ref) && database.get(table, ref) !== undefined;
    if (isNew) found.set(ref, table);
    return isNew;
  };
  add('host_metrics', database.get('host', host)?.['metrics']);
  for (const table of OF_HOST) for (const ref of refsWhere(database, table, 'host', (value) => value === host)) add(table, ref);
  addInterfaces(database, found, add);
  for (const sr of localStorage(database, host)) {
    add('SR', sr);
    for (const vdi of refsWhere(database, 'VDI', 'SR', (value) => value === sr)) add('VDI', vdi);
  }
  addGuests(database, host, found, add);
  return found;
}

type Add = (table: string, ref: unknown) => boolean;

function refsWhere(database: LiveDatabase, table: string, field: string, holds: (value: unknown) => boolean): readonly Ref[] {
  return [...database.records(table)].filter(([, record]) => holds(record[field])).map(([ref]) => ref);
}

function addInterfaces(database: LiveDatabase, found: Closure, add: Add): void {
  for (const pif of refsWhere(database, 'PIF', 'host', (value) => found.has(String(value))))
    add('PIF_metrics', database.get('PIF', pif)?.['metrics']);
  for (const [table, field] of OF_PIF)
    for (const ref of refsWhere(database, table, field, (value) => found.has(String(value)))) add(table, ref);
}

/** SRs that no other host sees and that are not shared by nature. */
export function localStorage(database: LiveDatabase, host: Ref): readonly Ref[] {
  return [...database.records('SR')]
    .filter(([sr, record]) => {
      const hosts = [...database.records('PBD').values()].filter((pbd) => pbd['SR'] === sr).map((pbd) => pbd['host']);
      return record['shared'] !== true && hosts.length > 0 && hosts.every((each) => each === host);
    })
    .map(([sr]) => sr);
}

/** Guests on the host, and everything (templates and snapshots too) whose disk is on its local storage; then what belongs to them. */
function addGuests(database: LiveDatabase, host: Ref, found: Closure, add: Add): void {
  const pending: Ref[] = [...database.records('VM')]
    .filter(([ref, record]) => livesOn(database, host, found, ref, record))
    .map(([ref]) => ref);
  for (let vm = pending.pop(); vm !== undefined; vm = pending.pop()) {
    if (!add('VM', vm)) continue;
    const record = database.get('VM', vm)!;
    pending.push(...listOf(record, 'snapshots'));
    add('VM_metrics', record['metrics']);
    add('VM_guest_metrics', record['guest_metrics']);
    addDisk(database, record['suspend_VDI'], add);
    for (const table of OF_VM) for (const ref of refsWhere(database, table, 'VM', (value) => value === vm)) add(table, ref);
    for (const vbd of database.records('VBD').values())
      if (vbd['VM'] === vm && vbd['type'] === 'Disk') addDisk(database, vbd['VDI'], add);
  }
}

function livesOn(database: LiveDatabase, host: Ref, found: Closure, vm: Ref, record: DatabaseRecord): boolean {
  if (record['is_control_domain'] === true) return record['resident_on'] === host;
  if (hasDomain(record)) return record['resident_on'] === host;
  if (record['is_a_template'] !== true && record['affinity'] === host) return true;
  const disks = [...database.records('VBD').values()]
    .filter((vbd) => vbd['VM'] === vm && vbd['type'] === 'Disk')
    .map((vbd) => vbd['VDI']);
  return [...disks, record['suspend_VDI']].some((vdi) => found.has(String(vdi)));
}

/** A disk and its snapshots; one that several VMs write to stays one. */
function addDisk(database: LiveDatabase, vdi: unknown, add: Add): void {
  const record = typeof vdi === 'string' ? database.get('VDI', vdi) : undefined;
  if (record === undefined || record['sharable'] === true || !add('VDI', vdi)) return;
  for (const snapshot of listOf(record, 'snapshots')) add('VDI', snapshot);
}

function listOf(record: DatabaseRecord, field: string): readonly string[] {
  const value = record[field];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
