// What a host has of the network: its cards, and the bonds, VLANs and tunnels built on them. Keyed by MAC and VLAN, so that swapped device names show as
// differences and not as other interfaces.
import type { RecordOf, Ref } from '../../../xenapi/records/records';
import { type Records, uuidOf } from '../records';
import { configEntries, type Entry, entries, printMap } from './printed';

type Pif = RecordOf<'PIF'>;

export function networkSettings(records: Records, host: Ref): readonly Entry[] {
  return [...records('PIF')].filter(([, pif]) => pif.host === host).flatMap(([ref, pif]) => pifSettings(records, ref, pif));
}

function pifSettings(records: Records, ref: Ref, pif: Pif): readonly Entry[] {
  const bond = [...records('Bond').values()].find((entry) => entry.master === ref);
  const tunnel = (pif.tunnel_access_PIF_of ?? []).length > 0;
  const place = `PIF ${pif.MAC}/${pif.VLAN}${bond === undefined ? '' : ' bond'}${tunnel ? ' tunnel' : ''}`;
  return [
    ...entries(place, {
      device: pif.device,
      MTU: pif.MTU,
      physical: pif.physical,
      network: uuidOf(records, 'network', pif.network) ?? '',
      attached: pif.currently_attached,
      managed: pif.managed,
      disallow_unplug: pif.disallow_unplug,
      properties: pif.properties === undefined ? undefined : printMap(pif.properties),
      slave: records('Bond').has(pif.bond_slave_of),
      'carried by': taggedMac(records, pif),
      ...addressing(pif),
    }),
    ...configEntries(place, pif.other_config, pif.uuid),
    ...(bond === undefined ? [] : bondSettings(records, place, bond)),
  ];
}

function addressing(pif: Pif): Readonly<Record<string, string | undefined>> {
  const fixed = pif.ip_configuration_mode === 'Static' ? `${pif.IP}/${pif.netmask}` : pif.ip_configuration_mode;
  return {
    mode: pif.ip_configuration_mode,
    management: pif.management ? fixed : undefined,
    IP: pif.IP,
    netmask: pif.netmask,
    gateway: pif.gateway,
    DNS: pif.DNS,
    primary_address_type: pif.primary_address_type,
    IPv6: pif.IPv6?.join(' '),
    'IPv6 mode': pif.ipv6_configuration_mode,
    ipv6_gateway: pif.ipv6_gateway,
  };
}

/** Of a VLAN: the card below it. */
function taggedMac(records: Records, pif: Pif): string | undefined {
  const vlan = records('VLAN').get(pif.VLAN_master_of);
  return vlan === undefined ? undefined : (records('PIF').get(vlan.tagged_PIF)?.MAC ?? '');
}

function bondSettings(records: Records, place: string, bond: RecordOf<'Bond'>): readonly Entry[] {
  const mac = (ref: Ref): string => records('PIF').get(ref)?.MAC ?? '';
  return entries(place, {
    'bond slaves': bond.slaves.map(mac).sort().join(','),
    'bond mode': bond.mode,
    'bond primary_slave': bond.primary_slave === undefined ? undefined : mac(bond.primary_slave),
    'bond properties': bond.properties === undefined ? undefined : printMap(bond.properties),
    'links up': bond.links_up,
  });
}
