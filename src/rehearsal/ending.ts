// When a run is over, how it came out, and what the world's books are told of it.
import type { EndReport } from '../simulator/books/createBooks';
import { isOver, type RunState, untouched } from '../upgrade/state';
import { PERSONAL_WAITS } from './playedPerson';
import type { Recorder } from './recorder';
import type { Outcome } from './report';

/** Ended, halted with everything put back that may be, refused, or waiting for a person who is not there. */
export function hasEnded(state: RunState | undefined, operator: boolean): boolean {
  if (state === undefined) return false;
  return isOver(state) || (state.stalled && untouched(state)) || waitsForNobody(state, operator);
}

/** A wait that only a person ends, and nobody plays that person. */
export function waitsForNobody(state: RunState, operator: boolean): boolean {
  const unplayed = operator ? ['PausedByUser', 'DryRun', 'WindowTooShort'] : [...PERSONAL_WAITS, 'OutsideWindow'];
  return state.journal === undefined && unplayed.includes(state.reason);
}

export function outcomeOf(state: RunState | undefined): Outcome {
  if (state?.phase === 'Succeeded' || state?.phase === 'Cancelled' || state?.phase === 'Failed') return state.phase;
  return state === undefined || untouched(state) ? 'Refused' : 'Halted';
}

export function endReport(
  outcome: Outcome,
  state: RunState | undefined,
  recorder: Pick<Recorder, 'namedNotRestored' | 'differences'>,
): EndReport {
  const reason = state?.reason;
  const named = reason === 'MasterOnOldVersion' || reason === 'MasterUnknown' ? reason : undefined;
  return {
    outcome: outcome === 'Halted' ? (named ?? 'Halted') : outcome === 'Invalid' ? 'Refused' : outcome,
    debts: state?.debts ?? [],
    notRestored: recorder.namedNotRestored(state),
    differences: recorder.differences(state),
  };
}
