// The pool in numbers: hosts and guests by index, bytes in arrays. All that does not depend on the order of hosts is worked out here, once.
import { compareText, withoutPinningCds } from '../placement';
import { compareHosts, type Guest, type Guests, hasDomain, type Host } from '../pool';
import { type Fate, fateOf } from './fate';
import { obstacleTo, type Sight, sightOf } from './obstacle';
import type { PassInput } from './passInput';

export interface Scene {
  /** By uuid, so that the same pool gives the same plan in whatever order it is told. */
  readonly hosts: readonly Host[];
  /** Guests with a domain and guests that wait to start, by uuid, without the discs that are ejected before they move. */
  readonly guests: readonly Guest[];
  readonly fates: readonly Fate[];
  readonly sight: Sight;
  /** Bytes. */
  readonly need: Float64Array;
  /** Bytes for guests on each host before its turn, and after it. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Host index by guest; WAITING for one that is stopped. */
  readonly at: Int16Array;
  /** Host the guest belongs on, by index; -1 where nobody can say. */
  readonly home: Int16Array;
  /** 1 at `guest * hosts.length + host` where nothing but memory can keep the guest from being there. */
  readonly sees: Uint8Array;
  /** The same for a guest that starts or resumes there after it was stopped; one that stands in the way and does not migrate is at home again. */
  readonly starts: Uint8Array;
  /** By version: 1 at `from * hosts.length + to` where `to` is not older. */
  readonly notOlder: Uint8Array;
  /** Whether the host can take guests in before its own turn. */
  readonly open: readonly boolean[];
  readonly upgraded: readonly boolean[];
  /** Guests that run nobody knows where. */
  readonly lost: readonly Guest[];
}

/** Where a guest is that runs nowhere. */
export const WAITING = -1;

/** @param squeezed  guests count with the least they can be squeezed to */
export function sceneOf(input: PassInput, squeezed: boolean): Scene {
  const hosts = [...input.hosts].sort((a, b) => compareText(a.uuid, b.uuid));
  const index = new Map(hosts.map((host, place) => [host.uuid, place]));
  const sight = sightOf(input.world);
  const { guests, lost } = guestsOf(input, index);
  const waiting = new Set(input.waiting);
  const at = Int16Array.from(guests, (guest) =>
    waiting.has(guest.uuid) ? WAITING : (index.get(placeOf(guest) ?? '') ?? WAITING),
  );
  const home = Int16Array.from(guests, (guest) => index.get(input.homes?.[guest.uuid] ?? placeOf(guest) ?? '') ?? -1);
  const upgraded = new Set(input.upgraded);
  const fates = guests.map((guest) => fateOf(guest, input.policy, waiting.has(guest.uuid)));
  const strict = !input.policy.forceMigration;
  const startDemand: Demand = (guest, row) => {
    if (waiting.has(guest.uuid)) return { cpu: strict && guest.powerState === 'Suspended' };
    const { ending, migrates } = fates[row]!;
    if (ending.kind === 'Stop') return { cpu: strict && ending.action === 'Suspend' };
    return migrates ? { cpu: strict } : { cpu: false, only: home[row]! };
  };
  return {
    hosts,
    guests,
    fates,
    sight,
    need: Float64Array.from(guests, (guest) => (squeezed ? (guest.memoryLeast ?? guest.memory) : guest.memory)),
    before: Float64Array.from(hosts, (host) => input.world.capacities[host.uuid] ?? 0),
    after: Float64Array.from(hosts, (host) => capacityAfter(input, host, upgraded.has(host.uuid))),
    at,
    home,
    sees: seesOf(guests, hosts, sight, () => ({ cpu: strict })),
    starts: seesOf(guests, hosts, sight, startDemand),
    notOlder: Uint8Array.from(hosts.flatMap((from) => hosts.map((to) => (compareHosts(to.version, from.version) >= 0 ? 1 : 0)))),
    open: hosts.map((host) => host.enabled && host.live),
    upgraded: hosts.map((host) => upgraded.has(host.uuid)),
    lost,
  };
}

/** A guest on its way counts where it is going. */
function placeOf(guest: Guest): string | undefined {
  return guest.arriving ?? guest.host;
}

function capacityAfter(input: PassInput, host: Host, upgraded: boolean): number {
  const now = input.world.capacities[host.uuid] ?? 0;
  return upgraded ? now : (input.capacitiesAfter[host.uuid] ?? now);
}

function guestsOf(
  { world, waiting }: PassInput,
  index: ReadonlyMap<string, number>,
): { readonly guests: readonly Guest[]; readonly lost: readonly Guest[] } {
  const sorted = [...world.guests].sort((a, b) => compareText(a.uuid, b.uuid));
  const stopped = new Set(waiting);
  const here = (guest: Guest): boolean => index.has(placeOf(guest) ?? '') && (hasDomain(guest) || guest.arriving !== undefined);
  const bare = discless(world);
  return {
    guests: sorted.filter((guest) => stopped.has(guest.uuid) || here(guest)).map(bare),
    lost: sorted.filter((guest) => !stopped.has(guest.uuid) && !here(guest) && runsSomewhere(guest)),
  };
}

function runsSomewhere(guest: Guest): boolean {
  return guest.powerState !== 'Halted' && guest.powerState !== 'Suspended';
}

/** Few guests have a disc in; looking at all PBDs is for those. */
function discless(world: Guests): (guest: Guest) => Guest {
  return (guest) => (guest.cds.length === 0 ? guest : withoutPinningCds(guest, world));
}

type Demand = (guest: Guest, index: number) => { readonly cpu: boolean; readonly only?: number };

function seesOf(guests: readonly Guest[], hosts: readonly Host[], sight: Sight, demand: Demand): Uint8Array {
  const sees = new Uint8Array(guests.length * hosts.length);
  guests.forEach((guest, row) => {
    const { cpu, only } = demand(guest, row);
    hosts.forEach((host, column) => {
      const excluded = only !== undefined && only !== column;
      sees[row * hosts.length + column] = !excluded && obstacleTo(guest, host, sight, { cpu }) === undefined ? 1 : 0;
    });
  });
  return sees;
}
