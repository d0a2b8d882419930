// The object's status: the run's memory and the summary made from it, as one document. What the memory needs is read back from it after a crash.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { RunState } from '../../upgrade/state';
import { type Condition, summarise } from '../../upgrade/summary';

/** Status as stored: the run's memory with what people read. */
export type StoredStatus = RunState & {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly progress: unknown;
};

/** The run's memory out of an object's status; undefined when no run has begun. */
export function readState(object: PoolUpgrade): RunState | undefined {
  const status = object.status as unknown as Partial<StoredStatus> | undefined;
  if (status?.run === undefined) return undefined;
  const { observedGeneration: _observed, conditions: _conditions, progress: _progress, ...state } = status as StoredStatus;
  return state;
}

/** @param generation the object's generation that this state answers */
export function statusOf(state: RunState, generation: number, now: string): StoredStatus {
  return { ...state, observedGeneration: generation, ...summarise(state, generation, now) };
}
