// Fixes: what a check can put right by itself, where the orders consent. Each step is an effect like any other, and its way back is written down before it is sent.
import { allChecks } from '../plan/checks/registry';
import type { CheckSituation, FixedStep } from '../plan/checks/check';
import { act, type Decision } from './decision';
import { exhausted } from './sight';
import type { FixUndo, JournalItem, RunState } from './state';

/** Key of a journal item's parameters that says whose fix it undoes. */
export const UNDOES = 'undoes';

/** Of one entry of the journal. */
const MOST_ITEMS = 16;

interface DueStep extends FixedStep {
  readonly check: string;
}

/** What is to be put right now; undefined when nothing is (left). */
export function fixNow(state: RunState, situation: CheckSituation): Decision | undefined {
  const due = dueSteps(situation).slice(0, MOST_ITEMS);
  if (due.length === 0) return undefined;
  for (const { step, check } of due) {
    const sentence = `${check} could not be put right (${step.effect} ${step.name}); put it right by hand, or take it out of spec.consent.fixes`;
    const object = { uuid: step.object };
    const refused = exhausted(state, { object, effect: step.effect, times: 3, reason: 'PreparationFailed', sentence });
    if (refused !== undefined) return refused;
  }
  return act(
    due.map(({ step }) => step),
    (before) => ({ ...before, undo: withUndo(before, due) }),
  );
}

function dueSteps(situation: CheckSituation): readonly DueStep[] {
  const consented = allChecks.filter(({ id }) => situation.orders.consent.fixes.includes(id));
  return consented
    .filter((check) => check.applies(situation))
    .flatMap((check) => (check.fix?.steps(situation) ?? []).map((step) => ({ ...step, check: check.id })));
}

/** The first record stands: on a second attempt the object is no longer as it was. */
function withUndo({ undo }: RunState, due: readonly DueStep[]): RunState['undo'] {
  const kept = (undo.fixes ?? []).filter(({ undone }) => undone !== true);
  const isKept = ({ check, object }: FixUndo): boolean => kept.some((entry) => entry.check === check && entry.object === object);
  return { ...undo, fixes: [...kept, ...undosOf(due).filter((entry) => !isKept(entry))] };
}

function undosOf(due: readonly DueStep[]): readonly FixUndo[] {
  return due.flatMap(({ check, undo, undoBefore }): FixUndo[] =>
    undo === undefined ? [] : [{ check, ...undo, ...(undoBefore === undefined ? {} : { before: undoBefore }) }],
  );
}

/** What would have to be undone if the consented fixes were run now. */
export function undoOfFixes(situation: CheckSituation): Pick<RunState['undo'], 'fixes'> {
  const fixes = undosOf(dueSteps(situation));
  return fixes.length === 0 ? {} : { fixes };
}

/** The effect that undoes a fix. */
export function undoItem({ check, effect, object, name, params }: FixUndo): JournalItem {
  return { effect, object, name, params: { ...params, [UNDOES]: check } };
}

/** An undo is accounted for. */
export function withFixUndone(state: RunState, item: JournalItem): RunState {
  const check = item.params[UNDOES];
  if (check === undefined) return state;
  const fixes = (state.undo.fixes ?? []).map((entry) =>
    entry.check === check && entry.object === item.object && entry.effect === item.effect ? { ...entry, undone: true } : entry,
  );
  return { ...state, undo: { ...state.undo, fixes } };
}
