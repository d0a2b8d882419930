// The settings that an upgrade promises to keep (xenserver.md 6.1), as far as XAPI shows them: for each host a flat list of paths and values. Secrets
// may be among the values, so only paths are ever told.
import type { DatabaseRecord, LiveDatabase, Ref } from '../pool/liveDatabase';
import type { HostUuid } from '../world';
import { map, poolRecord, text, uuidOf } from './reading';

/** One setting; `section` is the class it belongs to, `field` the field's own name. */
export interface Setting {
  readonly section: 'host' | 'pool' | 'PIF' | 'Bond' | 'PBD';
  readonly field: string;
  readonly value: string;
}
/** By path, e.g. `PIF 00:16:3e:01:02:03 vlan -1/IP`. */
export type HostSettings = ReadonlyMap<string, Setting>;

const HOST_FIELDS: readonly string[] = [
  ...['name_label', 'name_description', 'hostname', 'address', 'tags', 'bios_strings', 'iscsi_iqn', 'multipathing', 'logging'],
  ...['power_on_mode', 'power_on_config', 'external_auth_type', 'external_auth_service_name', 'edition', 'license_server'],
];
const HOST_SRS: readonly string[] = ['suspend_image_sr', 'crash_dump_sr', 'local_cache_sr'];
/** Where the older releases keep what are fields of the later ones. */
const HOST_OTHER_CONFIG: readonly string[] = ['iscsi_iqn', 'multipathing', 'multipathhandle'];
const PIF_FIELDS: readonly string[] = [
  ...['device', 'MTU', 'physical', 'management', 'managed', 'currently_attached', 'disallow_unplug', 'ip_configuration_mode'],
  ...['IP', 'netmask', 'gateway', 'DNS', 'primary_address_type', 'IPv6', 'ipv6_configuration_mode', 'ipv6_gateway', 'properties'],
];
const NULL_REF = 'OpaqueRef:NULL';

/** Settings of every host of the pool, by host UUID. */
export function settingsOf(database: LiveDatabase): ReadonlyMap<HostUuid, HostSettings> {
  const hosts = [...database.records('host')];
  return new Map(hosts.map(([ref, host]) => [text(host, 'uuid'), hostSettings(database, ref, host)]));
}

function hostSettings(database: LiveDatabase, ref: Ref, host: DatabaseRecord): HostSettings {
  const settings = new Map<string, Setting>();
  const otherConfig = map(host, 'other_config');
  put(settings, 'host', 'host', HOST_FIELDS, host);
  for (const field of HOST_SRS) if (field in host) add(settings, 'host', 'host', field, uuidOf(database, 'SR', host[field]));
  for (const key of HOST_OTHER_CONFIG) if (key in otherConfig) add(settings, 'host', 'host', key, String(otherConfig[key]));
  const pool = poolRecord(database);
  add(settings, 'pool', 'pool', 'uuid', text(pool, 'uuid'));
  if (pool?.['master'] === ref) add(settings, 'pool', 'pool', 'master', text(host, 'uuid'));
  for (const pif of ofHost(database, 'PIF', ref)) pifSettings(database, settings, pif);
  for (const bond of database.records('Bond').values()) bondSettings(database, settings, ref, bond);
  for (const pbd of ofHost(database, 'PBD', ref)) pbdSettings(database, settings, pbd);
  return settings;
}

function ofHost(database: LiveDatabase, table: string, host: Ref): readonly DatabaseRecord[] {
  return [...database.records(table).values()].filter((record) => record['host'] === host);
}

/** A bond's own PIF has the MAC of its first slave, and a VLAN's that of the interface below: MAC, VLAN and kind together name one. */
function pifSettings(database: LiveDatabase, settings: Map<string, Setting>, pif: DatabaseRecord): void {
  const kind = pif['physical'] === true ? '' : isSet(pif, 'tunnel_access_PIF_of') ? ' tunnel' : ' virtual';
  const place = `PIF ${text(pif, 'MAC')} vlan ${text(pif, 'VLAN')}${kind}`;
  put(settings, 'PIF', place, PIF_FIELDS, pif);
  add(settings, 'PIF', place, 'network', uuidOf(database, 'network', pif['network']));
  add(settings, 'PIF', place, 'bond_slave_of', String(isSet(pif, 'bond_slave_of')));
}

function bondSettings(database: LiveDatabase, settings: Map<string, Setting>, host: Ref, bond: DatabaseRecord): void {
  const master = database.get('PIF', text(bond, 'master'));
  if (master === undefined || master['host'] !== host) return;
  const slaves = [...database.records('PIF').values()].filter(
    (pif) => pif['bond_slave_of'] !== NULL_REF && slaveOf(database, pif, bond),
  );
  const place = `Bond ${text(master, 'MAC')}`;
  const macs = slaves.map((pif) => text(pif, 'MAC')).sort();
  add(settings, 'Bond', place, 'slaves', macs.join(' '));
  put(settings, 'Bond', place, ['mode', 'properties'], bond);
  if ('primary_slave' in bond)
    add(settings, 'Bond', place, 'primary_slave', text(database.get('PIF', text(bond, 'primary_slave')), 'MAC'));
}

function slaveOf(database: LiveDatabase, pif: DatabaseRecord, bond: DatabaseRecord): boolean {
  return database.get('Bond', text(pif, 'bond_slave_of'))?.['uuid'] === bond['uuid'];
}

/** Only what was plugged must be plugged again. Drives and the Tools ISO come back as new SRs, which is no loss. */
function pbdSettings(database: LiveDatabase, settings: Map<string, Setting>, pbd: DatabaseRecord): void {
  const sr = database.get('SR', text(pbd, 'SR'));
  const isTools = map(sr, 'other_config')['xenserver_tools_sr'] === 'true' || sr?.['is_tools_sr'] === true;
  if (sr === undefined || sr['type'] === 'udev' || isTools || pbd['currently_attached'] !== true) return;
  put(settings, 'PBD', `PBD ${text(sr, 'uuid')}`, ['currently_attached', 'device_config'], pbd);
}

function isSet(record: DatabaseRecord, field: string): boolean {
  const value = record[field];
  return Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== '' && value !== NULL_REF;
}

function put(
  settings: Map<string, Setting>,
  section: Setting['section'],
  place: string,
  fields: readonly string[],
  record: DatabaseRecord,
): void {
  for (const field of fields) if (record[field] !== undefined) add(settings, section, place, field, text(record, field));
}

function add(settings: Map<string, Setting>, section: Setting['section'], place: string, field: string, value: string): void {
  settings.set(`${place}/${field}`, { section, field, value });
}
