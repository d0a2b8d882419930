// The exact search (A*): cheapest first, by a floor under each state's cost that is never too high; of equals the one that has come further. What it
// returns is the optimum. Its budget is counted in work, not in time, so that it ends at the same place everywhere.
import { compareCosts, type Cost } from '../cost';
import type { Floor } from '../floor';
import type { Model } from '../model';
import { fieldOf } from './field';
import { Heap } from './heap';
import { replayed } from './replayed';
import { keyOf, type Stage, type State } from './state';
import { Successors } from './successors';

export interface Found {
  /** A plan better than the one that was known; undefined where there is none, or none was found. */
  readonly floor: Floor | undefined;
  /** Whether what is known now is the optimum. */
  readonly proven: boolean;
  /** No plan costs less than this. */
  readonly least: Cost;
}

/**
 * @param known   cost of the best plan so far: only better ones are looked for
 * @param budget  work in bytes of states made
 */
export function search(model: Model, balanced: boolean, known: Cost, budget: number): Found {
  const field = fieldOf(model, balanced);
  const successors = new Successors(field);
  const open = new Heap<State>(before);
  const best = new Map<string, State>();
  let work = 0;
  const add = (state: State): void => {
    work += field.guests + 4 * field.hosts + 64;
    if (compareCosts(floorOf(state), known) >= 0) return;
    const key = keyOf(state);
    const other = best.get(key);
    if (other !== undefined && compareCosts(other, state) <= 0) return;
    best.set(key, state);
    open.push(state);
  };
  add(successors.first());
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (best.get(keyOf(state)) !== state) continue;
    if (state.stage === 'over') return { floor: replayed(field, state), proven: true, least: floorOf(state) };
    if (work > budget) return { floor: undefined, proven: false, least: floorOf(state) };
    for (const next of successors.of(state)) add(next);
  }
  return { floor: undefined, proven: true, least: known };
}

/** What no plan can undercut, without any search: the floor of the first state. */
export function leastCost(model: Model, balanced: boolean): Cost {
  return floorOf(new Successors(fieldOf(model, balanced)).first());
}

function floorOf({ leastStops, leastMemory, leastMoves }: State): Cost {
  return { stops: leastStops, memory: leastMemory, moves: leastMoves };
}

const stages: Readonly<Record<Stage, number>> = { room: 0, drain: 1, start: 2, end: 3, over: 4 };

function before(a: State, b: State): boolean {
  const cost = a.leastStops - b.leastStops || a.leastMemory - b.leastMemory || a.leastMoves - b.leastMoves;
  const further = b.step - a.step || stages[b.stage] - stages[a.stage];
  return (cost || further || a.leastMoves - a.moves - (b.leastMoves - b.moves) || b.serial - a.serial) < 0;
}
