// The pool while a plan is being made: where each guest is at the moment, what each host has left, and what was done so far. Every change is one that
// is legal at that moment, so that what is written down can be carried out in that order.
import { capacityAt, isNew, isOpen, mayGo, type Model } from './model';
import type { PlannedMove } from './pass';
import { WAITING } from './scene';

export interface DraftMove {
  readonly guest: number;
  readonly from: number;
  readonly to: number;
  readonly purpose: PlannedMove['purpose'];
}

/** One turn in indices; the lists are those of Turn. */
export interface DraftTurn {
  readonly moves: DraftMove[];
  /** Guests stopped on the host of the turn. */
  readonly stops: number[];
  readonly starts: { readonly guest: number; readonly on: number }[];
  readonly returns: DraftMove[];
}

export interface Floor {
  step: number;
  readonly at: Int16Array;
  /** Bytes left by host; less than nothing where guests are squeezed already. */
  readonly free: Float64Array;
  readonly turns: DraftTurn[];
  /** Places looked at so far, by this floor and its copies. */
  readonly effort: { spent: number };
}

export function newFloor(model: Model): Floor {
  const { scene } = model;
  const free = Float64Array.from(scene.hosts, (_, host) => capacityAt(model, host, 0));
  scene.at.forEach((host, guest) => {
    if (host !== WAITING) free[host] = free[host]! - scene.need[guest]!;
  });
  const turns = model.turns.map((): DraftTurn => ({ moves: [], stops: [], starts: [], returns: [] }));
  return { step: 0, at: scene.at.slice(), free, turns, effort: { spent: 0 } };
}

/** For another try at the turn that is next: turns before it are shared, as nothing is added to them until it has passed. */
export function copyOf({ step, at, free, turns, effort }: Floor): Floor {
  const tried = turns.map((turn, index) => (index === step ? { ...turn, moves: [...turn.moves], stops: [...turn.stops] } : turn));
  return { step, at: at.slice(), free: free.slice(), turns: tried, effort };
}

/** Whether a guest that migrates may be put on `to` now, with `extra` more bytes there than are free. */
export function canMove(model: Model, floor: Floor, guest: number, to: number, extra = 0): boolean {
  const from = floor.at[guest]!;
  const { scene } = model;
  floor.effort.spent++;
  if (from === WAITING || from === to || scene.need[guest]! > floor.free[to]! + extra) return false;
  return isOpen(model, to, floor.step) && scene.sees[guest * scene.hosts.length + to] === 1 && mayGo(model, from, to, floor.step);
}

export function canStart(model: Model, floor: Floor, guest: number, on: number): boolean {
  const { scene } = model;
  if (scene.need[guest]! > floor.free[on]! || scene.starts[guest * scene.hosts.length + on] === 0) return false;
  return isNew(model, on, floor.step) && isOpen(model, on, floor.step);
}

export function place(model: Model, floor: Floor, guest: number, to: number): void {
  const need = model.scene.need[guest]!;
  const from = floor.at[guest]!;
  if (from !== WAITING) floor.free[from] = floor.free[from]! + need;
  if (to !== WAITING) floor.free[to] = floor.free[to]! - need;
  floor.at[guest] = to;
}

/** The host of the turn leaves empty and is new when it is back. */
export function passTurn(model: Model, floor: Floor): void {
  const host = model.turns[floor.step]!;
  floor.step++;
  floor.free[host] = model.scene.after[host]!;
}

/** Guests on the host, or those that are stopped for WAITING. */
export function residents(floor: Floor, host: number): number[] {
  const found: number[] = [];
  for (let guest = 0; guest < floor.at.length; guest++) if (floor.at[guest] === host) found.push(guest);
  return found;
}
