// What may happen next in a state of the search. Guests that are alike are one choice.
import { type Cost, NEVER_BACK, UNMET, unmetAt } from '../cost';
import { capacityAt, isNew, isOpen, mayGo } from '../model';
import { WAITING } from '../scene';
import { type Field, STOPPED_FOR_GOOD, STOPPED_FOR_NOW, stopCost } from './field';
import type { Change, Kind, Position } from './state';

const FREE: Cost = { stops: 0, memory: 0, moves: 0 };
const ONE_MOVE: Cost = { stops: 0, memory: 0, moves: 1 };

export function successors(field: Field, position: Position): readonly Change[] {
  switch (position.stage) {
    case 'room':
      return [...roomMoves(field, position), { ...nothing(position), stage: 'drain' }];
    case 'drain':
      return drained(field, position);
    case 'start':
      return starts(field, position);
    case 'end':
      return [...roomMoves(field, position), finished(field, position)];
    case 'over':
      return [];
  }
}

function nothing({ step, stage, vacated }: Position): Change {
  return { step, stage, vacated, guest: -1, to: 0, kind: 'nothing', cost: FREE };
}

function change(
  { step, stage }: Position,
  kind: Kind,
  guest: number,
  to: number,
  more: Pick<Change, 'vacated' | 'cost'>,
): Change {
  return { step, stage, kind, guest, to, ...more };
}

/** Moves of guests whose host is not the one that leaves: to make room, or at the end to fulfil a wish. */
function roomMoves(field: Field, position: Position): readonly Change[] {
  const free = freeBytes(field, position);
  const leaving = position.stage === 'room' ? field.model.turns[position.step] : undefined;
  const found: Change[] = [];
  for (const guest of distinct(field, position.at)) {
    const from = position.at[guest]!;
    if (field.migrates[guest] === 0 || from >= STOPPED_FOR_GOOD || from === leaving) continue;
    for (const to of targets(field, position, free, guest)) {
      const vacated = vacatedBy(field, position, from, to);
      found.push(change(position, 'move', guest, to, { vacated, cost: ONE_MOVE }));
    }
  }
  return found;
}

function drained(field: Field, position: Position): readonly Change[] {
  const { at, vacated } = position;
  const guest = at.indexOf(field.model.turns[position.step]!);
  if (guest < 0) return passed(field, position);
  const migrates = field.migrates[guest] === 1;
  const cost = migrates ? { ...stopCost(field, guest), moves: 0 } : FREE;
  const stopped = change(position, 'stop', guest, STOPPED_FOR_NOW, { vacated, cost });
  if (!migrates) return [stopped];
  const ways = targets(field, position, freeBytes(field, position), guest).map((to) =>
    change(position, 'move', guest, to, { vacated: without(vacated, to), cost: ONE_MOVE }),
  );
  return [...ways, stopped];
}

/** The host leaves and is new. Room made before the last turn may still serve a start after it. */
function passed(field: Field, position: Position): readonly Change[] {
  const step = position.step + 1;
  if (step === field.steps) return [{ ...nothing(position), step, stage: 'start' }];
  return position.vacated.length > 0 ? [] : [{ ...nothing(position), step, stage: 'room' }];
}

function starts(field: Field, position: Position): readonly Change[] {
  const { at, vacated } = position;
  const guest = at.indexOf(STOPPED_FOR_NOW);
  if (guest < 0) return vacated.length > 0 ? [] : [{ ...nothing(position), stage: 'end' }];
  const free = freeBytes(field, position);
  const found: Change[] = [];
  for (let on = 0; on < field.hosts; on++)
    if (mayStart(field, position, free, guest, on))
      found.push(change(position, 'start', guest, on, { vacated: without(vacated, on), cost: FREE }));
  const never = { ...FREE, stops: NEVER_BACK };
  return [...found, change(position, 'never', guest, STOPPED_FOR_GOOD, { vacated, cost: never })];
}

function finished(field: Field, position: Position): Change {
  const places = Int16Array.from(position.at, (host) => (host >= STOPPED_FOR_GOOD ? WAITING : host));
  const moves = unmetAt(field.model, places, field.balanced) * UNMET;
  return { ...nothing(position), stage: 'over', cost: { ...FREE, moves } };
}

/** The first of each class on each host. */
function distinct(field: Field, at: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (const members of field.members) {
    let last = -1;
    for (const guest of members) {
      if (at[guest] === last) continue;
      last = at[guest]!;
      found.push(guest);
    }
  }
  return found;
}

function targets(field: Field, { at, step }: Position, free: Float64Array, guest: number): readonly number[] {
  const { model, hosts } = field;
  const from = at[guest]!;
  const found: number[] = [];
  for (let to = 0; to < hosts; to++) {
    if (to === from || model.scene.need[guest]! > free[to]! || model.scene.sees[guest * hosts + to] === 0) continue;
    if (isOpen(model, to, step) && mayGo(model, from, to, step)) found.push(to);
  }
  return found;
}

function mayStart(field: Field, { step }: Position, free: Float64Array, guest: number, on: number): boolean {
  const { model, hosts } = field;
  if (model.scene.need[guest]! > free[on]! || model.scene.starts[guest * hosts + on] === 0) return false;
  return isNew(model, on, step) && isOpen(model, on, step);
}

function without(hosts: readonly number[], host: number): readonly number[] {
  return hosts.includes(host) ? hosts.filter((other) => other !== host) : hosts;
}

/** A guest that goes to the host whose turn is next may go to be stopped there, and cannot do so later. */
function vacatedBy(field: Field, { vacated, stage, step }: Position, from: number, to: number): readonly number[] {
  if (stage === 'end') return [];
  const others = vacated.filter((host) => host !== to && host !== from);
  const owed = to !== field.model.turns[step + 1] || vacated.includes(from);
  return owed ? [...others, from].sort((a, b) => a - b) : others;
}

function freeBytes({ model, guests, hosts }: Field, { at, step }: Position): Float64Array {
  const free = new Float64Array(hosts);
  for (let host = 0; host < hosts; host++) free[host] = capacityAt(model, host, step);
  for (let guest = 0; guest < guests; guest++) {
    const host = at[guest]!;
    if (host < hosts) free[host] = free[host]! - model.scene.need[guest]!;
  }
  return free;
}

/** Puts the guest elsewhere, and its class in order again. */
export function put(field: Field, at: Uint8Array, guest: number, to: number): void {
  const members = field.members[field.classOf[guest]!]!;
  let place = members.indexOf(guest);
  at[guest] = to;
  for (; place > 0 && at[members[place - 1]!]! > to; place--) swap(at, members[place - 1]!, members[place]!);
  for (; place + 1 < members.length && at[members[place + 1]!]! < to; place++) swap(at, members[place]!, members[place + 1]!);
}

function swap(at: Uint8Array, a: number, b: number): void {
  const kept = at[a]!;
  at[a] = at[b]!;
  at[b] = kept;
}
