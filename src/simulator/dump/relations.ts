// One-to-many relations. XAPI keeps them twice, as a reference and as the set of those that refer; older databases wrote only the reference down, so
// the set is worked out when a row does not have it. Source: xen-api ocaml/idl/datamodel.ml, `all_relations`.
import type { DatabaseRecord, Ref } from '../pool/liveDatabase';

export type Tables = Map<string, Map<Ref, DatabaseRecord>>;

type Relation = readonly [table: string, reference: string, owner: string, set: string];

const RELATIONS: readonly Relation[] = [
  ['PBD', 'host', 'host', 'PBDs'],
  ['PIF', 'host', 'host', 'PIFs'],
  ['host_cpu', 'host', 'host', 'host_CPUs'],
  ['host_patch', 'host', 'host', 'patches'],
  ['host_crashdump', 'host', 'host', 'crashdumps'],
  ['PCI', 'host', 'host', 'PCIs'],
  ['PGPU', 'host', 'host', 'PGPUs'],
  ['VM', 'resident_on', 'host', 'resident_VMs'],
  ['PBD', 'SR', 'SR', 'PBDs'],
  ['VDI', 'SR', 'SR', 'VDIs'],
  ['VBD', 'VDI', 'VDI', 'VBDs'],
  ['VDI', 'snapshot_of', 'VDI', 'snapshots'],
  ['crashdump', 'VDI', 'VDI', 'crash_dumps'],
  ['VBD', 'VM', 'VM', 'VBDs'],
  ['VIF', 'VM', 'VM', 'VIFs'],
  ['VGPU', 'VM', 'VM', 'VGPUs'],
  ['VTPM', 'VM', 'VM', 'VTPMs'],
  ['console', 'VM', 'VM', 'consoles'],
  ['crashdump', 'VM', 'VM', 'crash_dumps'],
  ['VM', 'snapshot_of', 'VM', 'snapshots'],
  ['VM', 'parent', 'VM', 'children'],
  ['VM', 'protection_policy', 'VMPP', 'VMs'],
  ['VM', 'appliance', 'VM_appliance', 'VMs'],
  ['VIF', 'network', 'network', 'VIFs'],
  ['PIF', 'network', 'network', 'PIFs'],
  ['PIF', 'bond_slave_of', 'Bond', 'slaves'],
  ['Bond', 'master', 'PIF', 'bond_master_of'],
  ['VLAN', 'tagged_PIF', 'PIF', 'VLAN_slave_of'],
  ['tunnel', 'access_PIF', 'PIF', 'tunnel_access_PIF_of'],
  ['tunnel', 'transport_PIF', 'PIF', 'tunnel_transport_PIF_of'],
  ['PGPU', 'GPU_group', 'GPU_group', 'PGPUs'],
  ['VGPU', 'GPU_group', 'GPU_group', 'VGPUs'],
  ['host_patch', 'pool_patch', 'pool_patch', 'host_patches'],
];

/** Fills the sets that owners lack; a set that is there is believed. Changes `tables`. */
export function deriveRelations(tables: Tables): void {
  for (const [table, reference, owner, set] of RELATIONS) {
    const owners = tables.get(owner) ?? new Map<Ref, DatabaseRecord>();
    const found = groupBy(tables.get(table) ?? new Map<Ref, DatabaseRecord>(), reference);
    for (const [ref, record] of owners)
      if (record[set] === undefined) owners.set(ref, { ...record, [set]: found.get(ref) ?? [] });
  }
}

function groupBy(records: ReadonlyMap<Ref, DatabaseRecord>, reference: string): Map<Ref, Ref[]> {
  const groups = new Map<Ref, Ref[]>();
  for (const [ref, record] of records) {
    const owner = String(record[reference] ?? '');
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [ref]);
    else group.push(ref);
  }
  return groups;
}
