// From XenAPI records to how a host's installer reaches the network: the management interface, what it is built on, and the host's cards.
import type { Card, ManagementInterface } from '../../boot/arguments/managementNetwork';
import type { RecordOf, Ref } from '../../xenapi/records/records';
import type { Records } from '../pool/records';

type Pif = RecordOf<'PIF'>;

/** Classes that are read here. */
export const NETWORK_CLASSES = ['host', 'PIF', 'Bond', 'VLAN'] as const;

/** Undefined where the pool shows none. */
export function managementInterface(records: Records, host: Ref): ManagementInterface | undefined {
  const pif = [...records('PIF').values()].find((entry) => entry.host === host && entry.management);
  if (pif === undefined) return undefined;
  const below = records('PIF').get(records('VLAN').get(pif.VLAN_master_of)?.tagged_PIF ?? '') ?? pif;
  const bond = records('Bond').get(below.bond_master_of[0] ?? '');
  return {
    mode: modeOf(pif),
    ip: pif.IP,
    netmask: pif.netmask,
    gateway: pif.gateway,
    dns: pif.DNS,
    addressType: pif.primary_address_type === 'IPv6' ? 'IPv6' : 'IPv4',
    vlan: pif.VLAN,
    cards: (bond === undefined ? [below] : slavesOf(records, bond)).map(cardOf),
    bondMode: bond === undefined ? undefined : bondMode(bond, below),
  };
}

/** Up to 6.0 it stands in `other_config`, if anywhere. */
function bondMode({ mode, other_config: of }: RecordOf<'Bond'>, below: Pif): string {
  return mode ?? of['bond-mode'] ?? below.other_config['bond-mode'] ?? '';
}

/** Of the physical cards, lower case. */
export function cardAddresses(records: Records, host: Ref): readonly string[] {
  const cards = [...records('PIF').values()].filter((pif) => pif.host === host && pif.physical);
  return [...new Set(cards.map(({ MAC }) => MAC.toLowerCase()))];
}

function modeOf({ ip_configuration_mode: mode }: Pif): ManagementInterface['mode'] {
  return mode === 'DHCP' || mode === 'Static' ? mode : 'None';
}

/** The primary one first. */
function slavesOf(records: Records, bond: RecordOf<'Bond'>): readonly Pif[] {
  const refs = [...new Set([...(bond.primary_slave === undefined ? [] : [bond.primary_slave]), ...bond.slaves])];
  return refs.flatMap((ref) => records('PIF').get(ref) ?? []);
}

/** Whether a card has a link its metrics tell, which are not followed. */
function cardOf({ device, MAC }: Pif): Card {
  return { device, mac: MAC, carrier: undefined };
}
