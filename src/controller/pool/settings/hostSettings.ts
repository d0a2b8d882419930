// A host's own settings: who it is, how it is reached and licensed, what hardware it shows, and what was set on it by hand.
import type { RecordOf, Ref } from '../../../xenapi/records/records';
import { type Records, uuidOf } from '../records';
import { configEntries, type Entry, entries, printMap } from './printed';

type Host = RecordOf<'host'>;

/** Kept elsewhere as fields of their own, or changed by every start of the agent. */
const NOT_SET_BY_HAND: ReadonlySet<string> = new Set([
  ...['agent_start_time', 'boot_time', 'last_blob_sync_time', 'rpm_patch_installation_time', 'iscsi_iqn', 'multipathing'],
  ...['multipathhandle', 'control_domain_uuid', 'installation_uuid'],
]);

export function hostSettings(records: Records, ref: Ref, host: Host): readonly Entry[] {
  return [
    ...entries('host', { ...identity(host), ...address(records, ref, host), ...service(host), ...hardware(records, host) }),
    ...processor(host),
    ...controlDomain(records, ref),
    ...configEntries('host', setByHand(host), host.uuid),
    ...membership(records),
  ];
}

function setByHand({ other_config }: Host): Readonly<Record<string, string>> {
  const kept = Object.entries(other_config).filter(([key]) => !NOT_SET_BY_HAND.has(key) && !key.startsWith('MAINTENANCE_MODE'));
  return Object.fromEntries(kept);
}

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

function identity({ uuid, name_label, name_description, hostname, tags, bios_strings }: Host): Fields {
  return {
    uuid,
    name: name_label,
    description: name_description,
    hostname,
    tags: tags === undefined ? undefined : [...tags].sort().join(','),
    serial: bios_strings?.['system-serial-number'],
    manufacturer: bios_strings?.['system-manufacturer'],
    product: bios_strings?.['system-product-name'],
  };
}

/** An address that DHCP gave may change without harm to the host; one set by hand may not. */
function address(records: Records, ref: Ref, host: Host): Fields {
  const management = [...records('PIF').values()].find((pif) => pif.host === ref && pif.management);
  const leased = management?.ip_configuration_mode === 'DHCP';
  return { [leased ? 'leased address' : 'address']: host.address };
}

function service(host: Host): Fields {
  const other = host.other_config;
  const map = (value: Readonly<Record<string, string>> | undefined, hide?: () => boolean): string | undefined =>
    value === undefined ? undefined : printMap(value, hide, host.uuid);
  return {
    enabled: host.enabled,
    iscsi_iqn: host.iscsi_iqn || other['iscsi_iqn'],
    multipathing: host.multipathing === undefined ? other['multipathing'] : String(host.multipathing),
    multipathhandle: other['multipathhandle'],
    power_on_mode: host.power_on_mode,
    power_on_config: map(host.power_on_config, () => true),
    external_auth_type: host.external_auth_type,
    external_auth_service_name: host.external_auth_service_name,
    logging: map(host.logging),
    edition: host.edition,
    'licence server': map(host.license_server),
    'licence expiry': host.license_params['expiry'],
    ssl_legacy: host.ssl_legacy,
    'network backend': host.software_version['network_backend'],
    patches: host.patches.length,
    updates: host.updates?.length,
  };
}

function hardware(records: Records, host: Host): Fields {
  return {
    memory: records('host_metrics').get(host.metrics)?.memory_total,
    'PCI devices': host.PCIs?.length,
    GPUs: host.PGPUs?.length,
    capabilities: [...host.capabilities].sort().join(' '),
  };
}

function processor({ cpu_info }: Host): readonly Entry[] {
  if (cpu_info === undefined) return [];
  const { cpu_count, socket_count, vendor, modelname, features, features_hvm, features_pv } = cpu_info;
  return entries('cpu', {
    count: cpu_count,
    sockets: socket_count,
    vendor,
    model: modelname?.trim(),
    features,
    'features of HVM guests': features_hvm,
    'features of PV guests': features_pv,
  });
}

function controlDomain(records: Records, ref: Ref): readonly Entry[] {
  const dom0 = [...records('VM').values()].find((vm) => vm.is_control_domain && vm.resident_on === ref);
  return dom0 === undefined
    ? []
    : entries('dom0', { memory: dom0.memory_static_max || dom0.memory_target, processors: dom0.VCPUs_max });
}

/** Of which pool, and behind which master. */
function membership(records: Records): readonly Entry[] {
  const pool = [...records('pool').values()][0];
  if (pool === undefined) return [];
  return entries('pool', { uuid: pool.uuid, master: uuidOf(records, 'host', pool.master) });
}
