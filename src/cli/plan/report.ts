// What `xenpool plan` tells a machine: one object, the same shape at every exit, of docs/plan.schema.json.
import type { CheckResult } from '../../plan/checks/check';
import type { PlanDocument, PlannedHost } from '../../plan/document';
import { type MigrationReport, migrationsOf } from '../../rehearsal/report';
import type { Release } from '../../plan/release';

/** `Blocked`: a plan could be made, and something stands in its way. `Refused`: none could be made, or none can be kept to. */
export type PlanOutcome = 'Planned' | 'Blocked' | 'Refused' | 'Invalid' | 'Failed';

export interface PathStep {
  readonly from: Release;
  readonly to: Release;
  /** Null where no whole plan says it. */
  readonly legal: 'documented' | 'accepted' | null;
  readonly source: string | null;
}

export interface PlanReport {
  readonly outcome: PlanOutcome;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  /** Where the pool was seen: the dump's file, or an endpoint. Empty when none was looked at. */
  readonly seen: { readonly by: 'dump' | 'live' | ''; readonly of: string };
  /** File of the manifest; null: one was made. */
  readonly manifest: string | null;
  /** The object the plan is for; empty when there is none. */
  readonly object: { readonly namespace: string; readonly name: string };
  /** What the plan does not rest on the pool itself for, one sentence each. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly pool: { readonly uuid: string; readonly name: string } | null;
  readonly path: readonly PathStep[];
  /** Master first. */
  readonly order: readonly PlannedHost[];
  readonly checks: readonly CheckResult[];
  /** Over all hops; none is done. */
  readonly migrations: MigrationReport;
  readonly hash: string | null;
  /** As the controller made it; null where it made none. */
  readonly plan: PlanDocument | null;
}

const NOTHING: PlanReport = {
  outcome: 'Failed',
  phase: '',
  reason: '',
  message: '',
  seen: { by: '', of: '' },
  manifest: null,
  object: { namespace: '', name: '' },
  notes: [],
  warnings: [],
  pool: null,
  path: [],
  order: [],
  checks: [],
  migrations: migrationsOf(0),
  hash: null,
  plan: null,
};

/** What is known beside the outcome. */
export type Known = Partial<Omit<PlanReport, 'outcome' | 'reason' | 'message'>>;

export function planReport(outcome: PlanOutcome, reason: string, message: string, known: Known = {}): PlanReport {
  return { ...NOTHING, outcome, reason, message, ...known };
}

export function badFlag(message: string): PlanReport {
  return planReport('Invalid', 'BadFlag', message);
}

/** An error nobody expected: told whole, with its stack, because it is ours to mend. */
export function defect(error: unknown, known: Known = {}): PlanReport {
  return planReport('Failed', 'Defect', error instanceof Error ? (error.stack ?? error.message) : String(error), known);
}

const CODES: Readonly<Record<PlanOutcome, number>> = { Planned: 0, Failed: 1, Invalid: 2, Blocked: 4, Refused: 4 };

/** 0 a plan; 1 a defect of ours; 2 bad input; 4 Blocked or Refused. */
export function exitCode({ outcome }: PlanReport): number {
  return CODES[outcome];
}
