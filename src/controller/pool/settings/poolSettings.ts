// What is set for the pool as a whole: its members, its switches, its networks, and what its licence refuses.
import type { RecordOf, Ref } from '../../../xenapi/records/records';
import { type Records, uuidOf } from '../records';
import { configEntries, type Entry, entries } from './printed';

export function poolSettings(records: Records, pool: RecordOf<'pool'>): readonly Entry[] {
  return [
    ...switches(records, pool),
    ...[...records('host').values()].flatMap((host) => entries(`member ${host.uuid}`, { uuid: host.uuid })),
    ...[...records('network').values()].flatMap(network),
    ...Object.entries(pool.restrictions ?? {})
      .filter(([name]) => name.startsWith('restrict_'))
      .flatMap(([name, value]) => entries(`restriction ${name}`, { restricted: value })),
  ];
}

function switches(records: Records, pool: RecordOf<'pool'>): readonly Entry[] {
  const sr = (ref: Ref): string => uuidOf(records, 'SR', ref) ?? '';
  return entries('pool', {
    uuid: pool.uuid,
    master: uuidOf(records, 'host', pool.master),
    name: pool.name_label,
    description: pool.name_description,
    default_SR: sr(pool.default_SR),
    suspend_image_SR: sr(pool.suspend_image_SR),
    crash_dump_SR: sr(pool.crash_dump_SR),
    'high availability': pool.ha_enabled,
    'host failures to tolerate': pool.ha_host_failures_to_tolerate,
    'workload balancing': pool.wlb_enabled,
    'workload balancing server': pool.wlb_url,
    'automatic power-on': pool.other_config['auto_poweron'] ?? '',
    'vSwitch controller': pool.vswitch_controller,
    'certificate checking': pool.tls_verification_enabled,
    'IGMP snooping': pool.igmp_snooping_enabled,
  });
}

function network(net: RecordOf<'network'>): readonly Entry[] {
  const place = `network ${net.uuid}`;
  return [
    ...entries(place, { name: net.name_label, bridge: net.bridge, MTU: net.MTU }),
    ...configEntries(place, net.other_config, net.uuid),
  ];
}
