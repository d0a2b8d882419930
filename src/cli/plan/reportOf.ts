// From a run that only planned to what is told of it.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { readState } from '../../controller/store/status';
import type { PlanDocument } from '../../plan/document';
import { migrationsIn } from '../../plan/migrations';
import { migrationsOf } from '../../rehearsal/report';
import type { DryRun } from '../../rehearsal/dryRun';
import type { Release } from '../../plan/release';
import type { PlanSummary } from '../../upgrade/planSummary';
import type { RunState } from '../../upgrade/state';
import { defect, type Known, type PathStep, planReport, type PlanOutcome, type PlanReport } from './report';

/** What is known before the run began. */
export type Beforehand = Pick<PlanReport, 'seen' | 'manifest' | 'object' | 'notes'>;

/** Waits whose cause lies in what the command was given. */
const BAD_INPUT: readonly string[] = ['PoolUnreachable', 'CertificateChanged', 'InvalidManifest', 'NotYetHonoured'];

export function reportOf(run: DryRun, beforehand: Beforehand): PlanReport {
  const { object, defect: error } = run;
  const state = object === undefined ? undefined : readState(object);
  const notes = [...beforehand.notes, ...run.warnings];
  const known: Known = { ...beforehand, notes, ...(state === undefined ? {} : knownFrom(state)) };
  if (error !== undefined) return defect(error, known);
  if (state === undefined) return defect('the controller never looked at the object', known);
  const { plan } = run;
  if (plan === undefined) return planReport(outcomeOf(state, run), state.reason, state.message, known);
  return withPlan(state, run, plan, known);
}

/** As far as the status tells. */
function knownFrom(state: RunState): Known {
  const { pool, plan, hosts, phase } = state;
  const order = hosts.map(({ uuid, name, role, bootMethod = '' }) => ({ uuid, name, role, bootMethod }));
  return {
    phase,
    pool: pool === undefined ? null : { uuid: pool.uuid, name: pool.name },
    order,
    path: plan === undefined ? [] : stepsOf(plan),
    hash: plan?.hash ?? null,
    warnings: plan?.warnings ?? [],
  };
}

function stepsOf({ hop, path }: PlanSummary): readonly PathStep[] {
  const step = (from: Release, to: Release): PathStep => ({ from, to, legal: null, source: null });
  const alone = step({ brand: hop.fromBrand, version: hop.from }, { brand: hop.toBrand, version: hop.to });
  return path === undefined ? [alone] : path.slice(1).map((to, index) => step(path[index]!, to));
}

function outcomeOf({ reason, phase }: RunState, { rested }: DryRun): PlanOutcome {
  if (phase === 'AwaitingApproval' && reason === 'DryRun') return 'Planned';
  return BAD_INPUT.includes(reason) || (!rested && reason === '') ? 'Invalid' : 'Refused';
}

function withPlan(state: RunState, run: DryRun, plan: PlanDocument, known: Known): PlanReport {
  const outcome = outcomeOf(state, run);
  const path = plan.hops.map(({ from, to, documented, source }): PathStep => {
    return { from, to, legal: documented ? 'documented' : 'accepted', source };
  });
  const warnings = [...new Set([...(known.warnings ?? []), ...plan.warnings])];
  const whole = {
    ...known,
    warnings,
    path,
    pool: plan.pool,
    order: orderOf(plan),
    checks: plan.checks,
    migrations: migrationsOf(0, migrationsIn(plan.hops)),
    hash: plan.hash,
    plan,
  };
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
