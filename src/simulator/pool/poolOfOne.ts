// A pool that is left with its master alone, and hosts that come into it again. XAPI makes such a pool of a restored database: the other hosts are removed
// from it, and each has to join anew, with what it knows of itself. Source: xapi, `pool_db_backup.ml`.
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { flag, list, NULL_REF, refOf, text } from './recordFields';

/** A host's own rows, as they were when it was removed. */
export interface Departed {
  readonly host: Ref;
  readonly rows: readonly { readonly table: string; readonly ref: Ref; readonly record: DatabaseRecord }[];
}

/** Tables of what belongs to one host, which their rows name in `host`. */
const OF_HOST = ['PIF', 'PBD', 'host_cpu', 'host_patch', 'host_crashdump', 'PGPU', 'PCI', 'PUSB', 'Certificate'] as const;
/** Which lists of other objects name rows of a host. */
const LISTED: readonly (readonly [table: 'PIF' | 'PBD', owner: string, field: string, list: string])[] = [
  ['PIF', 'network', 'network', 'PIFs'],
  ['PBD', 'SR', 'SR', 'PBDs'],
];

/** What a freshly installed host has in its database: itself, its own storage and cards, and nothing of the pool it was of. @returns the hosts it lost */
export function beginAnew(database: LiveDatabase, host: Ref): readonly Departed[] {
  const departed = keepOnly(database, host);
  const reached = new Set([...database.records('PBD').values()].map((pbd) => refOf(pbd, 'SR')));
  const isOwn = (sr: DatabaseRecord, ref: Ref): boolean => reached.has(ref) && !flag(sr, 'shared');
  dropUnless(database, 'SR', isOwn);
  dropUnless(database, 'PBD', (pbd) => database.get('SR', refOf(pbd, 'SR')) !== undefined);
  dropUnless(database, 'VM', (vm) => flag(vm, 'is_control_domain'));
  for (const table of ['VDI', 'VBD', 'VIF', 'VM_guest_metrics', 'VM_appliance', 'pool_patch', 'host_patch'])
    dropUnless(database, table, () => false);
  return departed;
}

function dropUnless(database: LiveDatabase, table: string, kept: (record: DatabaseRecord, ref: Ref) => boolean): void {
  for (const [ref, record] of [...database.records(table)]) if (!kept(record, ref)) database.remove(table, ref);
}

/** Takes every host but one out of the database. VMs that were said to run there are said to be halted; storage stays. @returns what was taken out */
export function keepOnly(database: LiveDatabase, master: Ref): readonly Departed[] {
  return [...database.records('host').keys()].filter((host) => host !== master).map((host) => takeOut(database, host));
}

function takeOut(database: LiveDatabase, host: Ref): Departed {
  const record = database.get('host', host)!;
  const rows = [
    { table: 'host', ref: host, record },
    ...rowOf(database, 'host_metrics', refOf(record, 'metrics')),
    ...OF_HOST.flatMap((table) => rowsWhere(database, table, (row) => refOf(row, 'host') === host)),
    ...rowsWhere(database, 'VM', (vm) => flag(vm, 'is_control_domain') && refOf(vm, 'resident_on') === host),
  ];
  for (const { table, ref } of rows) database.remove(table, ref);
  for (const row of rows) relist(database, row, (refs) => refs.filter((ref) => ref !== row.ref));
  for (const [ref, vm] of [...database.records('VM')])
    if (refOf(vm, 'resident_on') === host) database.update('VM', ref, { ...NOWHERE, power_state: stateAfter(vm) });
  return { host, rows };
}

const NOWHERE = { resident_on: NULL_REF, scheduled_to_be_resident_on: NULL_REF, domid: -1, current_operations: {} };

function stateAfter(vm: DatabaseRecord): string {
  return text(vm, 'power_state') === 'Suspended' ? 'Suspended' : 'Halted';
}

/** The host joins again: its rows are there as they were. */
export function putBackIn(database: LiveDatabase, { rows }: Departed): void {
  for (const row of rows) {
    database.create(row.table, row.ref, row.record);
    relist(database, row, (refs) => [...refs.filter((ref) => ref !== row.ref), row.ref]);
  }
}

function relist(database: LiveDatabase, row: Departed['rows'][number], change: (refs: readonly Ref[]) => readonly Ref[]): void {
  for (const [table, owner, field, listed] of LISTED) {
    const ref = refOf(row.record, field);
    const record = table === row.table ? database.get(owner, ref) : undefined;
    if (record?.[listed] !== undefined) database.update(owner, ref, { [listed]: change(list(record, listed)) });
  }
}

function rowOf(database: LiveDatabase, table: string, ref: Ref): Departed['rows'] {
  const record = database.get(table, ref);
  return record === undefined ? [] : [{ table, ref, record }];
}

function rowsWhere(database: LiveDatabase, table: string, chosen: (record: DatabaseRecord) => boolean): Departed['rows'] {
  return [...database.records(table)].filter(([, record]) => chosen(record)).map(([ref, record]) => ({ table, ref, record }));
}
