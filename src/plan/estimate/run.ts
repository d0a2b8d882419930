// What a pass takes, and a whole run over several passes: turn by turn, with the soak after the master and the end of the run, and how long hosts differ.
import type { Span, StepEstimate, TurnEstimate } from '../estimate';
import type { Pass } from '../pass/pass';
import { FINISH } from './planningValues';
import { NO_TIME, span, sum } from './spans';
import { type Circumstances, estimateTurn } from './turn';

export interface PassEstimate {
  /** One a host, in order. The master's ends with the soak, where there is one; the last one's with the end of mixed mode. */
  readonly turns: readonly TurnEstimate[];
  /** From the moment the master has the new release until the last host has it: snapshots, backup jobs and HA are refused meanwhile. */
  readonly mixed: Span;
  readonly total: Span;
}

/**
 * Windows, approvals and pauses are not in it: see `schedule`.
 * @param soak  milliseconds after the master, 0 for none
 * @throws RangeError for a guest that the pass names and the circumstances lack
 */
export function estimatePass({ turns }: Pass, soak: number, given: Circumstances): PassEstimate {
  const estimates = turns.map((turn, index) => {
    const before = turns.slice(0, index + 1).flatMap(({ stops }) => stops.filter(({ action }) => action === 'Suspend'));
    const suspended = new Set(before.map(({ guest }) => guest));
    const isMaster = index === 0 && given.begun !== true;
    const estimate = estimateTurn(turn, isMaster ? 'master' : 'member', suspended, given);
    return withSteps(estimate, [...(isMaster ? soaking(soak, turns.length) : []), ...finishing(index, turns.length)]);
  });
  return { turns: estimates, mixed: mixedTime(estimates), total: sum(estimates.map(({ total }) => total)) };
}

/** Of the whole run: its hops follow one another. */
export function totalTime(hops: readonly Pick<PassEstimate, 'total'>[]): Span {
  return sum(hops.map(({ total }) => total));
}

function soaking(soak: number, hosts: number): readonly StepEstimate[] {
  if (soak === 0 || hosts === 1) return [];
  return [{ step: 'soak', span: span(soak, soak, soak), basis: 'spec.gates.soakAfterMaster' }];
}

function finishing(index: number, hosts: number): readonly StepEstimate[] {
  if (index < hosts - 1) return [];
  return [{ step: 'finish', span: FINISH, basis: 'XAPI sees the end of mixed mode within 30 s; what was put aside is put back' }];
}

function withSteps(estimate: TurnEstimate, more: readonly StepEstimate[]): TurnEstimate {
  const steps = [...estimate.steps, ...more];
  return { ...estimate, steps, total: sum(steps.map((step) => step.span)) };
}

function mixedTime(turns: readonly TurnEstimate[]): Span {
  if (turns.length < 2) return NO_TIME;
  const steps = turns.flatMap((turn, index) => turn.steps.map(({ step, span: time }) => ({ step, index, time })));
  const begins = steps.findIndex(({ step }) => step === 'install');
  const ends = steps.findIndex(({ step, index }) => step === 'rejoin' && index === turns.length - 1);
  return sum(steps.slice(begins + 1, ends + 1).map(({ time }) => time));
}
