// Accounting for the step in flight: which of its effects happened, which certainly did not, and which must be waited for. Pure; reads the facts, and the
// answers this controller got itself (a successor has none and goes by the facts alone).
import type { EffectContext, Sight } from './effects/effect';
import { effectNamed } from './effects';
import type { FactName, Facts } from './facts';
import type { Orders } from './orders';
import { withTransfer } from './measuring';
import { withFixUndone } from './fixing';
import type { Outcome } from './ports';
import { type Journal, type JournalItem, type RunState, withEvidence, withTried } from './state';

/** Code of a refusal by the effect's own guard: it was not sent. */
export const GUARD = 'GUARD';

/** Answers by position in the entry; what was never sent by this controller has none. */
export type Outcomes = ReadonlyMap<number, Outcome>;

export interface Settling {
  /** With the effects that are accounted for remembered; the journal is gone when all are. */
  readonly state: RunState;
  /** Set while some effect is neither done nor certainly not done. */
  readonly pending?: { readonly why: string; readonly until: number; readonly forever: boolean };
}

export interface SettlingInput {
  readonly state: RunState;
  readonly journal: Journal;
  readonly outcomes: Outcomes;
  /** Wall time from which an effect has had time to show, ms since the epoch. */
  readonly from: number;
  readonly facts: Facts;
  readonly orders: Orders;
  readonly mark: string;
  readonly now: number;
}

/** The entry is given up because nobody can tell what became of it; an installer that may be staged stays on record. */
export function abandon(state: RunState): RunState {
  const { journal, ...rest } = state;
  const staged = (journal?.items ?? []).filter((item) => item.effect === 'StageInstaller');
  return staged.reduce<RunState>((before, item) => withEvidence(before, item.object, { stagedAt: journal!.at }), rest);
}

export function journalNeeds(journal: Journal | undefined): readonly FactName[] {
  return (journal?.items ?? []).flatMap((item) => effectNamed(item.effect).needs);
}

export function contextOf(
  item: JournalItem,
  input: Omit<SettlingInput, 'outcomes' | 'from' | 'journal'> & { readonly journal: Pick<Journal, 'host'> },
): EffectContext {
  const { facts, state, orders, mark, now, journal } = input;
  return { item, facts, state, orders, mark, now, host: journal.host };
}

export function settle(input: SettlingInput): Settling {
  const { journal } = input;
  const verdicts = journal.items.map((item, position) => verdict(item, input.outcomes.get(position), input));
  const open = verdicts.find((entry) => entry.kind === 'Open');
  if (open !== undefined && open.kind === 'Open')
    return { state: input.state, pending: { why: open.why, until: open.until, forever: open.forever } };
  const closed = journal.items.reduce((state, item, position) => remember(state, item, verdicts[position]!, input), input.state);
  const { journal: _closed, ...rest } = closed;
  return { state: withTransfer(rest, input) };
}

type Verdict =
  | { readonly kind: 'Done' }
  | { readonly kind: 'NotDone'; readonly why: string }
  | { readonly kind: 'Open'; readonly why: string; readonly until: number; readonly forever: boolean };

function verdict(item: JournalItem, outcome: Outcome | undefined, input: SettlingInput): Verdict {
  const effect = effectNamed(item.effect);
  if (outcome?.kind === 'Accepted' && effect.trusted === true) return { kind: 'Done' };
  // What the guard forbade was never sent: nothing that is seen now came of it.
  if (outcome?.kind === 'Refused' && outcome.code === GUARD) return { kind: 'NotDone', why: outcome.text };
  const sight = effect.isDone(contextOf(item, input), input.journal);
  if (sight.kind === 'Done') return { kind: 'Done' };
  if (outcome?.kind === 'Refused') return { kind: 'NotDone', why: `${outcome.code}: ${outcome.text}` };
  return unsettled(sight, outcome, input.from + effect.settle, input.now);
}

/** NotDone may be believed only after the effect has had time to show. */
function unsettled(sight: Exclude<Sight, { kind: 'Done' }>, outcome: Outcome | undefined, settled: number, now: number): Verdict {
  if (sight.kind === 'Unknown') return { kind: 'Open', why: sight.why, until: now + 5_000, forever: sight.forever === true };
  if (now < settled) return { kind: 'Open', why: 'its effect is awaited', until: settled, forever: false };
  return { kind: 'NotDone', why: outcome?.kind === 'Ambiguous' ? outcome.why : 'it had no effect' };
}

function remember(state: RunState, item: JournalItem, reached: Verdict, input: SettlingInput): RunState {
  if (reached.kind === 'Done')
    return withFixUndone(effectNamed(item.effect).remember?.(state, contextOf(item, { ...input, state })) ?? state, item);
  const why = reached.kind === 'NotDone' ? reached.why : '';
  return withTried(state, { uuid: item.object, name: item.name }, item.effect, why);
}
