// Where the guests of the host in work go now: as the plan says; and those of which it says nothing, or that cannot go where it says, wherever there is
// room once the planned ones have gone.
import { type Placement, placeGuests } from '../../plan/placement';
import type { Guest, Guests, Host } from '../../plan/pool';
import type { HostSituation } from '../decision';
import { wouldMigrate } from './guestAction';
import { type Moves, turnOf } from './plannedTurn';

export interface Placed {
  readonly placement: Placement;
  /** Their planned move is not possible yet, and something is under way: nothing is done to them now. */
  readonly awaited: readonly Guest[];
}

/** @param free guests of the host on which nothing is in flight, without the discs that are ejected first */
export function place(situation: HostSituation, from: Host, world: Guests, free: readonly Guest[], planned: Moves): Placed {
  const { orders, state, facts } = situation;
  const turn = turnOf(situation);
  const willing = free.filter((guest) => guest.powerState === 'Running' && wouldMigrate(guest, orders, state));
  const moves = planned.now.flatMap(({ guest: { uuid }, to }) => {
    const guest = willing.find((entry) => entry.uuid === uuid);
    return guest === undefined ? [] : [{ guest, to }];
  });
  const isMoving = (guest: Guest): boolean => moves.some((move) => move.guest === guest);
  const isToStop = ({ uuid }: Guest): boolean => turn?.stops.some((stop) => stop.guest === uuid) === true;
  const isToMove = ({ uuid }: Guest): boolean => turn?.moves.some((move) => move.guest === uuid) === true;
  const rest = willing.filter((guest) => !isMoving(guest) && !isToStop(guest));
  const awaited = moves.length > 0 || planned.underWay ? rest.filter(isToMove) : [];
  const others = placeGuests({
    from,
    hosts: facts.pool.known ? facts.pool.value.hosts : [],
    world: onceGone(world, moves),
    guests: rest.filter((guest) => !awaited.includes(guest)),
    order: state.plan?.order ?? [],
  });
  return { placement: { moves: [...moves, ...others.moves], unplaced: others.unplaced }, awaited };
}

/** With the memory of those that are about to go taken where they go. */
function onceGone(world: Guests, moves: Placement['moves']): Guests {
  const going = new Map(moves.map(({ guest, to }) => [guest.uuid, to.uuid]));
  const guests = world.guests.map((guest) => {
    const arriving = going.get(guest.uuid);
    return arriving === undefined ? guest : { ...guest, arriving };
  });
  return { ...world, guests };
}
