// The guests of a made pool. The first three are the ones an upgrade stumbles over; all others are easy.
import { releaseRank } from '../../../datamodel/datamodel';
import { factsOf } from '../../releases';
import type { Release } from '../../world';
import { derivedMacTail } from '../derived';
import { toolsRecord } from '../synthesise/guests';
import { hostNameOf } from './hosts';
import { addDisk, localStorageOf } from './storage';
import { GIB, made, type MadeTables } from './tables';

const NULL_REF = 'OpaqueRef:NULL';

/** In a VM's `other_config`, value `true`: the guest never heeds a clean shutdown. */
export const IGNORES_SHUTDOWN = 'simulator-ignores-clean-shutdown';

/** Bytes of each guest. */
export const GUEST_MEMORY = 2 * GIB;

/** Pinned: its disk is on local storage. Stubborn: has a PCI device, so that it can neither move nor be suspended, and ignores a clean shutdown. */
type Kind = 'pinned' | 'stubborn' | 'halted' | 'easy';

const KINDS: readonly Kind[] = ['pinned', 'stubborn', 'halted'];

/** @param index of the guest; guests are dealt out to the hosts in turn */
export function addGuest(tables: MadeTables, index: number, hosts: number, release: Release): void {
  const kind = KINDS[index] ?? 'easy';
  const host = hostNameOf(index % hosts);
  const name = kind === 'easy' ? `vm-${String(index + 1).padStart(2, '0')}` : `${kind}-${String(index + 1).padStart(2, '0')}`;
  const running = kind !== 'halted';
  tables.add('VM', name, {
    name_label: name,
    name_description: 'A made guest',
    power_state: running ? 'Running' : 'Halted',
    resident_on: running ? made('host', host) : NULL_REF,
    affinity: NULL_REF,
    ...guestHardware(release),
    metrics: made('VM_metrics', name),
    guest_metrics: made('VM_guest_metrics', name),
    domid: running ? index + 1 : -1,
    other_config: otherConfig(kind),
  });
  tables.add('VM_metrics', name, {
    memory_actual: running ? GUEST_MEMORY : 0,
    VCPUs_number: running ? 2 : 0,
    state: [],
    start_time: '20240101T00:00:00Z',
    last_updated: '20240101T00:00:00Z',
    other_config: {},
  });
  tables.add('VM_guest_metrics', name, toolsRecord(name, release));
  addDisk(tables, `disk of ${name}`, kind === 'pinned' ? localStorageOf(host) : 'shared', 20 * GIB);
  addDrives(tables, name, running);
}

function otherConfig(kind: Kind): Readonly<Record<string, string>> {
  return kind === 'stubborn' ? { pci: '0/0000:03:00.0', [IGNORES_SHUTDOWN]: 'true' } : {};
}

function guestHardware(
  release: Release,
): Readonly<Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, string>>>> {
  const sizes = ['memory_static_min', 'memory_static_max', 'memory_dynamic_min', 'memory_dynamic_max', 'memory_target'];
  return {
    is_a_template: false,
    is_a_snapshot: false,
    is_control_domain: false,
    ...Object.fromEntries(sizes.map((size) => [size, GUEST_MEMORY])),
    memory_overhead: GIB / 64,
    VCPUs_max: 2,
    VCPUs_at_startup: 2,
    VCPUs_params: {},
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'restart',
    actions_after_crash: 'restart',
    HVM_boot_policy: 'BIOS order',
    HVM_boot_params: { order: 'cd' },
    HVM_shadow_multiplier: 1,
    ...(releaseRank(factsOf(release).api) >= releaseRank('jura') ? { domain_type: 'hvm' } : {}),
    platform: { acpi: '1', apic: 'true', pae: 'true' },
    blocked_operations: {},
    allowed_operations: [],
    current_operations: {},
    ha_restart_priority: '',
    suspend_VDI: NULL_REF,
    snapshot_of: NULL_REF,
    tags: [],
    user_version: 1,
  };
}

function addDrives(tables: MadeTables, name: string, running: boolean): void {
  const quality = {
    qos_algorithm_type: '',
    qos_algorithm_params: {},
    allowed_operations: [],
    current_operations: {},
    runtime_properties: {},
    other_config: {},
  };
  const vm = made('VM', name);
  const disk = {
    VDI: made('VDI', `disk of ${name}`),
    device: 'xvda',
    userdevice: '0',
    bootable: true,
    mode: 'RW',
    type: 'Disk',
    empty: false,
  };
  const drive = { VDI: NULL_REF, device: 'xvdd', userdevice: '3', bootable: false, mode: 'RO', type: 'CD', empty: true };
  for (const each of [disk, drive])
    tables.add('VBD', `${name} ${each.device}`, { VM: vm, ...each, unpluggable: true, currently_attached: running, ...quality });
  const MAC = `0a:16:3e:${derivedMacTail(name)}`;
  tables.add('VIF', name, {
    VM: vm,
    network: made('network', 'eth0'),
    device: '0',
    MAC,
    MTU: 1500,
    currently_attached: running,
    ...quality,
  });
}
