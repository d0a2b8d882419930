// The hosts of a made pool with their hardware, interfaces and control domains.
import { softwareVersionOf } from '../../releases';
import type { Release } from '../../world';
import { derivedMacTail } from '../derived';
import { updatesOf } from './updates';
import { addLocalStorage, localStorageOf } from './storage';
import { GIB, made, type MadeTables } from './tables';

export const NETWORKS: readonly string[] = ['eth0', 'eth1'];
const LONG_AGO = '1700000000.';
const NULL_REF = 'OpaqueRef:NULL';

export function hostNameOf(index: number): string {
  return `xs-${String(index + 1).padStart(2, '0')}`;
}

/** 10.77.0.11 is the master. */
export function addressOf(index: number): string {
  return `10.77.0.${index + 11}`;
}

/** What does not tell one made host from another. */
const HARDWARE = {
  capabilities: ['xen-3.0-x86_64', 'hvm-3.0-x86_64'],
  cpu_configuration: {},
  cpu_info: { cpu_count: '8', socket_count: '1', vendor: 'GenuineIntel', modelname: 'Made CPU' },
  sched_policy: 'credit',
  supported_bootloaders: ['pygrub', 'eliloader'],
  API_version_major: 2,
  API_version_minor: 0,
  API_version_vendor: 'XenSource',
  API_version_vendor_implementation: {},
  license_params: { sku_type: 'free', expiry: '20380101T00:00:00Z' },
  edition: 'free',
  memory_overhead: 0.25 * GIB,
  ssl_legacy: false,
} as const;

/** @param memory bytes of the whole machine */
export function addHost(tables: MadeTables, index: number, release: Release, memory: number): void {
  const name = hostNameOf(index);
  const serial = `MADE-${String(index + 1).padStart(4, '0')}`;
  tables.add('host', name, {
    name_label: name,
    name_description: 'A made host',
    hostname: name,
    address: addressOf(index),
    enabled: true,
    ...HARDWARE,
    software_version: softwareVersionOf(release, { network_backend: 'openvswitch', hostname: 'made' }),
    other_config: { boot_time: LONG_AGO, agent_start_time: LONG_AGO, iscsi_iqn: `iqn.2024-01.example:${name}` },
    bios_strings: { 'system-manufacturer': 'Made', 'system-product-name': 'Rack 1', 'system-serial-number': serial },
    logging: {},
    allowed_operations: [],
    current_operations: {},
    metrics: made('host_metrics', name),
    updates: updatesOf(release).map((update) => made('pool_update', update)),
    suspend_image_sr: made('SR', 'shared'),
    crash_dump_sr: made('SR', localStorageOf(name)),
    tags: [],
    blobs: {},
  });
  tables.add('host_metrics', name, { live: true, memory_total: memory, last_updated: '20240101T00:00:00Z', other_config: {} });
  NETWORKS.forEach((device) => addInterface(tables, index, device));
  addLocalStorage(tables, name, release);
  addControlDomain(tables, name);
}

/** Bytes of a made control domain. */
export const CONTROL_DOMAIN = 2 * GIB;

function addControlDomain(tables: MadeTables, host: string): void {
  tables.add('VM', `control domain of ${host}`, {
    name_label: `Control domain on host: ${host}`,
    name_description: 'The domain which manages physical devices and manages other domains',
    power_state: 'Running',
    is_a_template: false,
    is_a_snapshot: false,
    is_control_domain: true,
    resident_on: made('host', host),
    affinity: made('host', host),
    memory_static_min: CONTROL_DOMAIN,
    memory_static_max: CONTROL_DOMAIN,
    memory_dynamic_min: CONTROL_DOMAIN,
    memory_dynamic_max: CONTROL_DOMAIN,
    memory_target: CONTROL_DOMAIN,
    VCPUs_max: 4,
    VCPUs_at_startup: 4,
    HVM_boot_policy: '',
    domid: 0,
    metrics: NULL_REF,
    guest_metrics: NULL_REF,
    other_config: {},
  });
}

function addInterface(tables: MadeTables, index: number, device: string): void {
  const name = hostNameOf(index);
  const management = device === 'eth0';
  tables.add('PIF', `${name} ${device}`, {
    device,
    network: made('network', device),
    host: made('host', name),
    MAC: `02:16:3e:${derivedMacTail(`${name} ${device}`)}`,
    MTU: 1500,
    VLAN: -1,
    metrics: made('PIF_metrics', `${name} ${device}`),
    physical: true,
    currently_attached: true,
    ip_configuration_mode: management ? 'Static' : 'None',
    IP: management ? addressOf(index) : '',
    netmask: management ? '255.255.255.0' : '',
    gateway: management ? '10.77.0.1' : '',
    DNS: management ? '10.77.0.1' : '',
    bond_slave_of: NULL_REF,
    VLAN_master_of: NULL_REF,
    management,
    other_config: {},
    disallow_unplug: false,
  });
  const metrics = {
    vendor_id: '',
    vendor_name: '',
    device_id: '',
    device_name: 'made',
    pci_bus_path: '',
    last_updated: '20240101T00:00:00Z',
  };
  tables.add('PIF_metrics', `${name} ${device}`, { carrier: true, speed: 10000, duplex: true, ...metrics, other_config: {} });
}
