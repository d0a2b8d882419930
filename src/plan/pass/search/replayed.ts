// A path of the search as a plan: each action takes a guest of its class that is where the action says, one whose home it is if there is such a one.
import { type Floor, newFloor, passTurn, place } from '../floor';
import type { PlannedMove } from '../pass';
import { WAITING } from '../scene';
import { type Field, STOPPED_FOR_GOOD } from './field';
import type { Action, State } from './state';

export function replayed(field: Field, last: State): Floor {
  const actions: Action[] = [];
  for (let state: State | undefined = last; state !== undefined; state = state.parent)
    if (state.action !== undefined) actions.push(state.action);
  const floor = newFloor(field.model);
  for (const action of actions.reverse()) {
    while (floor.step < action.step) passTurn(field.model, floor);
    carryOut(field, floor, action);
  }
  while (floor.step < field.steps) passTurn(field.model, floor);
  return floor;
}

function carryOut(field: Field, floor: Floor, { kind, step, guestClass, from, to }: Action): void {
  const guest = chosen(field, floor, guestClass, from, to);
  if (kind === 'stop') floor.turns[step]!.stops.push(guest);
  else if (kind === 'start') floor.turns[step - 1]!.starts.push({ guest, on: to });
  else if (step === field.steps)
    floor.turns[step - 1]!.returns.push({ guest, from, to, purpose: homeward(field, guest, to) ? 'home' : 'balance' });
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
