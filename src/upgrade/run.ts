// Which run an object is in. It begins with the object; it begins anew when a person edits, before anything is touched, what the plan is made from, and
// another begins when a run is over and the object asks for another target. Everything else goes on with the run that is there.
import type { Orders } from './orders';
import { printRelease } from '../plan/release';
import { isTerminal, type PastRun, type PlanSummary, type RunState, untouched } from './state';
import { iso } from './time';

export interface Beginning {
  /** For the run that begins, if one does. */
  readonly id: () => string;
  /** Generation of the object that the orders are made from. */
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Earlier runs that are remembered. */
const MOST_HISTORY = 10;

/** @param state what the object remembers; undefined when no run has begun */
export function runFor(state: RunState | undefined, orders: Orders, beginning: Beginning): RunState {
  if (state === undefined) return begun(orders, beginning, beginning.id());
  if (orders.cancelled) return state;
  if (untouched(state)) return state.run.basis === orders.basis ? state : startedOver(state, orders, beginning);
  const isNew = isTerminal(state.phase) && state.run.finishedAt !== undefined && !sameTarget(state, orders);
  return isNew ? succeeding(state, orders, beginning) : state;
}

function begun({ target, basis }: Orders, { generation, now }: Beginning, id: string): RunState {
  const { brand, version } = target;
  return {
    phase: 'Validating',
    reason: 'Validating',
    message: 'the pool is looked at',
    since: iso(now),
    run: { id, generation, epoch: 0, startedAt: iso(now), target: brand === undefined ? { version } : { brand, version }, basis },
    undo: {},
    hosts: [],
    resisting: [],
    stopped: [],
    debts: [],
    stalled: false,
  };
}

/** The same run: nothing of it has happened yet but looking. */
function startedOver(state: RunState, orders: Orders, beginning: Beginning): RunState {
  return { ...begun(orders, beginning, state.run.id), ...remembered(state) };
}

/** What the last run still owes is owed on: only its record says what HA and the like were before anybody touched them. */
function succeeding(state: RunState, orders: Orders, beginning: Beginning): RunState {
  const { undo, stopped, debts } = state;
  const owed = debts.length === 0 ? {} : { undo, stopped };
  const history = [pastRun(state), ...(state.history ?? [])].slice(0, MOST_HISTORY);
  return { ...begun(orders, beginning, beginning.id()), ...remembered(state), ...owed, history };
}

function remembered({ handled, history }: RunState): Pick<RunState, 'handled' | 'history'> {
  return { ...(handled === undefined ? {} : { handled }), ...(history === undefined ? {} : { history }) };
}

function pastRun({ run, phase, reason, plan }: RunState): PastRun {
  const { id, startedAt, finishedAt, target } = run;
  const way = plan === undefined ? { to: target.version } : wayOf(plan);
  return { id, phase, reason, ...way, startedAt, ...(finishedAt === undefined ? {} : { finishedAt }) };
}

function wayOf({ hop, path = [] }: PlanSummary): Pick<PastRun, 'from' | 'to' | 'path'> {
  const [first, last] = [path[0], path.at(-1)];
  if (path.length <= 2 || first === undefined || last === undefined) return { from: hop.from, to: hop.to };
  return { from: first.version, to: last.version, path: path.map(printRelease) };
}

function sameTarget({ run }: RunState, { target }: Orders): boolean {
  return run.target.version === target.version && run.target.brand === target.brand;
}
