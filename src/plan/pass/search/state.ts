// One state of the exact search: how far the pass is, and where every guest is. Within one step all moves that make room come first, then the guests of
// the host that leaves, one after the other in a fixed order: they only take room, so no other order can do more. Guests that stopped start after the last
// turn: a start only takes room, so no earlier one can do more; once a plan is found they are started as early as it allows (hoisting.ts).
import { NEVER } from '../model';
import { fewestHolding, type Field, STOPPED_FOR_GOOD, STOPPED_FOR_NOW, stopCost, stopsFor } from './field';
import { type Cost, UNMET } from '../cost';

export const STAGES = ['room', 'drain', 'start', 'end', 'over'] as const;
export type Stage = (typeof STAGES)[number];

export interface Position {
  readonly step: number;
  readonly stage: Stage;
  /** By guest a host's index, STOPPED_FOR_NOW or STOPPED_FOR_GOOD; within a class in rising order. */
  readonly at: Uint8Array;
  /** Hosts from which a guest moved to make room that nobody took yet, by index: such a move could as well be made later, and so is not made now. */
  readonly vacated: readonly number[];
}

/** What leads from one state to the next: nothing but a later stage, or one guest moved, stopped or started. */
export interface Change {
  readonly step: number;
  readonly stage: Stage;
  readonly vacated: readonly number[];
  /** -1 for none. */
  readonly guest: number;
  readonly to: number;
  readonly kind: Kind;
  readonly cost: Cost;
}

export const KINDS = ['nothing', 'move', 'stop', 'start', 'never'] as const;
export type Kind = (typeof KINDS)[number];

/** Many are kept: where everybody is stands in the key, which is cheaper to keep than an array. */
export interface State extends Cost {
  readonly key: string;
  readonly step: number;
  readonly stage: Stage;
  /** The cost with the floor of what is to come. */
  readonly leastStops: number;
  readonly leastMemory: number;
  readonly leastMoves: number;
  readonly parent: State | undefined;
  readonly kind: Kind;
  readonly guestClass: number;
  readonly from: number;
  readonly to: number;
  readonly serial: number;
}

export function keyOf(step: number, stage: Stage, vacated: readonly number[], at: Uint8Array): string {
  return (
    String.fromCharCode(step, STAGES.indexOf(stage), vacated.length, ...vacated) +
    String.fromCharCode.apply(null, at as unknown as number[])
  );
}

/** @param at where the guests' places are written to */
export function positionOf({ key, step, stage }: State, at: Uint8Array): Position {
  const count = key.charCodeAt(2);
  const vacated: number[] = [];
  for (let index = 3; index < 3 + count; index++) vacated.push(key.charCodeAt(index));
  for (let guest = 0; guest < at.length; guest++) at[guest] = key.charCodeAt(3 + count + guest);
  return { step, stage, vacated, at };
}

interface Sums {
  stops: number;
  memory: number;
  moves: number;
  /** Bytes of guests that run and may migrate. */
  running: number;
  /** How many guests need at least so many moves. */
  readonly needing: number[];
  /** Bytes of guests on new hosts, then by turn of guests that need one move from there: those that a second one would cost more than that. */
  readonly pressing: number[];
}

/** A floor under the cost of what is still to come from here, never too high. */
export function remaining(field: Field, stage: Stage, step: number, at: Uint8Array): Cost {
  if (stage === 'over') return { stops: 0, memory: 0, moves: 0 };
  const sums = { stops: 0, memory: 0, moves: 0, running: 0, needing: [], pressing: new Array<number>(field.steps + 1).fill(0) };
  for (let guest = 0; guest < field.guests; guest++)
    if (field.migrates[guest] === 1 && at[guest]! < STOPPED_FOR_GOOD) count(field, stage, step, guest, at[guest]!, sums);
  const { count: stopped, ...forced } = stopsFor(field, sums.running - roomFrom(field, stage, step));
  const { stops, memory } = forced.stops > sums.stops ? forced : sums;
  const fewer = forced.stops > sums.stops ? stopped : 0;
  const moves = sums.moves - most(sums.needing, fewer) + parked(field, step, sums.pressing, fewer);
  return { stops, memory, moves: wished(field, stage, at, moves, stops > 0) };
}

function count(field: Field, stage: Stage, step: number, guest: number, host: number, sums: Sums): void {
  const need = field.model.scene.need[guest]!;
  const turn = field.model.turnOf[host]!;
  const least = leastFrom(field, stage, step, guest, host);
  sums.running += need;
  if (least === NEVER) return addStop(field, guest, sums);
  sums.moves += least;
  sums.needing[least] = (sums.needing[least] ?? 0) + 1;
  if (turn < step) sums.pressing[0]! += need;
  else if (least === 1) sums.pressing[turn + 1]! += need;
}

/**
 * Guests that must be parked on an old host though one move would do for each: by the time a host leaves, those of all hosts until then are on new ones
 * or parked, and the new ones have room for so many bytes only.
 * @param stopped guests that stop anyway, any of them
 */
function parked(field: Field, step: number, pressing: readonly number[], stopped: number): number {
  if (field.homeward) return 0;
  const relief = stopped > 0 ? field.biggest[stopped - 1]! : 0;
  let bytes = pressing[0]!;
  let most = 0;
  for (let turn = step; turn < field.steps; turn++) {
    bytes += pressing[turn + 1]!;
    most = Math.max(most, fewestHolding(field, bytes - relief - field.newRoom[turn]!));
  }
  return most;
}

/** Only the guests of the host that leaves move while it is emptied; the others wait for the next step. */
function leastFrom({ model, hosts }: Field, stage: Stage, step: number, guest: number, host: number): number {
  const waits = stage === 'drain' && host !== model.turns[step];
  return model.least(guest)[(waits ? step + 1 : step) * hosts + host]!;
}

function addStop(field: Field, guest: number, total: { stops: number; memory: number }): void {
  const cost = stopCost(field, guest);
  total.stops += cost.stops;
  total.memory += cost.memory;
}

/** What the `count` guests who move most would have moved: who is stopped may be one of them. */
function most(counted: readonly number[], count: number): number {
  let sum = 0;
  let left = count;
  for (let moves = counted.length - 1; moves > 0 && left > 0; moves--) {
    const taken = Math.min(left, counted[moves] ?? 0);
    sum += taken * moves;
    left -= taken;
  }
  return sum;
}

/** The tightest of the turns to come. */
function roomFrom(field: Field, stage: Stage, step: number): number {
  if (stage === 'start' || stage === 'end') return Infinity;
  let room = Infinity;
  for (let turn = step; turn < field.steps; turn++) room = Math.min(room, field.room[turn]!);
  return room;
}

/** Moves with what the end asks for. A move home may fill a host as well, and so may the start of a guest that stops. */
function wished(field: Field, stage: Stage, at: Uint8Array, moves: number, stops: boolean): number {
  const least = Math.max(0, moves - field.spared) + field.unmet * UNMET;
  if (!field.balanced) return least;
  if (stage === 'end') return Math.max(least, emptyHosts(field, at) - Math.max(0, field.hosts - field.guests));
  const moved = (stage === 'room' || stage === 'drain') && !stops && !field.homeward && !mayStart(field, at);
  return moved ? least + 1 : least;
}

/** Someone stopped, or will have to by rule: the host that is last may be filled by its start. */
function mayStart(field: Field, at: Uint8Array): boolean {
  for (let guest = 0; guest < field.guests; guest++) {
    if (at[guest] === STOPPED_FOR_NOW) return true;
    if (field.migrates[guest] === 0 && at[guest]! < field.hosts) return true;
    if (field.migrates[guest] === 1 && field.model.mover[guest] === 0) return true;
  }
  return field.guests === 0;
}

export function emptyHosts(field: Field, at: Uint8Array): number {
  const inhabited = new Set(at);
  let empty = 0;
  for (let host = 0; host < field.hosts; host++) if (!inhabited.has(host)) empty++;
  return empty;
}
