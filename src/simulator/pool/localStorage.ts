// Storage that belongs to one host alone: the SRs on its own disk. An installer that re-cuts the disk destroys them; the new system then makes a fresh,
// empty one of the same kind and name.
import type { Hosts } from './hosts';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { flag, list, refOf, text } from './recordFields';

const LOCAL_DISK_TYPES: ReadonlySet<string> = new Set(['lvm', 'ext']);

export interface LocalSr {
  readonly sr: Ref;
  readonly record: DatabaseRecord;
  readonly pbd: Ref;
  readonly attached: boolean;
}

/** The host's SRs on its own disk. */
export function localSrs(database: LiveDatabase, host: Ref): readonly LocalSr[] {
  return [...database.records('PBD')].flatMap(([pbd, plugged]) => {
    const sr = refOf(plugged, 'SR');
    const record = database.get('SR', sr);
    if (record === undefined || refOf(plugged, 'host') !== host || flag(record, 'shared')) return [];
    return LOCAL_DISK_TYPES.has(text(record, 'type')) ? [{ sr, record, pbd, attached: flag(plugged, 'currently_attached') }] : [];
  });
}

/** What is on an SR. Disks are found by their own reference to it, which old releases keep even where `SR.VDIs` is not stored. */
export function disksOn(database: LiveDatabase, sr: Ref): readonly Ref[] {
  return [...database.records('VDI')].filter(([, vdi]) => refOf(vdi, 'SR') === sr).map(([ref]) => ref);
}

/**
 * The disk was re-cut: the host's local SRs are gone and fresh ones stand in their place. A lost SR that had disks stays on record without a way to it,
 * so that VMs with disks there cannot start; an empty one leaves no trace.
 */
export function recreateLocalStorage(database: LiveDatabase, hosts: Hosts, host: Ref, newUuid: () => string): void {
  for (const lost of localSrs(database, host)) {
    const fresh = createLike(database, host, lost, newUuid);
    forget(database, lost);
    const plugged = list(hosts.record(host), 'PBDs').map((ref) => (ref === lost.pbd ? fresh.pbd : ref));
    database.update('host', host, { PBDs: plugged });
    redirect(database, 'host', host, ['suspend_image_sr', 'crash_dump_sr', 'local_cache_sr'], lost.sr, fresh.sr);
    redirect(database, 'pool', hosts.pool().ref, ['default_SR', 'suspend_image_SR', 'crash_dump_SR'], lost.sr, fresh.sr);
  }
}

function createLike(
  database: LiveDatabase,
  host: Ref,
  lost: LocalSr,
  newUuid: () => string,
): { readonly sr: Ref; readonly pbd: Ref } {
  const [sr, pbd] = [`OpaqueRef:${newUuid()}`, `OpaqueRef:${newUuid()}`];
  database.create('SR', sr, {
    ...lost.record,
    uuid: newUuid(),
    VDIs: [],
    PBDs: [pbd],
    physical_utilisation: 0,
    virtual_allocation: 0,
  });
  database.create('PBD', pbd, { ...database.get('PBD', lost.pbd)!, uuid: newUuid(), SR: sr, host, currently_attached: false });
  return { sr, pbd };
}

function forget(database: LiveDatabase, { sr, pbd }: LocalSr): void {
  database.remove('PBD', pbd);
  if (disksOn(database, sr).length === 0) database.remove('SR', sr);
  else database.update('SR', sr, { PBDs: [] });
}

function redirect(database: LiveDatabase, table: string, ref: Ref, fields: readonly string[], from: Ref, to: Ref): void {
  const record = database.get(table, ref)!;
  const pointing = fields.filter((field) => record[field] === from);
  database.update(table, ref, Object.fromEntries(pointing.map((field) => [field, to])));
}
