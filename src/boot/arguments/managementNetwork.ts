// How an installer reaches us: what a host's management interface says of its network, put into the installer's words. The installer knows one card, an optional
// VLAN tag and IPv4 (xenserver.md 4.7 step 5 and 5.3); what needs more is told as the reason why it cannot.
import type { NetworkConfig } from './installerArguments';

/** A physical card, as PIF and PIF_metrics tell it. */
export interface Card {
  readonly device: string;
  readonly mac: string;
  /** Undefined: not known. */
  readonly carrier: boolean | undefined;
}

/** The management PIF, and what it is built on. */
export interface ManagementInterface {
  /** `PIF.ip_configuration_mode`. */
  readonly mode: 'DHCP' | 'Static' | 'None';
  readonly ip: string;
  readonly netmask: string;
  readonly gateway: string;
  /** As `PIF.DNS`: with commas, empty where there is none. */
  readonly dns: string;
  /** `PIF.primary_address_type`. */
  readonly addressType: 'IPv4' | 'IPv6';
  /** `PIF.VLAN`: -1 for none. */
  readonly vlan: number;
  /** The card below; for a bond its members, the primary one first. */
  readonly cards: readonly Card[];
  /** `Bond.mode`; undefined for a single card. */
  readonly bondMode: string | undefined;
}

export interface InstallerAbilities {
  /** Whether this release's installer takes `vlan=`; the plugin that stages it has known so since 1.1.4, which came with 7.5 (xenserver.md 4.7). */
  readonly tagsVlans: boolean;
}

export type ManagementNetwork =
  | { readonly kind: 'Reachable'; readonly networkDevice: string; readonly networkConfig: NetworkConfig }
  /** `why` is for a person: what stands in the way, and what to do. */
  | { readonly kind: 'Unreachable'; readonly why: string };

const unreachable = (why: string): ManagementNetwork => ({ kind: 'Unreachable', why });

/** @throws never; whether addresses make sense is judged where they are written */
export function managementNetwork(management: ManagementInterface, { tagsVlans }: InstallerAbilities): ManagementNetwork {
  const { mode, addressType, vlan, bondMode, cards } = management;
  if (addressType === 'IPv6')
    return unreachable('management is by IPv6, which the installer cannot be told; use boot method Manual');
  if (mode === 'None') return unreachable('the management interface has no address (ip_configuration_mode None); give it one');
  if (bondMode === 'lacp') {
    return unreachable(
      'management is on an LACP bond, of which the installer has one card only; let the switch fall back to single ports and use boot method Manual',
    );
  }
  const tagged = vlan > 0;
  if (tagged && !tagsVlans)
    return unreachable(`management is on VLAN ${vlan}, and this release's installer knows no tags; use boot method Manual`);
  const card = cardOf(cards);
  if (card === undefined) return unreachable('no card of the management interface has a link; look at the cables');
  const networkConfig = networkOf(management, tagged ? vlan : undefined);
  return { kind: 'Reachable', networkDevice: card.mac.toLowerCase(), networkConfig };
}

/** The first one with a link; where links are not known the first. */
function cardOf(cards: readonly Card[]): Card | undefined {
  return cards.find(({ carrier }) => carrier === true) ?? cards.find(({ carrier }) => carrier === undefined);
}

function networkOf({ mode, ip, netmask, gateway, dns }: ManagementInterface, vlan: number | undefined): NetworkConfig {
  if (mode === 'DHCP') return { kind: 'dhcp', vlan };
  // The installer writes three into resolv.conf's order; IPv6 servers are of no use to it.
  const servers = dns.split(/[\s,]+/).filter((server) => server !== '' && !server.includes(':'));
  return { kind: 'static', ip, netmask, gateway: gateway === '' ? undefined : gateway, dns: servers.slice(0, 3), vlan };
}
