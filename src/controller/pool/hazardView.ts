// From XenAPI records to what the hazard checks look at.
import type { Fact } from '../../foundation/fact';
import type {
  ClusterSight,
  GuestHazards,
  HazardTraits,
  HostHazards,
  ManagementInterface,
  PoolHazards,
} from '../../plan/checks/hazardTraits';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import { type Records, uuidOf } from './records';
import { parseServerTime } from './serverTime';

/** Classes that `viewHazards` reads. */
export const HAZARD_CLASSES = ['pool', 'host', 'VM', 'VBD', 'VDI', 'SR', 'PIF', 'Bond', 'VLAN'] as const;

/** @param clusters no record the cache keeps tells of them: see `readClusters` */
export function viewHazards(records: Records, clusters: Fact<readonly ClusterSight[]>): HazardTraits {
  const drives = drivesByGuest(records);
  const guests = [...records('VM')].filter(([, vm]) => !vm.is_a_template && vm.is_a_snapshot !== true && !vm.is_control_domain);
  return {
    pool: viewPoolHazards(records),
    hosts: Object.fromEntries([...records('host')].map(([ref, host]) => [host.uuid, viewHostHazards(records, ref, host)])),
    guests: Object.fromEntries(guests.map(([ref, vm]) => [vm.uuid, viewGuestHazards(records, vm, drives.get(ref) ?? [])])),
    clusters,
  };
}

function viewPoolHazards(records: Records): PoolHazards {
  const pool = [...records('pool').values()][0];
  const sr = (ref: Ref | undefined): string | undefined => (ref === undefined ? undefined : uuidOf(records, 'SR', ref));
  return {
    secretRotationPending: pool?.is_psr_pending ?? false,
    forbidsRollingUpgrade: (pool?.other_config['hci-forbid-rpu'] ?? '') !== '',
    defaultSr: sr(pool?.default_SR),
    suspendSr: sr(pool?.suspend_image_SR),
  };
}

function viewHostHazards(records: Records, ref: Ref, host: RecordOf<'host'>): HostHazards {
  const restrictions = [...records('pool').values()][0]?.restrictions ?? {};
  return {
    multipathing: host.multipathing ?? host.other_config['multipathing'] === 'true',
    directory: host.external_auth_type ?? '',
    licenceExpiry: expiryOf(host.license_params['expiry']),
    restricted: restrictedBy({ ...restrictions, ...host.license_params }),
    pendingGuidances: host.pending_guidances ?? [],
    suspendSr: uuidOf(records, 'SR', host.suspend_image_sr),
    management: managementOf(records, ref),
  };
}

function expiryOf(text: string | undefined): number | undefined {
  const expiry = parseServerTime(text ?? '');
  return expiry.known ? expiry.value * 1000 : undefined;
}

/** Names of features, without their `restrict_`. */
function restrictedBy(features: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(features).flatMap(([key, value]) =>
    key.startsWith('restrict_') && value === 'true' ? [key.slice('restrict_'.length)] : [],
  );
}

function managementOf(records: Records, host: Ref): ManagementInterface | undefined {
  const found = [...records('PIF')].find(([, pif]) => pif.host === host && pif.management);
  if (found === undefined) return undefined;
  const [, pif] = found;
  return {
    device: pif.device,
    mode: pif.ip_configuration_mode,
    vlan: pif.VLAN >= 0 ? pif.VLAN : undefined,
    bond: bondOf(records, pif),
    gateway: pif.gateway,
    dns: pif.DNS,
  };
}

/** Mode of the bond it is, or of the bond below its VLAN; '' where the release does not tell: up to 6.0 it stands in `other_config`, if anywhere. */
function bondOf(records: Records, pif: RecordOf<'PIF'>): string | undefined {
  const below = records('PIF').get(records('VLAN').get(pif.VLAN_master_of)?.tagged_PIF ?? '');
  for (const wire of below === undefined ? [pif] : [pif, below]) {
    const bond = wire.bond_master_of[0];
    if (bond !== undefined) return records('Bond').get(bond)?.mode ?? wire.other_config['bond-mode'] ?? '';
  }
  return undefined;
}

function viewGuestHazards(records: Records, vm: RecordOf<'VM'>, discs: readonly Ref[]): GuestHazards {
  return {
    autoPoweron: vm.other_config['auto_poweron'] === 'true',
    suspendSr: vm.suspend_SR === undefined ? undefined : uuidOf(records, 'SR', vm.suspend_SR),
    toolsDisc: discs.some((vdi) => isToolsDisc(records, vdi)),
    uefi: vm.HVM_boot_params['firmware'] === 'uefi',
  };
}

/** VDIs of the discs inserted, by guest. */
function drivesByGuest(records: Records): ReadonlyMap<Ref, readonly Ref[]> {
  const discs = new Map<Ref, Ref[]>();
  for (const vbd of records('VBD').values()) {
    if (vbd.type !== 'CD' || vbd.empty) continue;
    discs.set(vbd.VM, [...(discs.get(vbd.VM) ?? []), vbd.VDI]);
  }
  return discs;
}

/** Flags of later releases; before, the names that XenCenter goes by. */
function isToolsDisc(records: Records, vdi: Ref): boolean {
  const disc = records('VDI').get(vdi);
  if (disc === undefined) return false;
  const sr = records('SR').get(disc.SR);
  const byName = /^(xs|guest)-tools.*\.iso$/.test(disc.name_label) || sr?.name_label === 'XenServer Tools';
  return disc.is_tools_iso === true || sr?.is_tools_sr === true || byName;
}
