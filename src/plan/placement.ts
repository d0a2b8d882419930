// Where the guests of a host that must be empty go. Leap-frog: onto hosts that are already upgraded if any can take them, since there they never have
// to move again; the master's guests, which leave first, are parked on the next host of the order, which they will leave for the master itself.
import { type Cd, compareHosts, type Guest, type Guests, hasDomain, type Host, type Obstacle } from './pool';

export interface Move {
  readonly guest: Guest;
  readonly to: Host;
}

export interface Placement {
  readonly moves: readonly Move[];
  readonly unplaced: readonly { readonly guest: Guest; readonly obstacle: Obstacle }[];
}

export interface PlacementInput {
  /** The host to be emptied. */
  readonly from: Host;
  readonly hosts: readonly Host[];
  readonly world: Guests;
  /** Guests to place; all of them have a domain on `from`. */
  readonly guests: readonly Guest[];
  /** Upgrade order by uuid, master first. */
  readonly order: readonly string[];
}

/**
 * Biggest first, each onto the first host of the preference that may and can take it.
 * @returns one move a guest at most, none towards an older host; `unplaced` guests with the first obstacle of each
 * @throws never
 * Caveat: ballooning is not used: a pool that XAPI calls feasible by squeezing guests may be refused here.
 */
export function placeGuests(input: PlacementInput): Placement {
  const targets = preferredTargets(input);
  const free = new Map(targets.map((host) => [host.uuid, freeMemory(host, input.world)]));
  const moves: Move[] = [];
  const unplaced: { guest: Guest; obstacle: Obstacle }[] = [];
  for (const guest of [...input.guests].sort((a, b) => b.memory - a.memory || compareText(a.uuid, b.uuid))) {
    const to =
      guest.immobile === undefined
        ? targets.find((host) => obstacleOn(host, guest, input.world, free.get(host.uuid)!) === undefined)
        : undefined;
    if (to === undefined) {
      unplaced.push({ guest, obstacle: firstObstacle(guest, targets, input.world, free) });
      continue;
    }
    free.set(to.uuid, free.get(to.uuid)! - guest.memory);
    moves.push({ guest, to });
  }
  return { moves, unplaced };
}

/** Bytes left for one more guest on `host`. */
export function freeMemory(host: Host, { guests, capacities }: Guests): number {
  const taken = guests.filter((guest) => guest.arriving === host.uuid || (guest.host === host.uuid && hasDomain(guest)));
  return taken.reduce((left, guest) => left - guest.memory, capacities[host.uuid] ?? 0);
}

/** Discs that only the guest's own host sees. They are ejected before it moves. */
export function pinningCds(guest: Guest, world: Guests): readonly Cd[] {
  const elsewhere = (sr: string): boolean => world.pbds.some((pbd) => pbd.sr === sr && pbd.host !== guest.host && pbd.attached);
  return guest.cds.filter((cd) => !elsewhere(cd.sr));
}

/** The guest as it will be once the discs that only its host sees are ejected. */
export function withoutPinningCds(guest: Guest, world: Guests): Guest {
  const pinning = pinningCds(guest, world).map((cd) => cd.sr);
  return { ...guest, srs: guest.srs.filter((sr) => !pinning.includes(sr)) };
}

/** Whether some other host sees all that the guest needs, memory aside: whether it can migrate at all. */
export function canMigrateAtAll(guest: Guest, hosts: readonly Host[], world: Guests): boolean {
  if (guest.immobile !== undefined) return false;
  const bare = withoutPinningCds(guest, world);
  return hosts.some((host) => host.uuid !== guest.host && visibilityObstacle(host, bare, world) === undefined);
}

/** The lower bound N + n1 of migrations: every guest that can move leaves its host once, those of the master twice. 0 for a pool of one. */
export function migrationBound(hosts: readonly Host[], world: Guests): number {
  const master = hosts.find((host) => host.master);
  const movable = world.guests.filter(
    (guest) => guest.powerState === 'Running' && guest.host !== undefined && canMigrateAtAll(guest, hosts, world),
  );
  return movable.length + movable.filter((guest) => guest.host === master?.uuid).length;
}

/** Why this host cannot take the guest in as the pool stands; undefined when it can. Discs that only the guest's own host sees are ejected before. */
export function obstacleNow(host: Host, guest: Guest, world: Guests): Obstacle | undefined {
  return obstacleOn(host, withoutPinningCds(guest, world), world, freeMemory(host, world));
}

/** Why this host cannot take the guest in with `free` bytes left; undefined when it can. */
export function obstacleOn(host: Host, guest: Guest, world: Guests, free: number): Obstacle | undefined {
  const unseen = visibilityObstacle(host, guest, world);
  if (unseen !== undefined) return unseen;
  if (guest.memory <= free) return undefined;
  return {
    code: 'HOST_NOT_ENOUGH_FREE_MEMORY',
    text: `${host.name} has ${mebibytes(free)} MiB free, ${guest.name} needs ${mebibytes(guest.memory)} MiB`,
  };
}

function visibilityObstacle(host: Host, guest: Guest, world: Guests): Obstacle | undefined {
  const sr = guest.srs.find((needed) => !world.pbds.some((pbd) => pbd.sr === needed && pbd.host === host.uuid && pbd.attached));
  if (sr !== undefined) return { code: 'VM_REQUIRES_SR', text: `${host.name} does not see SR ${srName(sr, world)}` };
  const network = guest.networks.find((needed) => !networkExistsOn(host, needed, world));
  if (network !== undefined) return { code: 'VM_REQUIRES_NETWORK', text: `${host.name} is not on network ${network}` };
  return undefined;
}

function networkExistsOn(host: Host, network: string, world: Guests): boolean {
  const hosts = world.networkHosts[network] ?? [];
  return hosts.length === 0 || hosts.includes(host.uuid);
}

function preferredTargets({ from, hosts, order }: PlacementInput): readonly Host[] {
  const place = (host: Host): number => order.indexOf(host.uuid);
  const usable = hosts.filter(
    (host) => host.uuid !== from.uuid && host.enabled && host.live && compareHosts(host.version, from.version) >= 0,
  );
  return usable.sort((a, b) => compareHosts(b.version, a.version) || place(a) - place(b));
}

function firstObstacle(guest: Guest, targets: readonly Host[], world: Guests, free: ReadonlyMap<string, number>): Obstacle {
  if (guest.immobile !== undefined) return guest.immobile;
  const first = targets[0];
  if (first === undefined)
    return { code: 'NO_HOSTS_AVAILABLE', text: 'no other host is up, enabled and of at least the same version' };
  return obstacleOn(first, guest, world, free.get(first.uuid)!) ?? { code: 'NO_HOSTS_AVAILABLE', text: 'no host can take it' };
}

function srName(uuid: string, world: Guests): string {
  return world.srs.find((sr) => sr.uuid === uuid)?.name ?? uuid;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1048576);
}

/** Order of code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
