// What a phase can answer. A phase decides purely and synchronously over a snapshot; only the runner acts.
import type { PlanDocument } from '../plan/document';
import type { Baseline } from './baseline';
import type { FactName, Facts } from './facts';
import type { Orders } from './orders';
import type { HostPhase, HostState, JournalItem, PoolPhase, RunState, Undo } from './state';

/** Changes to the run's memory that a decision brings along; written together with whatever the decision leads to. */
export type Memory = (state: RunState) => RunState;

export type Decision =
  /** Perform these effects; they share one journal entry. */
  | { readonly kind: 'act'; readonly effects: readonly JournalItem[]; readonly remember?: Memory }
  /** Nothing to do until the pool changes, the object changes, or `until` (ms since the epoch) passes. */
  | {
      readonly kind: 'wait';
      readonly reason: string;
      readonly message: string;
      readonly until?: number;
      readonly remember?: Memory;
    }
  /** Go on with another phase. For a host phase `to` is a host phase, for a pool phase a pool phase. */
  | { readonly kind: 'next'; readonly to: PoolPhase | HostPhase; readonly remember?: Memory }
  /** Save these outside the pool before anything is touched, then go on. */
  | {
      readonly kind: 'keep';
      readonly baseline: Baseline;
      readonly plan: PlanDocument;
      /** What is on and will be put aside. */
      readonly undo: Undo;
      readonly to: PoolPhase;
      readonly remember: Memory;
    }
  /** The rest of the run goes by another plan, which is saved first. */
  | { readonly kind: 'replan'; readonly plan: PlanDocument; readonly remember: Memory }
  /** Decide again at once: only the memory changed. */
  | { readonly kind: 'again'; readonly remember: Memory }
  /** It cannot go on. Before anything was touched: Refused. Afterwards: Halted, a person must decide. */
  | {
      readonly kind: 'fail';
      readonly reason: string;
      readonly message: string;
      /** While nothing was touched: when to look again, ms since the epoch. */
      readonly until?: number;
      /** What would be done if nothing held it up: only told. */
      readonly plan?: PlanDocument;
      readonly remember?: Memory;
    };

export interface Situation {
  /** Wall time, milliseconds since the epoch. */
  readonly now: number;
  readonly orders: Orders;
  readonly state: RunState;
  readonly facts: Facts;
  /** Undefined before it is taken. */
  readonly baseline: Baseline | undefined;
  /** Undefined before it is made, and where it cannot be read back: then it is made anew at the next safe point. */
  readonly plan: PlanDocument | undefined;
  /** How this controller is known to the pool: value of its mark. */
  readonly mark: string;
}

export interface HostSituation extends Situation {
  readonly host: HostState;
}

export interface PoolStep {
  /** @param sight what is known without asking anybody */
  needs(sight: Pick<Situation, 'orders' | 'state' | 'now'>): readonly FactName[];
  decide(situation: Situation): Decision;
}

export interface HostStep {
  needs(host: HostState, orders: Orders): readonly FactName[];
  decide(situation: HostSituation): Decision;
}

export function act(effects: readonly JournalItem[], remember?: Memory): Decision {
  return remember === undefined ? { kind: 'act', effects } : { kind: 'act', effects, remember };
}

export function wait(reason: string, message: string, until?: number): Decision {
  return until === undefined ? { kind: 'wait', reason, message } : { kind: 'wait', reason, message, until };
}

export function next(to: PoolPhase | HostPhase, remember?: Memory): Decision {
  return remember === undefined ? { kind: 'next', to } : { kind: 'next', to, remember };
}

export function fail(reason: string, message: string, remember?: Memory): Extract<Decision, { kind: 'fail' }> {
  return remember === undefined ? { kind: 'fail', reason, message } : { kind: 'fail', reason, message, remember };
}
