// The exact search (A*): cheapest first, by a floor under each state's cost that is never too high; of equals the one that has come further. What it
// returns is the optimum. Its budget is counted in work, not in time, so that it ends at the same place everywhere.
import { compareCosts, type Cost, UNMET } from '../cost';
import type { Floor } from '../floor';
import type { Model } from '../model';
import { WAITING } from '../scene';
import { type Field, fieldOf, STOPPED_FOR_NOW } from './field';
import { Heap } from './heap';
import { replayed } from './replayed';
import { type Change, keyOf, positionOf, remaining, STAGES, type State } from './state';
import { put, successors } from './successors';

export interface Found {
  /** A plan better than the one that was known; undefined where there is none, or none was found. */
  readonly floor: Floor | undefined;
  /** Whether what is known now is the optimum. */
  readonly proven: boolean;
  /** No plan costs less than this. */
  readonly least: Cost;
  /** Work done, in the budget's measure. */
  readonly work: number;
}

/**
 * @param known   cost of the best plan so far: only better ones are looked for
 * @param budget  states looked at, times guests and some
 */
export function search(model: Model, balanced: boolean, known: Cost, budget: number): Found {
  return new Search(fieldOf(model, balanced), known).run(budget);
}

/** What no plan can undercut, without any search: the floor of the first state. */
export function leastCost(model: Model, balanced: boolean): Cost {
  const field = fieldOf(model, balanced);
  return remaining(field, ...beginning(field));
}

/** Fewest moves of the guests that migrate, if those in `stopped` do not: they take no room, and so never make it more. */
export function leastMoves(model: Model, balanced: boolean, stopped: readonly number[]): number {
  const field = fieldOf(model, balanced);
  const at = Uint8Array.from(model.scene.at, (host) => (host === WAITING ? STOPPED_FOR_NOW : host));
  for (const guest of stopped) at[guest] = STOPPED_FOR_NOW;
  return remaining(field, field.steps > 0 ? 'room' : 'over', 0, at).moves % UNMET;
}

function beginning(field: Field): readonly ['room' | 'over', 0, Uint8Array] {
  const at = Uint8Array.from(field.model.scene.at, (host) => (host === WAITING ? STOPPED_FOR_NOW : host));
  for (const members of field.members) {
    const values = members.map((guest) => at[guest]!).sort((a, b) => a - b);
    members.forEach((guest, index) => {
      at[guest] = values[index]!;
    });
  }
  return [field.steps > 0 ? 'room' : 'over', 0, at];
}

class Search {
  private readonly open = new Heap<State>(before);
  private readonly best = new Map<string, State>();
  private readonly at: Uint8Array;
  private readonly next: Uint8Array;
  private made = 0;

  constructor(
    private readonly field: Field,
    private readonly known: Cost,
  ) {
    this.at = new Uint8Array(field.guests);
    this.next = new Uint8Array(field.guests);
  }

  run(budget: number): Found {
    const [stage, step, at] = beginning(this.field);
    const most = budget / (this.field.guests + 2 * this.field.hosts + 24);
    this.at.set(at);
    this.offer(undefined, { step, stage, vacated: [], guest: -1, to: 0, kind: 'nothing', cost: NOTHING });
    for (let state = this.open.pop(); state !== undefined; state = this.open.pop()) {
      if (this.best.get(state.key) !== state) continue;
      const spent = (budget * this.made) / most;
      if (state.stage === 'over') return { floor: replayed(this.field, state), proven: true, least: floorOf(state), work: spent };
      for (const change of successors(this.field, positionOf(state, this.at))) {
        if (this.made > most) return { floor: undefined, proven: false, least: floorOf(state), work: budget };
        this.offer(state, change);
      }
    }
    return { floor: undefined, proven: true, least: this.known, work: (budget * this.made) / most };
  }

  /** Keeps the state that the change leads to, unless a better plan is known, or a cheaper way to it. */
  private offer(parent: State | undefined, change: Change): void {
    const { field, at, next } = this;
    const { step, stage, vacated, guest, to, kind } = change;
    this.made++;
    next.set(at);
    if (guest >= 0) put(field, next, guest, to);
    const cost = sumOf(parent ?? NOTHING, change.cost);
    const least = sumOf(cost, remaining(field, stage, step, next));
    if (compareCosts(least, this.known) >= 0) return;
    const key = keyOf(step, stage, vacated, next);
    const other = this.best.get(key);
    if (other !== undefined && compareCosts(other, cost) <= 0) return;
    const state: State = {
      ...{ key, step, stage, parent, kind, to, serial: this.made },
      ...{ stops: cost.stops, memory: cost.memory, moves: cost.moves },
      ...{ leastStops: least.stops, leastMemory: least.memory, leastMoves: least.moves },
      guestClass: guest < 0 ? -1 : field.classOf[guest]!,
      from: guest < 0 ? -1 : at[guest]!,
    };
    this.best.set(key, state);
    this.open.push(state);
  }
}

const NOTHING: Cost = { stops: 0, memory: 0, moves: 0 };

function sumOf(a: Cost, b: Cost): Cost {
  return { stops: a.stops + b.stops, memory: a.memory + b.memory, moves: a.moves + b.moves };
}

function floorOf({ leastStops, leastMemory, leastMoves }: State): Cost {
  return { stops: leastStops, memory: leastMemory, moves: leastMoves };
}

function before(a: State, b: State): boolean {
  const cost = a.leastStops - b.leastStops || a.leastMemory - b.leastMemory || a.leastMoves - b.leastMoves;
  const further = b.step - a.step || STAGES.indexOf(b.stage) - STAGES.indexOf(a.stage);
  return (cost || further || a.leastMoves - a.moves - (b.leastMoves - b.moves) || b.serial - a.serial) < 0;
}
