// What may happen next in a state of the search. Guests that are alike are one choice.
import { type Cost, NEVER_BACK, UNMET, unmetAt } from '../cost';
import { capacityAt, isNew, isOpen, mayGo } from '../model';
import { WAITING } from '../scene';
import { type Field, STOPPED_FOR_GOOD, STOPPED_FOR_NOW, stopCost } from './field';
import { type Action, remaining, type Stage, type State } from './state';

interface Change {
  readonly stage?: Stage;
  readonly step?: number;
  readonly at?: Uint8Array;
  readonly vacated?: readonly number[];
  readonly cost?: Partial<Cost>;
  readonly action?: Action;
}

export class Successors {
  private serial = 0;

  constructor(private readonly field: Field) {}

  first(): State {
    const { model, steps } = this.field;
    const at = Uint8Array.from(model.scene.at, (host) => (host === WAITING ? STOPPED_FOR_NOW : host));
    const bare = { step: 0, stage: steps > 0 ? 'room' : 'over', vacated: [], stops: 0, memory: 0, moves: 0 } as const;
    const root = { ...bare, at: sorted(this.field, at), leastStops: 0, leastMemory: 0, leastMoves: 0 };
    return this.next({ ...root, parent: undefined, action: undefined, serial: 0 }, {});
  }

  of(state: State): readonly State[] {
    const free = freeBytes(this.field, state);
    switch (state.stage) {
      case 'room':
        return [...this.roomMoves(state, free), this.next(state, { stage: 'drain' })];
      case 'drain':
        return this.drained(state, free);
      case 'start':
        return this.starts(state, free);
      case 'end':
        return [...this.roomMoves(state, free), this.finished(state)];
      case 'over':
        return [];
    }
  }

  private next(state: State, { cost, ...change }: Change): State {
    const { step, stage, at, vacated } = { ...state, ...change };
    const { stops, memory, moves } = { ...state, ...added(state, cost) };
    const rest = remaining(this.field, stage, step, at);
    return {
      ...{ step, stage, at, vacated, stops, memory, moves, action: change.action, parent: state, serial: ++this.serial },
      ...{ leastStops: stops + rest.stops, leastMemory: memory + rest.memory, leastMoves: moves + rest.moves },
    };
  }

  /** Moves of guests whose host is not the one that leaves: to make room, or at the end to fulfil a wish. */
  private roomMoves(state: State, free: Float64Array): readonly State[] {
    const { field } = this;
    const leaving = state.stage === 'room' ? field.model.turns[state.step] : undefined;
    const found: State[] = [];
    for (const guest of distinct(field, state.at)) {
      const from = state.at[guest]!;
      if (field.migrates[guest] === 0 || from >= STOPPED_FOR_GOOD || from === leaving) continue;
      for (const to of targets(field, state, free, guest))
        found.push(this.moved(state, guest, to, vacatedBy(field, state, from, to)));
    }
    return found;
  }

  private moved(state: State, guest: number, to: number, vacated: readonly number[]): State {
    const action = {
      kind: 'move',
      step: state.step,
      guestClass: this.field.classOf[guest]!,
      from: state.at[guest]!,
      to,
    } as const;
    return this.next(state, { at: put(this.field, state.at, guest, to), vacated, cost: { moves: 1 }, action });
  }

  private drained(state: State, free: Float64Array): readonly State[] {
    const { field } = this;
    const guest = state.at.indexOf(field.model.turns[state.step]!);
    if (guest < 0) return this.passed(state);
    const stopped = this.stopped(state, guest);
    if (field.migrates[guest] === 0) return [stopped];
    const ways = targets(field, state, free, guest).map((to) =>
      this.moved(
        state,
        guest,
        to,
        state.vacated.filter((host) => host !== to),
      ),
    );
    return [...ways, stopped];
  }

  private stopped(state: State, guest: number): State {
    const { field } = this;
    const from = state.at[guest]!;
    const cost = field.migrates[guest] === 1 ? stopCost(field, guest) : {};
    const action = { kind: 'stop', step: state.step, guestClass: field.classOf[guest]!, from, to: STOPPED_FOR_NOW } as const;
    return this.next(state, { at: put(field, state.at, guest, STOPPED_FOR_NOW), cost, action });
  }

  /** The host leaves and is new. Room made before the last turn may still serve a start after it. */
  private passed(state: State): readonly State[] {
    const step = state.step + 1;
    if (step === this.field.steps) return [this.next(state, { step, stage: 'start' })];
    return state.vacated.length > 0 ? [] : [this.next(state, { step, stage: 'room' })];
  }

  private starts(state: State, free: Float64Array): readonly State[] {
    const { field } = this;
    const guest = state.at.indexOf(STOPPED_FOR_NOW);
    if (guest < 0) return state.vacated.length > 0 ? [] : [this.next(state, { stage: 'end' })];
    const found: State[] = [];
    for (let on = 0; on < field.hosts; on++) {
      if (!mayStart(field, state, free, guest, on)) continue;
      const vacated = state.vacated.filter((host) => host !== on);
      found.push(this.next(state, { at: put(field, state.at, guest, on), vacated, action: this.start(state, guest, on) }));
    }
    const never = put(field, state.at, guest, STOPPED_FOR_GOOD);
    return [...found, this.next(state, { at: never, cost: { stops: NEVER_BACK } })];
  }

  private start(state: State, guest: number, on: number): Action {
    return { kind: 'start', step: state.step, guestClass: this.field.classOf[guest]!, from: STOPPED_FOR_NOW, to: on };
  }

  private finished(state: State): State {
    const places = Int16Array.from(state.at, (host) => (host >= STOPPED_FOR_GOOD ? WAITING : host));
    return this.next(state, { stage: 'over', cost: { moves: unmetAt(this.field.model, places, this.field.balanced) * UNMET } });
  }
}

function added(state: State, cost: Partial<Cost> = {}): Cost {
  return {
    stops: state.stops + (cost.stops ?? 0),
    memory: state.memory + (cost.memory ?? 0),
    moves: state.moves + (cost.moves ?? 0),
  };
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

function targets(field: Field, state: State, free: Float64Array, guest: number): readonly number[] {
  const { model, hosts } = field;
  const from = state.at[guest]!;
  const found: number[] = [];
  for (let to = 0; to < hosts; to++) {
    if (to === from || model.scene.need[guest]! > free[to]! || model.scene.sees[guest * hosts + to] === 0) continue;
    if (isOpen(model, to, state.step) && mayGo(model, from, to, state.step)) found.push(to);
  }
  return found;
}

function mayStart(field: Field, { step }: State, free: Float64Array, guest: number, on: number): boolean {
  const { model, hosts } = field;
  if (model.scene.need[guest]! > free[on]! || model.scene.starts[guest * hosts + on] === 0) return false;
  return isNew(model, on, step) && isOpen(model, on, step);
}

/** A guest that goes to the host whose turn is next may go to be stopped there, and cannot do so later. */
function vacatedBy(field: Field, { vacated, stage, step }: State, from: number, to: number): readonly number[] {
  if (stage === 'end') return [];
  const others = vacated.filter((host) => host !== to && host !== from);
  const owed = to !== field.model.turns[step + 1] || vacated.includes(from);
  return owed ? [...others, from].sort((a, b) => a - b) : others;
}

function freeBytes({ model, guests, hosts }: Field, { at, step }: State): Float64Array {
  const free = new Float64Array(hosts);
  for (let host = 0; host < hosts; host++) free[host] = capacityAt(model, host, step);
  for (let guest = 0; guest < guests; guest++) {
    const host = at[guest]!;
    if (host < hosts) free[host] = free[host]! - model.scene.need[guest]!;
  }
  return free;
}

/** `at` with the guest elsewhere, its class in order again. */
function put(field: Field, at: Uint8Array, guest: number, to: number): Uint8Array {
  const changed = at.slice();
  const members = field.members[field.classOf[guest]!]!;
  let place = members.indexOf(guest);
  changed[guest] = to;
  const value = (index: number): number => changed[members[index]!]!;
  const swap = (a: number, b: number): void => {
    const kept = value(a);
    changed[members[a]!] = value(b);
    changed[members[b]!] = kept;
  };
  for (; place > 0 && value(place - 1) > value(place); place--) swap(place - 1, place);
  for (; place + 1 < members.length && value(place + 1) < value(place); place++) swap(place, place + 1);
  return changed;
}

function sorted(field: Field, at: Uint8Array): Uint8Array {
  for (const members of field.members) {
    const values = members.map((guest) => at[guest]!).sort((a, b) => a - b);
    members.forEach((guest, index) => {
      at[guest] = values[index]!;
    });
  }
  return at;
}
