// From XenAPI records to the pool and its hosts as planning sees them.
import { brandOf } from '../../plan/release';
import type { HaSettings, Host, Pool } from '../../plan/pool';
import { POOL_MARK } from '../../upgrade/effects/poolEffects';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import { type Records, uuidOf } from './records';

/** Classes that `viewPool` reads: few, because a run looks at them every few seconds for hours. */
export const POOL_CLASSES = ['pool', 'host', 'host_metrics'] as const;

/** Classes that `viewHa` reads. */
export const HA_CLASSES = ['pool', 'VDI', 'SR'] as const;

/** @throws Error when the pool has no pool record: not a pool, or an answer that cannot be used */
export function viewPool(records: Records): Pool {
  const pool = [...records('pool').values()][0];
  if (pool === undefined) throw new Error('the pool has no pool record');
  const other = pool.other_config;
  return {
    uuid: pool.uuid,
    name: pool.name_label,
    masterUuid: uuidOf(records, 'host', pool.master) ?? '',
    haEnabled: pool.ha_enabled ?? false,
    haTolerance: pool.ha_host_failures_to_tolerate ?? 0,
    wlbEnabled: pool.wlb_enabled ?? false,
    autoPoweron: other['auto_poweron'],
    rollingUpgrade: other['rolling_upgrade_in_progress'] === 'true',
    mark: other[POOL_MARK],
    hosts: [...records('host')].map(([ref, host]) => viewHost(records, ref, host, pool.master)),
  };
}

function viewHost(records: Records, ref: Ref, host: RecordOf<'host'>, master: Ref): Host {
  const metrics = records('host_metrics').get(host.metrics);
  const software = host.software_version;
  const platform = software['platform_version'];
  const bootTime = Number.parseFloat(host.other_config['boot_time'] ?? '');
  return {
    uuid: host.uuid,
    name: host.name_label,
    address: host.address,
    master: ref === master,
    enabled: host.enabled,
    live: metrics?.live ?? false,
    version: {
      release: { brand: brandOf(software['product_brand']), version: software['product_version'] ?? '0' },
      ...(platform === undefined ? {} : { platform }),
    },
    ...cpuOf(host.cpu_info),
    ...((host.power_on_mode ?? '') === '' ? {} : { powerOnMode: host.power_on_mode! }),
    bootTime: Number.isFinite(bootTime) ? bootTime : undefined,
    agentStartTime: host.other_config['agent_start_time'],
  };
}

/** One set of features for all guests before 7.0, one a kind of guest from then on. */
function cpuOf(info: Readonly<Record<string, string>> = {}): Pick<Host, 'cpu'> {
  const { vendor, cpu_count: count = '0', features = '', features_hvm: hvm = features, features_pv: pv = features } = info;
  return vendor === undefined ? {} : { cpu: { vendor, hvm, pv, count: Number.parseInt(count, 10) || 0 } };
}

/** How HA is set up; null while it is off. */
export function viewHa(records: Records): HaSettings | null {
  const pool = [...records('pool').values()][0];
  return pool?.ha_enabled === true ? haSettings(records, pool) : null;
}

function haSettings(records: Records, pool: RecordOf<'pool'>): HaSettings {
  const srs = (pool.ha_statefiles ?? []).flatMap((statefile) => {
    const vdi = records('VDI').get(statefile) ?? [...records('VDI').values()].find((entry) => entry.uuid === statefile);
    const sr = vdi === undefined ? undefined : uuidOf(records, 'SR', vdi.SR);
    return sr === undefined ? [] : [sr];
  });
  return {
    heartbeatSrs: [...new Set(srs)],
    configuration: pool.ha_configuration ?? {},
    failuresToTolerate: pool.ha_host_failures_to_tolerate ?? 0,
  };
}
