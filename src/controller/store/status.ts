// The object's status: the run's memory and the summary made from it, as one document. What the memory needs is read back from it after a crash.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { weaknessesOf } from '../../api/weaknesses';
import type { Comparison, RunState } from '../../upgrade/state';
import { type Condition, messageOf, summarise } from '../../upgrade/summary';

/** Status as stored: the run's memory with what people read. */
export type StoredStatus = RunState & {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly progress: unknown;
};

/** Characters of a sentence that is kept; a message that names hundreds of guests must not make the object too large to store. */
const LONGEST = 1000;
/** Warnings that are listed one by one. */
const MOST_WARNINGS = 50;

/** The run's memory out of an object's status; undefined when no run has begun. */
export function readState(object: PoolUpgrade): RunState | undefined {
  const status = object.status as unknown as Partial<StoredStatus> | undefined;
  if (status?.run === undefined) return undefined;
  const { observedGeneration: _observed, conditions: _conditions, progress: _progress, ...state } = status as StoredStatus;
  return state;
}

/** @param object in the version that this state answers */
export function statusOf(state: RunState, { metadata, spec }: PoolUpgrade, now: string): StoredStatus {
  const kept = withinBounds(state);
  const generation = metadata.generation ?? 1;
  const deleting = metadata.deletionTimestamp !== undefined;
  const summary = summarise(kept, { generation, now, deleting, pausing: spec.paused, weaknesses: weaknessesOf(spec) });
  return { ...kept, observedGeneration: generation, ...summary };
}

function withinBounds(state: RunState): RunState {
  return {
    ...state,
    message: cut(messageOf(state)),
    hosts: state.hosts.map((host) => (host.message === undefined ? host : { ...host, message: cut(host.message) })),
    resisting: state.resisting.map((entry) => ({ ...entry, reason: cut(entry.reason) })),
    debts: state.debts.map((debt) => ({ ...debt, reason: cut(debt.reason) })),
    ...(state.comparison === undefined ? {} : { comparison: comparisonWithin(state.comparison) }),
    ...(state.plan === undefined ? {} : { plan: { ...state.plan, warnings: fewest(state.plan.warnings).map(cut) } }),
  };
}

/** Reasons of VMs may be what XAPI said, of any length. */
function comparisonWithin(comparison: Comparison): Comparison {
  const differences = comparison.vms.differences.map((entry) =>
    entry.reason === undefined ? entry : { ...entry, reason: cut(entry.reason) },
  );
  return { ...comparison, vms: { ...comparison.vms, differences } };
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** Idempotent: what is read back and written again stays the same. */
function fewest(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= MOST_WARNINGS) return warnings;
  return [...warnings.slice(0, MOST_WARNINGS - 1), `and ${warnings.length - MOST_WARNINGS + 1} more`];
}
