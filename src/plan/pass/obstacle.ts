// Why a host cannot take a guest in, memory aside: storage, networks and processors, with the codes of XAPI and in the order in which XAPI looks.
import type { Guest, Guests, Host, Obstacle } from '../pool';

/** Which hosts see what, looked up once for all guests. */
export interface Sight {
  /** SR uuid to the hosts on which it is attached. */
  readonly storage: ReadonlyMap<string, ReadonlySet<string>>;
  /** Network uuid to the hosts that are on it; one that is not listed exists everywhere. */
  readonly networks: ReadonlyMap<string, ReadonlySet<string>>;
  readonly srNames: ReadonlyMap<string, string>;
}

export function sightOf(world: Guests): Sight {
  const storage = new Map<string, Set<string>>();
  for (const pbd of world.pbds) {
    if (!pbd.attached) continue;
    const hosts = storage.get(pbd.sr) ?? new Set<string>();
    storage.set(pbd.sr, hosts.add(pbd.host));
  }
  const joined = Object.entries(world.networkHosts).filter(([, hosts]) => hosts.length > 0);
  return {
    storage,
    networks: new Map(joined.map(([network, hosts]) => [network, new Set(hosts)])),
    srNames: new Map(world.srs.map((sr) => [sr.uuid, sr.name])),
  };
}

export interface Demands {
  /** The CPU must offer what the guest was started with: true for one that moves or resumes. */
  readonly cpu: boolean;
}

/** @returns the first obstacle, undefined when nothing but memory can stand in the way */
export function obstacleTo(guest: Guest, host: Host, sight: Sight, demands: Demands): Obstacle | undefined {
  const processor = demands.cpu ? cpuObstacle(guest, host) : undefined;
  if (processor !== undefined) return processor;
  const sr = guest.srs.find((needed) => sight.storage.get(needed)?.has(host.uuid) !== true);
  if (sr !== undefined) return { code: 'VM_REQUIRES_SR', text: `${host.name} does not see SR ${sight.srNames.get(sr) ?? sr}` };
  const network = guest.networks.find((needed) => sight.networks.get(needed)?.has(host.uuid) === false);
  if (network !== undefined) return { code: 'VM_REQUIRES_NETWORK', text: `${host.name} is not on network ${network}` };
  return pcpuObstacle(guest, host);
}

function cpuObstacle(guest: Guest, host: Host): Obstacle | undefined {
  if (guest.cpu === undefined || host.cpu === undefined) return undefined;
  const code = 'VM_INCOMPATIBLE_WITH_THIS_HOST';
  if (guest.cpu.vendor !== host.cpu.vendor)
    return { code, text: `${host.name} has processors of ${host.cpu.vendor}, ${guest.name} was started on ${guest.cpu.vendor}` };
  const offered = guest.virtualisation === 'pv' ? host.cpu.pv : host.cpu.hvm;
  if (offered === '' || includesFeatures(offered, guest.cpu.features)) return undefined;
  return { code, text: `${host.name} lacks CPU features that ${guest.name} was started with` };
}

/** XAPI counts a host out whose processors are fewer than the guest's. */
function pcpuObstacle(guest: Guest, host: Host): Obstacle | undefined {
  const count = host.cpu?.count ?? 0;
  if (guest.vcpus === undefined || count === 0 || guest.vcpus <= count) return undefined;
  return { code: 'HOST_NOT_ENOUGH_PCPUS', text: `${host.name} has ${count} CPUs, ${guest.name} has ${guest.vcpus}` };
}

/** Words of hex digits joined by dashes; a word that is missing is zero. */
function includesFeatures(offered: string, wanted: string): boolean {
  const have = words(offered);
  return words(wanted).every((word, index) => (word & ~(have[index] ?? 0)) === 0);
}

function words(features: string): readonly number[] {
  return features
    .split('-')
    .filter((word) => word !== '')
    .map((word) => Number.parseInt(word, 16) | 0);
}
