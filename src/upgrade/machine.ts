// The state machine: which module has the word, and where its decision leads. Pure; the runner acts. The two tables are the only places that list the
// phases, and the diagram in docs/ is generated from them.
import type { Decision, HostStep, PoolStep, Situation } from './decision';
import type { FactName } from './facts';
import { awaitingOperator, installing } from './host/away';
import { draining } from './host/draining';
import { leaving } from './host/leaving';
import { rejoining } from './host/rejoining';
import { restoring } from './host/restoring';
import { retrying } from './host/retrying';
import { safeguarding } from './host/safeguarding';
import { verifying } from './host/verifying';
import type { Orders } from './orders';
import { cancelled, finishing, halted, resting } from './pool/ending';
import { awaitingApproval, paused } from './pool/gates';
import { planning } from './pool/planning';
import { preparing } from './pool/preparing';
import { upgrading } from './pool/upgrading';
import { validating } from './pool/validating';
import { hostInWork, type HostPhase, type HostState, type PoolPhase, type RunState, untouched, withHost } from './state';
import { iso } from './time';

export interface PoolRow {
  readonly step: PoolStep;
  /** Phases this one may lead to; Halted is understood for every phase that touches the pool. */
  readonly to: readonly PoolPhase[];
}

export interface HostRow {
  /** Undefined: at rest; the pool phase has the word. */
  readonly step: HostStep | undefined;
  readonly to: readonly HostPhase[];
}

export const poolPhases: Readonly<Record<PoolPhase, PoolRow>> = {
  Pending: { step: validating, to: ['Planning', 'Succeeded'] },
  Validating: { step: validating, to: ['Planning', 'Succeeded'] },
  Planning: { step: planning, to: ['AwaitingApproval', 'Preparing'] },
  AwaitingApproval: { step: awaitingApproval, to: ['Preparing', 'Cancelled'] },
  Preparing: { step: preparing, to: ['Upgrading', 'Cancelled', 'Validating'] },
  Upgrading: { step: upgrading, to: ['Finishing', 'Paused', 'Cancelled'] },
  Paused: { step: paused, to: ['Upgrading'] },
  Finishing: { step: finishing, to: ['Succeeded', 'Preparing', 'Cancelled'] },
  Halted: { step: halted, to: ['Preparing'] },
  Cancelled: { step: cancelled, to: [] },
  Succeeded: { step: resting, to: [] },
  Failed: { step: resting, to: [] },
};

export const hostPhases: Readonly<Record<HostPhase, HostRow>> = {
  Pending: { step: undefined, to: ['Draining'] },
  Draining: { step: draining, to: ['Safeguarding', 'Leaving'] },
  Safeguarding: { step: safeguarding, to: ['Leaving', 'Draining'] },
  Leaving: { step: leaving, to: ['Installing', 'AwaitingOperator', 'Draining'] },
  AwaitingOperator: { step: awaitingOperator, to: ['Rejoining', 'Installing'] },
  Installing: { step: installing, to: ['Rejoining', 'AwaitingOperator'] },
  Rejoining: { step: rejoining, to: ['Verifying', 'Retrying'] },
  Verifying: { step: verifying, to: ['Restoring'] },
  Restoring: { step: restoring, to: ['Upgraded'] },
  Retrying: { step: retrying, to: ['Draining'] },
  RestoringBackup: { step: undefined, to: [] },
  Upgraded: { step: undefined, to: [] },
  Failed: { step: undefined, to: [] },
};

/** The host whose phase has the word now, if any: none while the pool as a whole is dealt with. */
export function hostWithTheWord(state: RunState, orders: Orders): HostState | undefined {
  if (state.phase !== 'Upgrading') return undefined;
  const host = hostInWork(state);
  if (host === undefined || hostPhases[host.phase].step === undefined) return undefined;
  return orders.cancelled && mayStillCancel(state, host) ? undefined : host;
}

/** Before the first host leaves, deleting puts everything back; from its staging on, and at every later host, the host in work is finished first. */
function mayStillCancel(state: RunState, host: HostState): boolean {
  const first = state.hosts.every((entry) => entry.phase !== 'Upgraded');
  const here = host.evidence.stagedAt === undefined && host.evidence.leftAt === undefined && host.attempt <= 1;
  return first && here && ['Draining', 'Safeguarding', 'Leaving'].includes(host.phase) && state.journal === undefined;
}

export function needsNow(state: RunState, orders: Orders, now: number): readonly FactName[] {
  const host = hostWithTheWord(state, orders);
  return host === undefined
    ? poolPhases[state.phase].step.needs({ orders, state, now })
    : hostPhases[host.phase].step!.needs(host, orders);
}

export function decideNow(situation: Situation): Decision {
  const host = hostWithTheWord(situation.state, situation.orders);
  return host === undefined
    ? poolPhases[situation.state.phase].step.decide(situation)
    : hostPhases[host.phase].step!.decide({ ...situation, host });
}

/** The state after a decision that leads elsewhere. @throws for an edge the table does not have: a bug of a phase module */
export function follow(
  state: RunState,
  decision: Extract<Decision, { kind: 'next' | 'fail' | 'again' }>,
  orders: Orders,
  now: number,
): RunState {
  const host = hostWithTheWord(state, orders);
  const remembered = decision.remember === undefined ? state : decision.remember(state);
  if (decision.kind === 'again') return remembered;
  if (decision.kind === 'fail') return failed(remembered, host, decision, now);
  return host === undefined
    ? toPoolPhase(remembered, decision.to as PoolPhase, now)
    : toHostPhase(remembered, host, decision.to as HostPhase, now);
}

export function toPoolPhase(state: RunState, to: PoolPhase, now: number): RunState {
  if (!poolPhases[state.phase].to.includes(to)) throw new Error(`pool phase ${state.phase} does not lead to ${to}`);
  return { ...state, phase: to, since: iso(now), stalled: false };
}

function toHostPhase(state: RunState, host: HostState, to: HostPhase, now: number): RunState {
  if (!hostPhases[host.phase].to.includes(to)) throw new Error(`host phase ${host.phase} does not lead to ${to}`);
  return withHost(state, host.uuid, { phase: to, since: iso(now) });
}

/** Nothing was touched: Refused, the phase stays, and it is tried again by itself. Otherwise Halted: a person must decide. */
function failed(
  state: RunState,
  host: HostState | undefined,
  { reason, message }: { reason: string; message: string },
  now: number,
): RunState {
  if (untouched(state)) return { ...state, reason, message, stalled: true };
  const marked = host === undefined ? state : withHost(state, host.uuid, { phase: 'Failed', since: iso(now), reason, message });
  return { ...marked, phase: 'Halted', since: iso(now), reason, message, stalled: true };
}
