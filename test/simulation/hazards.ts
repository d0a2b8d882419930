// How each hazard is planted in a made pool before the run, by editing the simulator's database: one small function a hazard, named after what it does. Each
// names its objects as the made pool does, and `cure` of a test is whatever puts the records back.
import { OLD_LAYOUT, SHORT_KEY } from '../../src/simulator/planted';
import type { DatabaseRecord, Ref } from '../../src/simulator/pool/liveDatabase';
import type { MadePool } from './rig';

export type Plant = (pool: MadePool) => void;

const other = (record: DatabaseRecord | undefined): DatabaseRecord => ({
  ...(record?.['other_config'] as DatabaseRecord | undefined),
});

function eachHost(pool: MadePool, fields: (record: DatabaseRecord) => DatabaseRecord): void {
  for (const [ref, record] of [...pool.database.records('host')]) pool.database.update('host', ref, fields(record));
}

function configured(pool: MadePool, table: string, ref: Ref, more: DatabaseRecord): void {
  pool.database.update(table, ref, { other_config: { ...other(pool.database.get(table, ref)), ...more } });
}

export const oldDiskLayout: Plant = (pool) => {
  for (const ref of pool.refs('host')) configured(pool, 'host', ref, { [OLD_LAYOUT]: 'true' });
};

export const shortCertificateKey: Plant = (pool) => {
  for (const ref of pool.refs('host')) configured(pool, 'host', ref, { [SHORT_KEY]: 'true' });
};

export const multipathing: Plant = (pool) => {
  for (const ref of pool.refs('host')) configured(pool, 'host', ref, { multipathing: 'true' });
};

/** Of the management interface of a host. */
export function managementInterface(host: string, fields: DatabaseRecord): Plant {
  return (pool) => {
    for (const pif of pool.refs('PIF', (record) => record['host'] === pool.ref('host', host) && record['management'] === true))
      pool.database.update('PIF', pif, fields);
  };
}

/** Both cards of a host become a bond, by which it is managed. */
export function managedByBond(host: string, mode: string): Plant {
  return (pool) => {
    const [first, second] = pool.refs('PIF', (record) => record['host'] === pool.ref('host', host));
    const bond = 'OpaqueRef:bond';
    const master = 'OpaqueRef:bond-pif';
    pool.database.create('PIF', master, {
      ...pool.database.get('PIF', first!),
      uuid: 'bond-pif',
      device: 'bond0',
      physical: false,
      bond_master_of: [bond],
    });
    pool.database.update('PIF', first!, { management: false, bond_slave_of: bond, IP: '', ip_configuration_mode: 'None' });
    pool.database.update('PIF', second!, { bond_slave_of: bond });
    pool.database.create('Bond', bond, { uuid: 'bond', master, slaves: [first!, second!], mode, other_config: {} });
  };
}

export const forbiddenUpgrade: Plant = (pool) => configured(pool, 'pool', pool.refs('pool')[0]!, { 'hci-forbid-rpu': 'true' });

export const pendingSecretRotation: Plant = (pool) => pool.pool({ is_psr_pending: true });

export const autoPoweron =
  (...guests: readonly string[]): Plant =>
  (pool) => {
    configured(pool, 'pool', pool.refs('pool')[0]!, { auto_poweron: 'true' });
    for (const guest of guests) configured(pool, 'VM', pool.ref('VM', guest), { auto_poweron: 'true' });
  };

/** @param features without `restrict_` */
export const licenceForbids =
  (...features: readonly string[]): Plant =>
  (pool) =>
    eachHost(pool, ({ license_params }) => ({
      license_params: {
        ...(license_params as DatabaseRecord),
        ...Object.fromEntries(features.map((name) => [`restrict_${name}`, 'true'])),
      },
    }));

export const licenceEnded: Plant = (pool) =>
  eachHost(pool, ({ license_params }) => ({
    license_params: { ...(license_params as DatabaseRecord), expiry: '20100131T00:00:00Z' },
  }));

export const inDirectory: Plant = (pool) =>
  eachHost(pool, () => ({ external_auth_type: 'AD', external_auth_service_name: 'corp.example' }));

export const pendingGuidances: Plant = (pool) => eachHost(pool, () => ({ pending_guidances: ['reboot_host'] }));

/** @param vendors by the order of hosts */
export const cpuVendors =
  (...vendors: readonly string[]): Plant =>
  (pool) =>
    pool.refs('host').forEach((ref, index) =>
      pool.database.update('host', ref, {
        cpu_info: { vendor: vendors[index] ?? vendors[0]!, cpu_count: '8', features: 'ff' },
      }),
    );

/** The shared SR of the made pool is of another type. */
export const sharedStorageOf =
  (type: string): Plant =>
  (pool) =>
    pool.set('SR', 'Shared storage', { type });

export const fullSuspendStorage: Plant = (pool) => {
  const ref = pool.ref('SR', 'Shared storage');
  pool.database.update('SR', ref, { physical_utilisation: pool.database.get('SR', ref)!['physical_size']! });
};

/** A cluster of all hosts, of which those named are not part any more. */
export const cluster =
  (...absent: readonly string[]): Plant =>
  (pool) => {
    const members = [...pool.database.records('host')];
    pool.database.create('Cluster', 'OpaqueRef:cluster', {
      uuid: 'cluster',
      cluster_hosts: members.map(([ref]) => `OpaqueRef:member-${ref}`),
      cluster_stack: 'corosync',
    });
    for (const [host, { name_label }] of members) {
      const there = !absent.includes(String(name_label));
      pool.database.create('Cluster_host', `OpaqueRef:member-${host}`, {
        uuid: `member-${String(name_label)}`,
        cluster: 'OpaqueRef:cluster',
        host,
        enabled: there,
        joined: there,
      });
    }
  };

export function blocked(guest: string, ...operations: readonly string[]): Plant {
  return (pool) => pool.vm(guest, { blocked_operations: Object.fromEntries(operations.map((name) => [name, 'PLANTED'])) });
}

export function paravirtual(guest: string): Plant {
  return (pool) => pool.vm(guest, { domain_type: 'pv', HVM_boot_policy: '', HVM_boot_params: {} });
}

export function squeezable(guest: string, to: number): Plant {
  return (pool) => pool.vm(guest, { memory_dynamic_min: to });
}

export function bootsByUefi(guest: string): Plant {
  return (pool) => pool.vm(guest, { HVM_boot_params: { firmware: 'uefi', order: 'cd' } });
}

/** The disc of the guest tools, on an SR that every host sees, is in the guest's drive. */
export function toolsDisc(guest: string): Plant {
  return (pool) => {
    const sr = 'OpaqueRef:tools-sr';
    const vdi = 'OpaqueRef:tools-iso';
    pool.database.create('SR', sr, {
      uuid: 'tools-sr',
      name_label: 'XenServer Tools',
      type: 'iso',
      content_type: 'iso',
      shared: true,
      VDIs: [vdi],
      PBDs: [],
      other_config: {},
    });
    pool.database.create('VDI', vdi, {
      uuid: 'tools-iso',
      name_label: 'xs-tools.iso',
      SR: sr,
      VBDs: [],
      virtual_size: 1,
      managed: true,
      other_config: {},
    });
    for (const host of pool.refs('host')) {
      const pbd = `OpaqueRef:tools-${host}`;
      pool.database.create('PBD', pbd, {
        uuid: `tools-${host}`,
        host,
        SR: sr,
        device_config: {},
        currently_attached: true,
        other_config: {},
      });
    }
    for (const vbd of pool.refs('VBD', (record) => record['VM'] === pool.ref('VM', guest) && record['type'] === 'CD'))
      pool.database.update('VBD', vbd, { VDI: vdi, empty: false });
  };
}

/** Somebody's work that goes on for long. */
export function runningTask(name: string): Plant {
  return (pool) =>
    pool.database.create('task', 'OpaqueRef:somebody', {
      uuid: 'somebody',
      name_label: name,
      name_description: '',
      status: 'pending',
      progress: 0.1,
      created: '20240101T00:00:00Z',
      finished: '19700101T00:00:00Z',
      type: '<none/>',
      result: '',
      error_info: [],
      other_config: {},
    });
}
