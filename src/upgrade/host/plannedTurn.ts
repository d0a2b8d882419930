// What the plan says of the turn of the host in work, and which of its moves can be made now. Moves go in the order of the plan: one that does not fit yet
// keeps its room, so that no later one takes it.
import { freeMemory, obstacleOn, withoutPinningCds } from '../../plan/placement';
import type { PlannedMove, Turn } from '../../plan/pass/pass';
import { compareHosts, type Guest, type Guests, type Host } from '../../plan/pool';
import type { HostSituation } from '../decision';
import { plannedHop } from '../pool/drafting';
import { type RunState, timesTried } from '../state';

/** Vain attempts after which a planned move is left out. */
const PATIENCE = 2;

export function turnOf(situation: HostSituation): Turn | undefined {
  return plannedHop(situation)?.pass.turns.find((turn) => turn.host === situation.host.uuid);
}

export interface Movable {
  readonly guest: Guest;
  readonly to: Host;
}

export interface Moves {
  /** That can be made now, all of them side by side. */
  readonly now: readonly Movable[];
  /** Operations are in flight on some of the guests. */
  readonly underWay: boolean;
}

/** Of these moves, in their order, those that are not made and can be. */
export function movesDue(moves: readonly PlannedMove[], hosts: readonly Host[], world: Guests, state: RunState): Moves {
  const free = new Map(hosts.map((host) => [host.uuid, freeMemory(host, world)]));
  const now: Movable[] = [];
  let underWay = false;
  for (const { guest, to } of moves.flatMap((move) => openMove(move, hosts, world, state))) {
    if (guest.busy.length > 0 || guest.arriving !== undefined) {
      underWay = true;
      continue;
    }
    const room = free.get(to.uuid) ?? 0;
    free.set(to.uuid, room - guest.memory);
    if (obstacleOn(to, withoutPinningCds(guest, world), world, room) === undefined) now.push({ guest, to });
  }
  return { now, underWay };
}

/** The move with guest and target in sight; none when it is made, or cannot be made any more. */
function openMove(move: PlannedMove, hosts: readonly Host[], world: Guests, state: RunState): readonly Movable[] {
  const guest = world.guests.find((entry) => entry.uuid === move.guest);
  const to = hosts.find((host) => host.uuid === move.to);
  if (guest === undefined || to === undefined || isDone(guest, move.from)) return [];
  const isOpen = timesTried(state, guest.uuid, 'Migrate') < PATIENCE && isLegal(guest, to, hosts);
  return isOpen ? [{ guest, to }] : [];
}

/** Gone from where it was to go from: there already, elsewhere by somebody's hand, or not running. */
function isDone(guest: Guest, from: string): boolean {
  return guest.powerState !== 'Running' || guest.host !== from || guest.immobile !== undefined;
}

function isLegal(guest: Guest, to: Host, hosts: readonly Host[]): boolean {
  const from = hosts.find((host) => host.uuid === guest.host);
  return from !== undefined && to.enabled && to.live && compareHosts(to.version, from.version) >= 0;
}
