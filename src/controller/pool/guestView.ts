// From XenAPI records to guests, storage and networks as planning sees them.
import type { Cd, Guest, Guests, Obstacle, Pbd, PowerState, Sr } from '../../plan/pool';
import { GUEST_MARK } from '../../upgrade/effects/guestEffects';
import { NULL_REF } from '../../xenapi/codec/normalise';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import { type Records, uuidOf } from './records';

/** Classes that `viewGuests` reads. */
export const GUEST_CLASSES = [
  'pool',
  'host',
  'host_metrics',
  'VM',
  'VM_guest_metrics',
  'VBD',
  'VDI',
  'SR',
  'PBD',
  'VIF',
  'PIF',
  'network',
] as const;

export function viewGuests(records: Records): Guests {
  const disks = byOwner(records('VBD'));
  const interfaces = byOwner(records('VIF'));
  const guests = [...records('VM')].filter(([, vm]) => !vm.is_a_template && vm.is_a_snapshot !== true && !vm.is_control_domain);
  return {
    guests: guests.map(([ref, vm]) => viewGuest(records, vm, disks.get(ref) ?? [], interfaces.get(ref) ?? [])),
    capacities: capacities(records),
    srs: [...records('SR').values()].map(viewSr),
    pbds: [...records('PBD').values()].flatMap((pbd) => viewPbd(records, pbd)),
    networkHosts: networkHosts(records),
  };
}

type Vbd = RecordOf<'VBD'>;
type Vm = RecordOf<'VM'>;

function viewGuest(records: Records, vm: Vm, vbds: readonly Vbd[], vifs: readonly RecordOf<'VIF'>[]): Guest {
  return {
    uuid: vm.uuid,
    name: vm.name_label,
    powerState: powerState(vm.power_state),
    host: isLive(vm) ? uuidOf(records, 'host', vm.resident_on) : undefined,
    arriving: uuidOf(records, 'host', vm.scheduled_to_be_resident_on),
    busy: Object.values(vm.current_operations),
    memory: (vm.memory_dynamic_max || vm.memory_static_max) + vm.memory_overhead,
    srs: neededSrs(records, vm, vbds),
    networks: [...new Set(vifs.flatMap((vif) => uuidOf(records, 'network', vif.network) ?? []))],
    cds: vbds.flatMap((vbd) => insertedCd(records, vbd)),
    ...abilities(records, vm),
    ...traits(vm),
    tags: vm.tags ?? [],
    mark: vm.other_config[GUEST_MARK],
    blocked: vm.blocked_operations ?? {},
  };
}

/** What placement and the order of starts go by; what a release does not tell is left out. */
function traits(vm: Vm): Partial<Guest> {
  const { vendor, features } = vm.last_boot_CPU_flags;
  const virtualisation = virtualisationOf(vm);
  return {
    memoryLeast: (vm.memory_dynamic_min || vm.memory_static_max) + vm.memory_overhead,
    vcpus: vm.VCPUs_max,
    haPriority: vm.ha_restart_priority ?? '',
    startOrder: vm.order ?? 0,
    startDelay: (vm.start_delay ?? 0) * 1000,
    ...(vendor === undefined ? {} : { cpu: { vendor, features: features ?? '' } }),
    ...(virtualisation === undefined ? {} : { virtualisation }),
    ...(vm.appliance === NULL_REF || vm.appliance === undefined ? {} : { appliance: vm.appliance }),
  };
}

const DOMAIN_TYPES: Readonly<Record<string, NonNullable<Guest['virtualisation']>>> = {
  pv: 'pv',
  hvm: 'hvm',
  pvh: 'pvh',
  pv_in_pvh: 'pv-in-pvh',
};

/** Releases from 7.5 on say it; older ones by how the guest boots. */
function virtualisationOf(vm: Vm): Guest['virtualisation'] {
  if (vm.domain_type === undefined || vm.domain_type === 'unspecified') return vm.HVM_boot_policy === '' ? 'pv' : 'hvm';
  return DOMAIN_TYPES[vm.domain_type];
}

/** A power state that this version does not know counts as one with a domain. */
function isLive(vm: Vm): boolean {
  return vm.power_state !== 'Halted' && vm.power_state !== 'Suspended';
}

/** A paravirtual guest needs no tools to move, sleep or go; a fully virtual one does. */
function abilities(records: Records, vm: Vm): Pick<Guest, 'immobile' | 'insuspendable' | 'cleanShutdown'> {
  const tools = vm.HVM_boot_policy === '' || hasTools(records, vm);
  const obstacle = pinned(vm) ?? (tools ? undefined : { code: 'VM_MISSING_PV_DRIVERS', text: 'it has no tools' });
  return {
    immobile: blockedBy(vm, 'pool_migrate') ?? obstacle,
    insuspendable: blockedBy(vm, 'suspend') ?? obstacle ?? noSuspendSr(records, vm),
    cleanShutdown: tools,
  };
}

function powerState(text: string): PowerState {
  return text === 'Halted' || text === 'Paused' || text === 'Running' || text === 'Suspended' ? text : 'Unknown';
}

function hasTools(records: Records, vm: Vm): boolean {
  const metrics = records('VM_guest_metrics').get(vm.guest_metrics);
  return metrics !== undefined && Object.keys(metrics.PV_drivers_version).length > 0;
}

/** Hardware passed through ties a guest to its host. */
function pinned(vm: Vm): Obstacle | undefined {
  if ((vm.attached_PCIs ?? []).length > 0 || (vm.other_config['pci'] ?? '') !== '')
    return { code: 'VM_HAS_PCI_ATTACHED', text: 'a PCI device is passed through to it' };
  if ((vm.VGPUs ?? []).length > 0) return { code: 'VM_HAS_VGPU', text: 'it has a virtual GPU' };
  if ((vm.VUSBs ?? []).length > 0) return { code: 'VM_HAS_VUSBS', text: 'a USB device is passed through to it' };
  return undefined;
}

function blockedBy(vm: Vm, operation: string): Obstacle | undefined {
  const code = vm.blocked_operations?.[operation];
  return code === undefined ? undefined : { code: 'OPERATION_BLOCKED', text: `a person has blocked ${operation} (${code})` };
}

function noSuspendSr(records: Records, vm: Vm): Obstacle | undefined {
  const pool = [...records('pool').values()][0];
  const choices = [vm.suspend_SR, pool?.suspend_image_SR, records('host').get(vm.resident_on)?.suspend_image_sr];
  const found = choices.some((ref) => ref !== undefined && records('SR').has(ref));
  return found ? undefined : { code: 'VM_NO_SUSPEND_SR', text: 'no SR is set for suspend images' };
}

/** What the host must see: its disks, the discs in its drives, and its memory image while it is suspended. */
function neededSrs(records: Records, vm: Vm, vbds: readonly Vbd[]): readonly string[] {
  const images = [
    ...vbds.filter((vbd) => !vbd.empty).map((vbd) => vbd.VDI),
    ...(vm.power_state === 'Suspended' ? [vm.suspend_VDI] : []),
  ];
  const srs = images.flatMap((vdi) => uuidOf(records, 'SR', records('VDI').get(vdi)?.SR ?? '') ?? []);
  return [...new Set(srs)];
}

function insertedCd(records: Records, vbd: Vbd): readonly Cd[] {
  if (vbd.type !== 'CD' || vbd.empty) return [];
  const vdi = records('VDI').get(vbd.VDI);
  const sr = vdi === undefined ? undefined : uuidOf(records, 'SR', vdi.SR);
  return vdi === undefined || sr === undefined ? [] : [{ vbd: vbd.uuid, vdi: vdi.uuid, sr }];
}

function capacities(records: Records): Record<string, number> {
  const domains = [...records('VM').values()].filter((vm) => vm.is_control_domain);
  const dom0 = (host: Ref): number =>
    domains
      .filter((vm) => vm.resident_on === host)
      .reduce((sum, vm) => sum + Math.max(vm.memory_dynamic_max, vm.memory_target) + vm.memory_overhead, 0);
  const total = (host: RecordOf<'host'>): number => records('host_metrics').get(host.metrics)?.memory_total ?? 0;
  return Object.fromEntries(
    [...records('host')].map(([ref, host]) => [host.uuid, total(host) - host.memory_overhead - dom0(ref)]),
  );
}

function viewSr(sr: RecordOf<'SR'>): Sr {
  const { uuid, name_label: name, type, shared, physical_size: size, physical_utilisation: used } = sr;
  // A size of 0 or less is what SRs say that cannot tell.
  return { uuid, name, type, shared, vdis: sr.VDIs.length, ...(size > 0 ? { free: Math.max(0, size - used) } : {}) };
}

function viewPbd(records: Records, pbd: RecordOf<'PBD'>): readonly Pbd[] {
  const host = uuidOf(records, 'host', pbd.host);
  const sr = uuidOf(records, 'SR', pbd.SR);
  if (host === undefined || sr === undefined) return [];
  const { device } = pbd.device_config;
  return [{ uuid: pbd.uuid, host, sr, attached: pbd.currently_attached, ...(device === undefined ? {} : { device }) }];
}

function networkHosts(records: Records): Record<string, string[]> {
  const hosts: Record<string, string[]> = {};
  for (const pif of records('PIF').values()) {
    const network = uuidOf(records, 'network', pif.network);
    const host = uuidOf(records, 'host', pif.host);
    if (network !== undefined && host !== undefined) (hosts[network] ??= []).push(host);
  }
  return hosts;
}

function byOwner<T extends { readonly VM: Ref }>(devices: ReadonlyMap<Ref, T>): ReadonlyMap<Ref, readonly T[]> {
  const owned = new Map<Ref, T[]>();
  for (const device of devices.values()) {
    const list = owned.get(device.VM);
    if (list === undefined) owned.set(device.VM, [device]);
    else list.push(device);
  }
  return owned;
}
