// A plan made in one go, turn by turn, without looking ahead further than each guest's own least number of moves: the leap-frog. Where memory is not
// tight it is the optimum, and the bound proves it.
import { drain, type Manner } from './draining';
import { canMove, canStart, type Floor, newFloor, passTurn, place, residents } from './floor';
import type { Model } from './model';
import { WAITING } from './scene';

export function greedyPlan(model: Model, manner: Manner, balanced: boolean): Floor {
  let floor = newFloor(model);
  const homing = homingGuests(model);
  for (let turn = 0; turn < model.turns.length; turn++) {
    floor = drain(model, floor, manner);
    passTurn(model, floor);
    if (manner.starting === 'soon' || turn === model.turns.length - 1) startWhoFits(model, floor);
    bringHome(model, floor, homing);
  }
  if (balanced && model.turns.length > 0) settle(model, floor);
  return floor;
}

/** At home where there is room, else where it is tightest; the big ones choose first. */
function startWhoFits(model: Model, floor: Floor): void {
  const { need, home } = model.scene;
  const waiting = residents(floor, WAITING);
  for (const guest of waiting.sort((a, b) => need[b]! - need[a]! || a - b)) {
    const fitting = [...model.scene.hosts.keys()].filter((host) => canStart(model, floor, guest, host));
    const on = fitting.includes(home[guest]!)
      ? home[guest]!
      : fitting.sort((a, b) => floor.free[a]! - floor.free[b]! || a - b)[0];
    if (on === undefined) continue;
    floor.turns[floor.step - 1]!.starts.push({ guest, on });
    place(model, floor, guest, on);
  }
}

/** Guests that belong home and may be brought there; the big ones choose first. Looked up once a plan, since most pools have none of them or many. */
function homingGuests({ scene }: Model): readonly number[] {
  const { fates, home, need } = scene;
  const homing = [...scene.guests.keys()].filter((guest) => {
    const { homeward, migrates } = fates[guest]!;
    return homeward && migrates && home[guest]! >= 0;
  });
  return homing.sort((a, b) => need[b]! - need[a]! || a - b);
}

/** To homes that are new, so that nobody need leave again. */
function bringHome(model: Model, floor: Floor, homing: readonly number[]): void {
  const { home } = model.scene;
  for (const guest of homing) {
    const to = home[guest]!;
    if (floor.at[guest] === to || model.turnOf[to]! >= floor.step || !canMove(model, floor, guest, to)) continue;
    floor.turns[floor.step - 1]!.returns.push({ guest, from: floor.at[guest]!, to, purpose: 'home' });
    place(model, floor, guest, to);
  }
}

/** Every host that was left empty gets a guest from one that has several, the one with the most bytes in use. */
function settle(model: Model, floor: Floor): void {
  for (const empty of model.scene.hosts.keys()) {
    if (floor.at.includes(empty)) continue;
    const guest = spareGuests(model, floor).find((one) => canMove(model, floor, one, empty));
    if (guest === undefined) continue;
    floor.turns[floor.step - 1]!.returns.push({ guest, from: floor.at[guest]!, to: empty, purpose: 'balance' });
    place(model, floor, guest, empty);
  }
}

/** Guests that migrate and are not alone on their host, nor at home where they belong; from the fullest host first. */
function spareGuests(model: Model, floor: Floor): readonly number[] {
  const { scene } = model;
  const count = new Map<number, number>();
  for (const host of floor.at) count.set(host, (count.get(host) ?? 0) + 1);
  return [...floor.at.keys()]
    .filter((guest) => scene.fates[guest]!.migrates && (count.get(floor.at[guest]!) ?? 0) > 1)
    .filter((guest) => !(scene.fates[guest]!.homeward && scene.home[guest] === floor.at[guest]))
    .sort((a, b) => floor.free[floor.at[a]!]! - floor.free[floor.at[b]!]! || scene.need[b]! - scene.need[a]! || a - b);
}
