// A path of the search as a plan: each action takes a guest of its class that is where the action says, one whose home it is if there is such a one.
import { type Floor, newFloor, passTurn, place } from '../floor';
import type { PlannedMove } from '../pass';
import { WAITING } from '../scene';
import { type Field, STOPPED_FOR_GOOD } from './field';
import type { State } from './state';

export function replayed(field: Field, last: State): Floor {
  const path: State[] = [];
  for (let state: State | undefined = last; state !== undefined; state = state.parent) path.push(state);
  const floor = newFloor(field.model);
  for (const state of path.reverse()) {
    while (floor.step < state.step) passTurn(field.model, floor);
    carryOut(field, floor, state);
  }
  return floor;
}

/** A guest that does not come back stays where it is: stopped. */
function carryOut(field: Field, floor: Floor, { kind, step, guestClass, from, to }: State): void {
  if (kind === 'nothing' || kind === 'never') return;
  const guest = chosen(field, floor, guestClass, from, to);
  const after = floor.turns[step - 1];
  if (kind === 'stop') floor.turns[step]!.stops.push(guest);
  else if (kind === 'start') after!.starts.push({ guest, on: to });
  else if (step === field.steps)
    after!.returns.push({ guest, from, to, purpose: homeward(field, guest, to) ? 'home' : 'balance' });
  else floor.turns[step]!.moves.push({ guest, from, to, purpose: purposeOf(field, step, guest, from, to) });
  place(field.model, floor, guest, kind === 'stop' ? WAITING : to);
}

function purposeOf(field: Field, step: number, guest: number, from: number, to: number): PlannedMove['purpose'] {
  if (from === field.model.turns[step]) return 'drain';
  const fresh = field.model.turnOf[to]! < step;
  return fresh && homeward(field, guest, to) ? 'home' : 'room';
}

function homeward({ model: { scene } }: Field, guest: number, to: number): boolean {
  return scene.fates[guest]!.homeward && scene.home[guest] === to;
}

function chosen(field: Field, floor: Floor, guestClass: number, from: number, to: number): number {
  const place = from >= STOPPED_FOR_GOOD ? WAITING : from;
  const there = field.members[guestClass]!.filter((guest) => floor.at[guest] === place);
  return there.find((guest) => field.model.scene.home[guest] === to) ?? there[0]!;
}
