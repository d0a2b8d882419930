// A run that plans and does nothing else: the real controller with `dryRun`, until it rests.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { readState } from '../controller/store/status';
import type { Log } from '../foundation/log';
import type { PlanDocument } from '../plan/document';
import { isOver, untouched } from '../upgrade/state';
import type { Prepared } from './prepare';
import { setStage } from './stage';

/** How a run that only plans came to rest. */
export interface DryRun {
  /** As it was stored last. */
  readonly object: PoolUpgrade | undefined;
  /** False: it still waits for something. */
  readonly rested: boolean;
  /** As it was made last, also when something holds it up; undefined where none could be made. */
  readonly plan: PlanDocument | undefined;
  /** An error of ours; undefined when there was none. */
  readonly defect: unknown;
  readonly warnings: readonly string[];
}

/** Longest a plan may be waited for, in virtual milliseconds: what waits longer waits for a person. */
const LIMIT = 3_600_000;

/** The manifest of a run that stops once its plan stands, whatever its author wanted to happen then. A volume for backups is mounted at the operator only. */
export function planningOnly(manifest: PoolUpgrade): PoolUpgrade {
  const { volume: _volume, ...backup } = manifest.spec.backup;
  return { ...manifest, spec: { ...manifest.spec, backup, dryRun: true } };
}

/** Nothing more happens by itself: the plan stands, it is refused, or there is nothing to do. */
export function isAtRest(object: PoolUpgrade | undefined): boolean {
  const state = object === undefined ? undefined : readState(object);
  if (state === undefined) return false;
  const stands = state.phase === 'AwaitingApproval' && state.reason === 'DryRun';
  return stands || isOver(state) || (state.stalled && untouched(state));
}

export interface DryRunOptions {
  readonly log?: (controller: string) => Log;
  /** Told of each stored version of the object. */
  readonly onObject?: (object: PoolUpgrade) => void;
}

/** Plans for a simulated pool in virtual time. */
export async function planInRehearsal(prepared: Prepared, options: DryRunOptions = {}): Promise<DryRun> {
  const warnings: string[] = [];
  let plan: PlanDocument | undefined;
  const onPlan = (made: PlanDocument): void => void (plan = made);
  const stage = setStage({ ...prepared, manifest: planningOnly(prepared.manifest) }, warnings, { ...options, onPlan });
  await stage.begin();
  const end = await stage.clock.run(() => stage.defect() !== undefined || isAtRest(stage.object()), LIMIT);
  return { object: stage.object(), rested: end === 'finished', plan, defect: stage.defect(), warnings };
}
