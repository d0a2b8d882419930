// What an attempt at a host would be given, from what pool, manifest and operator say: its disk, its cards, how its installer reaches the network, and under
// which address it finds the boot server. Everything that is not certain is a reason why it cannot be given anything.
import type { HostBoot, HostSettings, PoolUpgrade } from '../../api/generated/poolUpgrade';
import { managementNetwork } from '../../boot/arguments/managementNetwork';
import type { NetworkConfig } from '../../boot/arguments/installerArguments';
import { type Fact, known, unknown } from '../../foundation/fact';
import { NAME_THE_DISK, primaryDisk } from '../../plan/primaryDisk';
import { compareVersions } from '../../plan/release';
import type { BootPlace } from '../../upgrade/facts';
import type { HostState } from '../../upgrade/state';
import { GUEST_CLASSES, viewGuests } from '../pool/guestView';
import { type Records, refOf } from '../pool/records';
import { firmwareOf, settingsOf } from '../hostSettings';
import { cardAddresses, managementInterface, NETWORK_CLASSES } from './managementView';

/** Classes that are read here. */
export const PLACE_CLASSES = [...new Set([...NETWORK_CLASSES, ...GUEST_CLASSES])] as const;

export interface PlaceAsked {
  readonly object: PoolUpgrade;
  readonly host: HostState;
  /** The boot server as hosts see it, where the manifest does not say; undefined: there is none. */
  readonly serverUrl: string | undefined;
}

export function bootPlace(records: Records, { object, host, serverUrl }: PlaceAsked): Fact<BootPlace> {
  const ref = refOf(records, 'host', host.uuid);
  if (ref === undefined) return unknown(`the pool shows no host ${host.name}`);
  const baseURL = hostsUrl(object, serverUrl);
  if (baseURL === undefined)
    return unknown('there is no boot server; start one and name it in spec.boot.serverURLs.hosts, or choose another boot.method');
  const settings = settingsOf(object, host);
  const disk = primaryDisk(viewGuests(records), host.uuid, settings?.boot?.disk);
  if (!disk.known) return unknown(`the system disk of ${host.name} is not known: ${disk.why}; ${NAME_THE_DISK}`);
  const given = argumentsFor(records, ref, host, settings);
  if (!given.known) return given;
  const macs = cardAddresses(records, ref);
  const firmware = firmwareOf(object, host);
  return known({
    disk: disk.value,
    baseURL,
    macs,
    ...whoItIs(host),
    ...(firmware === undefined ? {} : { firmware }),
    arguments: given.value,
  });
}

/** As the manifest says, else as the operator was told; without a slash at the end. */
export function hostsUrl({ spec }: PoolUpgrade, serverUrl: string | undefined): string | undefined {
  return (spec.boot.serverURLs?.hosts ?? serverUrl)?.replace(/\/+$/, '');
}

function argumentsFor(
  records: Records,
  ref: string,
  host: HostState,
  settings: HostSettings | undefined,
): Fact<HostBoot['arguments']> {
  const management = managementInterface(records, ref);
  if (management === undefined) return unknown(`the pool does not show by which interface ${host.name} is managed`);
  // The installer of the target reads them; it has known tags since 7.5 (xenserver.md 4.7).
  const network = managementNetwork(management, { tagsVlans: compareVersions(host.to, '7.5') >= 0 });
  if (network.kind === 'Unreachable') return unknown(`${host.name}: ${network.why}`);
  const atExit = settings?.boot?.atExit === 'PowerOff' ? ({ atExit: 'poweroff' } as const) : {};
  return known({ networkDevice: network.networkDevice, network: networkOf(network.networkConfig), ...atExit });
}

function networkOf(said: NetworkConfig): NonNullable<HostBoot['arguments']['network']> {
  const tag = said.vlan === undefined ? {} : { vlan: said.vlan };
  if (said.kind === 'dhcp') return { kind: 'dhcp', ...tag };
  const { ip, netmask, gateway, dns = [], domain } = said;
  return {
    kind: 'static',
    ip,
    netmask,
    ...(gateway === undefined ? {} : { gateway }),
    ...(dns.length === 0 ? {} : { dns }),
    ...(domain === undefined ? {} : { domain }),
    ...tag,
  };
}

/** Who its BMC said it is when that was proven; what the pool shows of it may be a placeholder of the firmware. */
function whoItIs({ evidence }: HostState): Pick<BootPlace, 'serial' | 'uuid'> {
  if (evidence.machine === undefined) return {};
  const { serial, uuid } = JSON.parse(evidence.machine) as { readonly serial?: string; readonly uuid?: string };
  return { ...(serial ? { serial } : {}), ...(uuid ? { uuid } : {}) };
}
