// What every simulated host must have: a name, an address of its own, signs of its last boot, a management interface.
import { NULL_REF, text } from '../../pool/recordFields';
import type { DatabaseRecord, LiveDatabase, Ref } from '../../pool/liveDatabase';
import { derivedMacTail, derivedRef, derivedUuid } from '../derived';
import { addTo, type Draft, hostName, readMapField, type Step } from './draft';

/** Moments of the last boot, where the dump has none: long before any simulation. */
const LONG_AGO = '1000000000.';

export const identities: Step = ({ database }) =>
  [...database.records('host')].flatMap(([ref, record]) => {
    const missing = ['uuid', 'name_label', 'hostname'].filter((name) => text(record, name) === '');
    if (missing.length === 0) return [];
    const uuid = text(record, 'uuid') || derivedUuid(ref);
    const name = hostName(record) || `host-${uuid.slice(0, 8)}`;
    database.update('host', ref, {
      uuid,
      name_label: text(record, 'name_label') || name,
      hostname: text(record, 'hostname') || name,
    });
    return [`host ${name}: ${missing.join(', ')} made up`];
  });

/** The wire finds a host by its address, so no two may share one. */
export const addresses: Step = ({ database, masterRef }) => {
  const hosts = [...database.records('host')].sort(([a], [b]) => Number(b === masterRef) - Number(a === masterRef));
  const taken = new Set<string>();
  const warnings: string[] = [];
  for (const [ref, record] of hosts) {
    const address = text(record, 'address');
    const usable = address !== '' && address !== '0.0.0.0' && !taken.has(address);
    const chosen = usable ? address : freeAddress(database, ref, taken);
    taken.add(chosen);
    if (usable) continue;
    database.update('host', ref, { address: chosen });
    warnings.push(
      `host ${hostName(record)}: ${address === '' ? 'no address' : `address ${address} is not its own`}, ${chosen} made up`,
    );
  }
  return warnings;
};

function freeAddress(database: LiveDatabase, host: Ref, taken: ReadonlySet<string>): string {
  const everyone = new Set([...database.records('host').values()].map((record) => text(record, 'address')));
  const own = managementPif(database, host)?.[1];
  const known = own === undefined ? '' : text(own, 'IP');
  if (known !== '' && !everyone.has(known)) return known;
  for (let number = 1; ; number++) {
    const candidate = `198.18.${Math.floor(number / 250)}.${(number % 250) + 1}`;
    if (!taken.has(candidate) && !everyone.has(candidate)) return candidate;
  }
}

export const bootTimes: Step = ({ database }) =>
  [...database.records('host')].flatMap(([ref, record]) => {
    const config = readMapField(record, 'other_config');
    const missing = ['boot_time', 'agent_start_time'].filter((key) => !(Number.parseFloat(config[key] ?? '') > 0));
    if (missing.length === 0) return [];
    database.update('host', ref, { other_config: { ...config, ...Object.fromEntries(missing.map((key) => [key, LONG_AGO])) } });
    return [`host ${hostName(record)}: other_config ${missing.join(', ')} made up`];
  });

export const managementInterfaces: Step = (draft) =>
  [...draft.database.records('host')].flatMap(([ref, record]) => {
    const pif = managementPif(draft.database, ref);
    if (pif?.[1]['management'] === true) return [];
    if (pif === undefined) makePif(draft, ref, record);
    else draft.database.update('PIF', pif[0], { management: true, currently_attached: true });
    return [
      `host ${hostName(record)}: no management interface, ${pif === undefined ? 'one made up' : `${text(pif[1], 'device')} taken for it`}`,
    ];
  });

/** The management interface, or the one that looks most like it. */
function managementPif(database: LiveDatabase, host: Ref): readonly [Ref, DatabaseRecord] | undefined {
  const address = text(database.get('host', host) ?? {}, 'address');
  const own = [...database.records('PIF')].filter(([, record]) => record['host'] === host);
  return (
    own.find(([, record]) => record['management'] === true) ??
    own.find(([, record]) => address !== '' && record['IP'] === address) ??
    own.find(([, record]) => record['physical'] === true)
  );
}

function makePif({ database }: Draft, host: Ref, record: DatabaseRecord): void {
  const ref = derivedRef(`PIF of ${host}`);
  const network =
    [...database.records('network')].find(([, each]) => text(each, 'bridge') === 'xenbr0')?.[0] ?? makeNetwork(database);
  database.create('PIF', ref, {
    uuid: derivedUuid(`PIF of ${host}`),
    device: 'eth0',
    network,
    host,
    MAC: `02:16:3e:${derivedMacTail(host)}`,
    MTU: 1500,
    VLAN: -1,
    metrics: NULL_REF,
    physical: true,
    currently_attached: true,
    ip_configuration_mode: 'Static',
    IP: text(record, 'address'),
    netmask: '255.255.255.0',
    gateway: gatewayOf(text(record, 'address')),
    DNS: '',
    bond_slave_of: NULL_REF,
    VLAN_master_of: NULL_REF,
    management: true,
    other_config: {},
  });
  addTo(database, 'host', host, 'PIFs', ref);
  addTo(database, 'network', network, 'PIFs', ref);
}

/** The first address of the network, as most networks have it; none for what is no IPv4 address. */
function gatewayOf(address: string): string {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address.replace(/\d+$/, '1') : '';
}

function makeNetwork(database: LiveDatabase): Ref {
  const ref = derivedRef('management network');
  const bridge = 'xenbr0';
  database.create('network', ref, {
    uuid: derivedUuid('management network'),
    name_label: 'Pool-wide network',
    name_description: '',
    bridge,
    other_config: {},
    VIFs: [],
    PIFs: [],
  });
  return ref;
}
