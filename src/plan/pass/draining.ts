// Emptying one host: its guests one after the other, each to where it will have to move least from then on; where there is no room some is made by moving
// others out of the way, if that costs no more than to park the guest; and who finds no place stops.
import { canMove, copyOf, type Floor, place, residents } from './floor';
import { capacityAt, isNew, type Model, NEVER } from './model';
import { stopMemory, stopWeight } from './cost';
import { WAITING } from './scene';

/** Places looked at in one plan after which room is no longer made: in a big pool without room there is no end of trying. */
const PATIENCE = 12_000_000;

/** Choices that cost the same by themselves, but not for what comes after: each plan is tried in several manners. */
export interface Manner {
  /** Which old host takes in a guest that must wait for a new one. */
  readonly parking: 'next' | 'last' | 'roomiest';
  /** Which new host: the one it fills best, or the roomiest. */
  readonly filling: 'tight' | 'roomy';
  /** Guests that were stopped start at once where there is room, or after the last turn. */
  readonly starting: 'soon' | 'late';
  /** Members of an anti-affinity group are kept apart where that costs nothing. */
  readonly apart: boolean;
}

export function drain(model: Model, floor: Floor, manner: Manner): Floor {
  const big = drainInOrder(model, copyOf(floor), manner, bigFirst(model));
  if (chosenStops(model, big).length === 0) return big;
  const small = drainInOrder(model, copyOf(floor), manner, dearLast(model));
  return isLess(stopsOf(model, small), stopsOf(model, big)) ? small : big;
}

function drainInOrder(model: Model, floor: Floor, manner: Manner, order: (a: number, b: number) => number): Floor {
  const host = model.turns[floor.step]!;
  const turn = floor.turns[floor.step]!;
  const here = residents(floor, host);
  for (const guest of here.filter((one) => model.mover[one] === 1).sort(order)) {
    if (!leave(model, floor, manner, guest)) stop(model, floor, guest);
  }
  for (const guest of here) if (model.mover[guest] === 0) stop(model, floor, guest);
  turn.stops.sort((a, b) => a - b);
  return floor;
}

function stop(model: Model, floor: Floor, guest: number): void {
  floor.turns[floor.step]!.stops.push(guest);
  place(model, floor, guest, WAITING);
}

interface Way {
  readonly to: number;
  /** Guests to be moved out of the way first. */
  readonly before: readonly { readonly guest: number; readonly to: number }[];
  /** Moves beyond those the guests concerned need anyway. */
  readonly extra: number;
}

function leave(model: Model, floor: Floor, manner: Manner, guest: number): boolean {
  const direct = directWay(model, floor, manner, guest);
  const way = direct?.extra === 0 ? direct : (roundaboutWay(model, floor, guest, direct?.extra ?? NEVER) ?? direct);
  if (way === undefined) return false;
  for (const step of way.before) move(model, floor, step.guest, step.to, 'room');
  move(model, floor, guest, way.to, 'drain');
  return true;
}

export function move(model: Model, floor: Floor, guest: number, to: number, purpose: 'drain' | 'room'): void {
  floor.turns[floor.step]!.moves.push({ guest, from: floor.at[guest]!, to, purpose });
  place(model, floor, guest, to);
}

/** Moves beyond the guest's least, if it goes to `to` now. */
function extraOf(model: Model, floor: Floor, guest: number, to: number): number {
  const least = model.least(guest);
  const hosts = model.scene.hosts.length;
  const then = least[(floor.step + 1) * hosts + to]!;
  if (then === NEVER) return NEVER;
  return 1 + then - least[floor.step * hosts + floor.at[guest]!]!;
}

function directWay(model: Model, floor: Floor, manner: Manner, guest: number): Way | undefined {
  let best: { readonly to: number; readonly extra: number; readonly key: readonly number[] } | undefined;
  for (let to = 0; to < model.scene.hosts.length; to++) {
    if (!canMove(model, floor, guest, to)) continue;
    const extra = extraOf(model, floor, guest, to);
    if (extra === NEVER || (best !== undefined && extra > best.extra)) continue;
    const key = preference(model, floor, manner, guest, to);
    if (best === undefined || extra < best.extra || isLess(key, best.key)) best = { to, extra, key };
  }
  return best === undefined ? undefined : { to: best.to, before: [], extra: best.extra };
}

/** Lower is better: apart from its group, at home, and by the manner. */
function preference(model: Model, floor: Floor, manner: Manner, guest: number, to: number): readonly number[] {
  const fresh = isNew(model, to, floor.step);
  const room = floor.free[to]!;
  const turn = model.turnOf[to]!;
  const old = { next: turn, last: -turn, roomiest: -room }[manner.parking];
  const filled = manner.filling === 'tight' ? room : -room;
  const home = model.scene.home[guest] === to ? 0 : 1;
  return [manner.apart ? companions(model, floor, guest, to) : 0, fresh ? 0 : 1, fresh ? home : 0, fresh ? filled : old, turn];
}

/** Members of the guest's anti-affinity groups that are there already. */
function companions(model: Model, floor: Floor, guest: number, to: number): number {
  const groups = model.scene.guests[guest]!.antiAffinity ?? [];
  if (groups.length === 0) return 0;
  return model.scene.guests.filter(
    (other, index) => index !== guest && floor.at[index] === to && other.antiAffinity?.some((group) => groups.includes(group)),
  ).length;
}

/** Onto a host that is full: the cheapest set of guests that can go elsewhere from there, if it costs less than `limit`. */
function roundaboutWay(model: Model, floor: Floor, guest: number, limit: number): Way | undefined {
  let best: Way | undefined;
  if (floor.effort.spent > PATIENCE) return undefined;
  const inhabitants = inhabitantsOf(model, floor);
  for (let to = 0; to < model.scene.hosts.length; to++) {
    const way = clearedWay(model, floor, guest, { to, inhabitants: inhabitants[to]!, limit: best?.extra ?? limit });
    if (way !== undefined) best = way;
  }
  return best;
}

/** By host, guests that migrate; gathered once for all hosts. */
function inhabitantsOf(model: Model, floor: Floor): readonly (readonly number[])[] {
  const found = model.scene.hosts.map((): number[] => []);
  floor.at.forEach((host, guest) => {
    if (host !== WAITING && model.mover[guest] === 1) found[host]!.push(guest);
  });
  return found;
}

interface Full {
  readonly to: number;
  /** Guests there that migrate. */
  readonly inhabitants: readonly number[];
  readonly limit: number;
}

function clearedWay(model: Model, floor: Floor, guest: number, { to, inhabitants, limit }: Full): Way | undefined {
  const need = model.scene.need[guest]!;
  const lack = need - floor.free[to]!;
  if (lack <= 0 || need > capacityAt(model, to, floor.step) || !canMove(model, floor, guest, to, lack)) return undefined;
  const own = extraOf(model, floor, guest, to);
  if (own >= limit) return undefined;
  const way = clear(model, floor, { host: to, inhabitants, lack, limit: limit - own });
  return way !== undefined && way.extra + own < limit ? { ...way, extra: way.extra + own } : undefined;
}

interface Exit {
  readonly guest: number;
  readonly to: number;
  readonly extra: number;
}

interface Want {
  readonly host: number;
  readonly inhabitants: readonly number[];
  /** Bytes to be freed there. */
  readonly lack: number;
  /** Extra moves below which it is worth it. */
  readonly limit: number;
}

/** One guest that suffices alone, the smallest such; else several, biggest first. */
function clear(model: Model, floor: Floor, want: Want): Way | undefined {
  const { need } = model.scene;
  const hosts = model.scene.hosts.length;
  const worth = (other: number): boolean => 1 - model.least(other)[floor.step * hosts + want.host]! < want.limit;
  const exits = want.inhabitants
    .filter(worth)
    .flatMap((other) => exitOf(model, floor, other) ?? [])
    .filter((exit) => exit.extra < want.limit);
  const single = exits
    .filter((exit) => need[exit.guest]! >= want.lack)
    .sort((a, b) => a.extra - b.extra || need[a.guest]! - need[b.guest]! || a.guest - b.guest)[0];
  if (single !== undefined) return { to: want.host, before: [single], extra: single.extra };
  return severalOut(model, copyOf({ ...floor, turns: [] }), exits, want);
}

function severalOut(model: Model, trial: Floor, exits: readonly Exit[], { host, lack }: Want): Way | undefined {
  const { need } = model.scene;
  const before: Exit[] = [];
  let freed = 0;
  for (const { guest } of [...exits].sort((a, b) => a.extra - b.extra || need[b.guest]! - need[a.guest]! || a.guest - b.guest)) {
    const exit = exitOf(model, trial, guest);
    if (exit === undefined) continue;
    place(model, trial, guest, exit.to);
    before.push(exit);
    freed += need[guest]!;
    if (freed >= lack) return { to: host, before, extra: before.reduce((sum, one) => sum + one.extra, 0) };
  }
  return undefined;
}

/** The cheapest place the guest could make way to, the tightest of those. */
function exitOf(model: Model, floor: Floor, guest: number): Exit | undefined {
  let best: { readonly exit: Exit; readonly room: number } | undefined;
  for (let to = 0; to < model.scene.hosts.length; to++) {
    if (!canMove(model, floor, guest, to)) continue;
    const extra = extraOf(model, floor, guest, to);
    const room = floor.free[to]!;
    if (extra === NEVER) continue;
    if (best === undefined || extra < best.exit.extra || (extra === best.exit.extra && room < best.room))
      best = { exit: { guest, to, extra }, room };
  }
  return best?.exit;
}

function bigFirst({ scene }: Model): (a: number, b: number) => number {
  return (a, b) => scene.need[b]! - scene.need[a]! || a - b;
}

/** Whoever is dear to stop chooses first, the small before the big: as many as possible find a place. */
function dearLast(model: Model): (a: number, b: number) => number {
  return (a, b) => stopWeight(model, b) - stopWeight(model, a) || model.scene.need[a]! - model.scene.need[b]! || a - b;
}

function chosenStops(model: Model, floor: Floor): readonly number[] {
  return floor.turns[floor.step]!.stops.filter((guest) => model.mover[guest] === 1);
}

function stopsOf(model: Model, floor: Floor): readonly number[] {
  const stops = chosenStops(model, floor);
  const sum = (weigh: (guest: number) => number): number => stops.reduce((total, guest) => total + weigh(guest), 0);
  return [
    sum((guest) => stopWeight(model, guest)),
    sum((guest) => stopMemory(model, guest)),
    floor.turns[floor.step]!.moves.length,
  ];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}
