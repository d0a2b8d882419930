// Moves starts and returns of a finished plan to the earliest turn at which they are possible without touching any of its moves: nobody is down or away
// from home longer than the plan needs.
import { type DraftMove, type DraftTurn, type Floor, newFloor, passTurn, place } from './floor';
import { isOpen, type Model } from './model';
import { WAITING } from './scene';

/** Least bytes free on each host, by turn: from its return until the next one's. */
type Room = readonly Float64Array[];

export function hoisted(model: Model, floor: Floor): Floor {
  const room = roomOf(model, floor);
  const turns = floor.turns.map((turn) => ({ ...turn, starts: [...turn.starts], returns: [...turn.returns] }));
  const at = floor.at.slice();
  hoistStarts(model, turns, room, at);
  hoistReturns(model, turns, room);
  return { ...floor, at, turns };
}

function roomOf(model: Model, plan: Floor): Room {
  const floor = newFloor(model);
  return plan.turns.map((turn, index) => {
    const before = { moves: index === 0 ? turn.moves : [], stops: turn.stops };
    for (const move of before.moves) place(model, floor, move.guest, move.to);
    for (const guest of before.stops) place(model, floor, guest, WAITING);
    passTurn(model, floor);
    const least = floor.free.slice();
    const put = (guest: number, to: number): void => {
      place(model, floor, guest, to);
      least[to] = Math.min(least[to]!, floor.free[to]!);
    };
    for (const start of turn.starts) put(start.guest, start.on);
    for (const move of [...turn.returns, ...(plan.turns[index + 1]?.moves ?? [])]) put(move.guest, move.to);
    return least;
  });
}

function hoistStarts(model: Model, turns: readonly DraftTurn[], room: Room, at: Int16Array): void {
  const moved = new Set(turns.flatMap((turn) => turn.returns.map((move) => move.guest)));
  turns.forEach((turn, index) => {
    for (const start of [...turn.starts]) {
      if (moved.has(start.guest)) continue;
      const found = earliestStart(model, turns, room, { ...start, turn: index });
      if (found === undefined) continue;
      take(room, found, model.scene.need[start.guest]!, found.on === start.on ? index : turns.length);
      turn.starts.splice(turn.starts.indexOf(start), 1);
      turns[found.turn]!.starts.push({ guest: start.guest, on: found.on });
      at[start.guest] = found.on;
    }
  });
}

interface Start {
  readonly guest: number;
  readonly on: number;
  readonly turn: number;
}

/** At home if it can be home as early as elsewhere. */
function earliestStart(model: Model, turns: readonly DraftTurn[], room: Room, { guest, on, turn }: Start): Start | undefined {
  const { scene } = model;
  const home = scene.home[guest]!;
  const stopped = turns.findIndex((one) => one.stops.includes(guest));
  const may = (host: number, early: number): boolean => {
    if (scene.starts[guest * scene.hosts.length + host] === 0 || !isNewAndOpen(model, host, early)) return false;
    return fits(room, host, early, host === on ? turn : turns.length, scene.need[guest]!);
  };
  for (let early = Math.max(stopped, 0); early <= turn; early++) {
    if (home >= 0 && home !== on && may(home, early)) return { guest, on: home, turn: early };
    if (early < turn && may(on, early)) return { guest, on, turn: early };
  }
  return undefined;
}

function isNewAndOpen(model: Model, host: number, turn: number): boolean {
  return model.turnOf[host]! <= turn && isOpen(model, host, turn + 1);
}

function fits(room: Room, host: number, from: number, until: number, need: number): boolean {
  for (let turn = from; turn < until; turn++) if (room[turn]![host]! < need) return false;
  return true;
}

function take(room: Room, { on, turn }: Start, need: number, until: number): void {
  for (let index = turn; index < until; index++) room[index]![on] = room[index]![on]! - need;
}

/** Homes after the last turn: as soon as the home is new and the guest stands where it stands then. */
function hoistReturns(model: Model, turns: readonly DraftTurn[], room: Room): void {
  const last = turns.length - 1;
  for (const move of [...(turns[last]?.returns ?? [])]) {
    if (move.purpose !== 'home') continue;
    const alone = turns[last]!.returns.every((other) => other === move || other.guest !== move.guest);
    const turn = alone ? earliestReturn(model, turns, room, move) : undefined;
    if (turn === undefined) continue;
    take(room, { guest: move.guest, on: move.to, turn }, model.scene.need[move.guest]!, last);
    turns[last]!.returns.splice(turns[last]!.returns.indexOf(move), 1);
    turns[turn]!.returns.push(move);
  }
}

function earliestReturn(model: Model, turns: readonly DraftTurn[], room: Room, move: DraftMove): number | undefined {
  const { guest, from, to } = move;
  const last = turns.length - 1;
  const need = model.scene.need[guest]!;
  if (!isFree(turns[last]!, move) && room[last]![to]! < need) return undefined;
  for (let turn = Math.max(arrival(turns, guest), model.turnOf[to]!, 0); turn < last; turn++) {
    const leaves = model.turns[turn + 1] === from;
    if (!leaves && isNewAndOpen(model, to, turn) && fits(room, to, turn, last, need)) return turn;
  }
  return undefined;
}

/** Nothing that happens after the last turn before this move has to do with its guest, or needs room on the host it goes to. */
function isFree({ starts, returns }: DraftTurn, move: DraftMove): boolean {
  const before = returns.slice(0, returns.indexOf(move));
  return !starts.some(({ guest, on }) => on === move.to || guest === move.guest) && !before.some(({ to }) => to === move.to);
}

/** The last turn at which the guest moved or started before the returns of the last. */
function arrival(turns: readonly DraftTurn[], guest: number): number {
  let found = 0;
  turns.forEach((turn, index) => {
    if (turn.moves.some((move) => move.guest === guest) || turn.starts.some((start) => start.guest === guest)) found = index;
    if (index < turns.length - 1 && turn.returns.some((move) => move.guest === guest)) found = index;
  });
  return found;
}
