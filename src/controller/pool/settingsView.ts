// Every host's settings, flat: what "existing settings are retained" is checked by. Source of the list: the XenServer reference, section 6.1.
import { sha256 } from '../../foundation/sha256';
import type { Settings } from '../../plan/settings';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import { type Records, uuidOf } from './records';

/** Classes that `viewSettings` reads. */
export const SETTINGS_CLASSES = ['host', 'PIF', 'network', 'Bond', 'PBD', 'SR'] as const;

export function viewSettings(records: Records): Readonly<Record<string, Settings>> {
  return Object.fromEntries([...records('host')].map(([ref, host]) => [host.uuid, hostSettings(records, ref, host)]));
}

function hostSettings(records: Records, ref: Ref, host: RecordOf<'host'>): Settings {
  return Object.fromEntries([
    ...identity(host),
    ...srChoices(records, host),
    ...[...records('PIF')].filter(([, pif]) => pif.host === ref).flatMap(([pifRef, pif]) => pifSettings(records, pifRef, pif)),
    ...[...records('PBD').values()].filter((pbd) => pbd.host === ref).flatMap((pbd) => pbdSettings(records, pbd)),
  ]);
}

function identity(host: RecordOf<'host'>): [string, string][] {
  const other = host.other_config;
  const optional: [string, string | undefined][] = [
    ['host/iscsi_iqn', host.iscsi_iqn || other['iscsi_iqn']],
    ['host/multipathing', host.multipathing === undefined ? other['multipathing'] : String(host.multipathing)],
    ['host/power_on_mode', host.power_on_mode],
    ['host/external_auth_type', host.external_auth_type],
    ['host/edition', host.edition],
    ['host/serial', host.bios_strings?.['system-serial-number']],
    ['host/tags', host.tags === undefined ? undefined : [...host.tags].sort().join(',')],
  ];
  const always: [string, string][] = [
    ['host/uuid', host.uuid],
    ['host/name', host.name_label],
    ['host/description', host.name_description],
    ['host/hostname', host.hostname],
    ['host/address', host.address],
    ['host/logging', printMap(host.logging)],
  ];
  return [...always, ...optional.filter((entry): entry is [string, string] => entry[1] !== undefined)];
}

/** Which SR each use of the host falls to; '' for none. */
function srChoices(records: Records, host: RecordOf<'host'>): [string, string][] {
  const choices: [string, Ref | undefined][] = [
    ['host/suspend_image_sr', host.suspend_image_sr],
    ['host/crash_dump_sr', host.crash_dump_sr],
    ['host/local_cache_sr', host.local_cache_sr],
  ];
  return choices.flatMap(([path, ref]) => (ref === undefined ? [] : [[path, uuidOf(records, 'SR', ref) ?? '']]));
}

/** Keyed by MAC and VLAN, so that swapped device names show as differences and not as other interfaces. */
function pifSettings(records: Records, ref: Ref, pif: RecordOf<'PIF'>): [string, string][] {
  const bond = [...records('Bond').values()].find((entry) => entry.master === ref);
  const slaves = bond === undefined ? [] : bond.slaves.map((slave) => records('PIF').get(slave)?.MAC ?? '').sort();
  const key = `PIF ${pif.MAC}/${pif.VLAN}${bond === undefined ? '' : ' bond'}`;
  const fields: Readonly<Record<string, string>> = {
    device: pif.device,
    MTU: String(pif.MTU),
    network: uuidOf(records, 'network', pif.network) ?? '',
    mode: pif.ip_configuration_mode,
    ...(pif.management
      ? { management: pif.ip_configuration_mode === 'Static' ? `${pif.IP}/${pif.netmask}` : pif.ip_configuration_mode }
      : {}),
    IP: pif.IP,
    netmask: pif.netmask,
    gateway: pif.gateway,
    DNS: pif.DNS,
    attached: String(pif.currently_attached),
    ...(bond === undefined ? {} : { bond: slaves.join(',') }),
  };
  return Object.entries(fields).map(([name, value]) => [`${key}/${name}`, value]);
}

function pbdSettings(records: Records, pbd: RecordOf<'PBD'>): [string, string][] {
  const sr = records('SR').get(pbd.SR);
  if (sr === undefined) return [];
  const key = `PBD ${sr.uuid}`;
  const config = sha256(printMap(pbd.device_config)).slice(0, 16);
  return [
    [`${key}/attached`, String(pbd.currently_attached)],
    [`${key}/type`, sr.type],
    [`${key}/shared`, String(sr.shared)],
    [`${key}/device_config`, config],
  ];
}

function printMap(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key]}`)
    .join(' ');
}
