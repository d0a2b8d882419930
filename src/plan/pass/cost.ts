// What a plan costs, as three numbers compared one after the other: whom it stops, how unwelcome that is in bytes, and how often guests move.
import type { Floor } from './floor';
import type { Model } from './model';
import { WAITING } from './scene';

export interface Cost {
  /** Guests that stand in the way, guests that never come back, guests that stop, and the ranks of the latter, in this order of weight. */
  readonly stops: number;
  /** MiB of the guests that stop. */
  readonly memory: number;
  /** Guests not at home that belong there (or hosts left empty), then moves. */
  readonly moves: number;
}

/** More guests than a pool can have; sums of such weights stay exact. */
const COUNT = 4096;
const RANKS = 16384;
/** More moves than a plan can have. */
export const UNMET = 2 ** 24;

export const NEVER_BACK = COUNT * RANKS;
export const STOPPED = RANKS;
export const BLOCKED = COUNT * COUNT * RANKS;

export function compareCosts(a: Cost, b: Cost): number {
  return a.stops - b.stops || a.memory - b.memory || a.moves - b.moves;
}

/** Stopping a guest that could have migrated. */
export function stopWeight(model: Model, guest: number): number {
  const fate = model.scene.fates[guest]!;
  return (fate.ending.kind === 'Block' ? BLOCKED : STOPPED) + fate.rank;
}

export function stopMemory(model: Model, guest: number): number {
  return Math.ceil(model.scene.need[guest]! / 1048576);
}

/** Guests that stop, those that are not allowed to included. */
export function stopsIn({ stops }: Cost): number {
  return Math.floor(stops / BLOCKED) + Math.floor((stops % NEVER_BACK) / STOPPED);
}

export function unmetIn({ moves }: Cost): number {
  return Math.floor(moves / UNMET);
}

/** Of a plan that has come to its end. */
export function costOf(model: Model, floor: Floor, balanced: boolean): Cost {
  let stops = 0;
  let memory = 0;
  let moves = unmetAt(model, floor.at, balanced) * UNMET;
  for (const turn of floor.turns) {
    moves += turn.moves.length + turn.returns.length;
    for (const guest of turn.stops) {
      if (!model.scene.fates[guest]!.migrates) continue;
      stops += stopWeight(model, guest);
      memory += stopMemory(model, guest);
    }
  }
  for (const host of floor.at) if (host === WAITING) stops += NEVER_BACK;
  return { stops, memory, moves };
}

/** Wishes about the end that stay unfulfilled: guests away from home, and hosts without a guest. */
export function unmetAt(model: Model, at: ArrayLike<number>, balanced: boolean): number {
  const { scene } = model;
  let unmet = 0;
  const inhabited = new Set<number>();
  for (let guest = 0; guest < at.length; guest++) {
    const host = at[guest]!;
    if (host !== WAITING) inhabited.add(host);
    if (scene.fates[guest]!.homeward && scene.home[guest]! >= 0 && host !== scene.home[guest]) unmet++;
  }
  return balanced ? unmet + (scene.hosts.length - inhabited.size) : unmet;
}
