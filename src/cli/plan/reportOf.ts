// From a run that only planned to what is told of it.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { readState } from '../../controller/store/status';
import type { PlanDocument } from '../../plan/document';
import type { DryRun } from '../../rehearsal/dryRun';
import type { RunState } from '../../upgrade/state';
import { readPlanDocument, type ReadPlan } from './readPlanDocument';
import { defect, type Known, type PathStep, planReport, type PlanOutcome, type PlanReport } from './report';

/** What is known before the run began. */
export type Beforehand = Pick<PlanReport, 'seen' | 'manifest' | 'object' | 'notes'>;

/** Waits whose cause lies in what the command was given. */
const BAD_INPUT: readonly string[] = ['PoolUnreachable', 'CertificateChanged', 'InvalidManifest', 'NotYetHonoured'];
const NOT_KEPT = 'this version of the controller keeps no whole plan: what moves where is not told';

export function reportOf(run: DryRun, beforehand: Beforehand): PlanReport {
  const { object, defect: error } = run;
  const state = object === undefined ? undefined : readState(object);
  const notes = [...beforehand.notes, ...run.warnings];
  const known: Known = { ...beforehand, notes, ...(state === undefined ? {} : knownFrom(state)) };
  if (error !== undefined) return defect(error, known);
  if (state === undefined) return defect('the controller never looked at the object', known);
  return told(run, state, known, notes);
}

function told(run: DryRun, state: RunState, known: Known, notes: readonly string[]): PlanReport {
  const { reason, message } = state;
  const read: ReadPlan = run.kept.length === 0 ? { kind: 'None' } : readPlanDocument(run.kept[0]);
  switch (read.kind) {
    case 'None':
      return planReport(outcomeOf(state, run), reason, message, known);
    case 'Other':
      return planReport(outcomeOf(state, run), reason, message, { ...known, notes: [...notes, NOT_KEPT] });
    case 'Broken':
      return defect(`the plan that was kept is not one of docs/plan.schema.json: ${read.problems.join('; ')}`, known);
    case 'Plan':
      return withPlan(state, run, read.document, known);
  }
}

/** As far as the status tells. */
function knownFrom(state: RunState): Known {
  const { pool, plan, hosts, phase } = state;
  const order = hosts.map(({ uuid, name, role, bootMethod = '' }) => ({ uuid, name, role, bootMethod }));
  return {
    phase,
    pool: pool === undefined ? null : { uuid: pool.uuid, name: pool.name },
    order,
    path: plan === undefined ? [] : [stepOf(plan.hop)],
    hash: plan?.hash ?? null,
    warnings: plan?.warnings ?? [],
  };
}

function stepOf({ fromBrand, from, toBrand, to }: NonNullable<RunState['plan']>['hop']): PathStep {
  return { from: { brand: fromBrand, version: from }, to: { brand: toBrand, version: to }, legal: null, source: null };
}

function outcomeOf({ reason, phase }: RunState, { rested }: DryRun): PlanOutcome {
  if (phase === 'AwaitingApproval' && reason === 'DryRun') return 'Planned';
  return BAD_INPUT.includes(reason) || (!rested && reason === '') ? 'Invalid' : 'Refused';
}

function withPlan(state: RunState, run: DryRun, plan: PlanDocument, known: Known): PlanReport {
  const outcome = outcomeOf(state, run);
  const path = plan.hops.map(({ from, to, documented, source = null }): PathStep => {
    return { from, to, legal: documented ? 'documented' : 'accepted', source };
  });
  const warnings = [...new Set([...(known.warnings ?? []), ...plan.warnings])];
  const whole = { ...known, warnings, path, pool: plan.pool, order: orderOf(plan), checks: plan.checks, hash: plan.hash, plan };
  const blocked = isBlocked(plan, outcome === 'Planned');
  return planReport(blocked ? 'Blocked' : outcome, state.reason, state.message, whole);
}

/** @param stands the plan may be carried out as far as the controller is concerned: what it could not tell does not hold it up */
function isBlocked({ checks, hops }: PlanDocument, stands: boolean): boolean {
  // What is mended first holds nothing up.
  const holding = checks.some(({ verdict, fixing }) => !fixing && (verdict === 'Block' || (verdict === 'Unknown' && !stands)));
  return holding || hops.some(({ pass }) => pass.blocked.length > 0);
}

function orderOf({ hosts, hops }: PlanDocument): PlanReport['order'] {
  const order = hops[0]?.pass.order ?? [];
  const place = ({ uuid }: PlanDocument['hosts'][number]): number => (order.includes(uuid) ? order.indexOf(uuid) : order.length);
  return [...hosts].sort((one, other) => place(one) - place(other));
}

export function objectOf(manifest: PoolUpgrade): PlanReport['object'] {
  return { namespace: manifest.metadata.namespace ?? 'default', name: manifest.metadata.name };
}
