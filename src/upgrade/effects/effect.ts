// What an effect is: anything that changes the outside. It knows when it may be sent, and how to recognise itself afterwards, so that a crash costs nothing.
import type { FactName, Facts } from '../facts';
import type { Orders } from '../orders';
import type { Outcome, HeartPorts, Prove } from '../ports';
import type { Journal, JournalItem, RunState } from '../state';

export type { Prove };

/** Whether it happened, as far as can be seen. Unknown is never repeated. */
export type Sight =
  | { readonly kind: 'Done' }
  | { readonly kind: 'NotDone' }
  /** Cannot be told now; `forever`: nor at any later time, a person must look. */
  | { readonly kind: 'Unknown'; readonly why: string; readonly forever?: true };

export const done: Sight = { kind: 'Done' };
export const notDone: Sight = { kind: 'NotDone' };
export const unsure = (why: string): Sight => ({ kind: 'Unknown', why });
export const lostForever = (why: string): Sight => ({ kind: 'Unknown', why, forever: true });

/** May it be sent now? Looked at afresh, right before sending. */
export type Guard = { readonly ok: true } | { readonly ok: false; readonly why: string };

export const allowed: Guard = { ok: true };
export const forbidden = (why: string): Guard => ({ ok: false, why });

export interface EffectContext {
  readonly item: JournalItem;
  readonly facts: Facts;
  readonly state: RunState;
  readonly orders: Orders;
  /** Host of the journal entry. */
  readonly host: string | undefined;
  readonly mark: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Effect {
  readonly name: string;
  /** Power, installer, or the stop of a guest: what I1 to I5 are about. */
  readonly destructive: boolean;
  readonly needs: readonly FactName[];
  /** Items of one entry go in this order; those of one stage side by side. */
  readonly stage: number;
  /** Milliseconds after sending before NotDone may be believed. */
  readonly settle: number;
  /** Items of one lane go at most `width` at a time, whatever else goes; without a lane `spec.vms.migrate.maxParallel` counts. */
  readonly lane?: { readonly width: number; of(item: JournalItem): string };
  /** An accepted answer is proof enough: what it started cannot be seen yet, or not at all. */
  readonly trusted?: true;
  guard(context: EffectContext): Guard;
  isDone(context: EffectContext, entry: Journal): Sight;
  /** @param prove renews the claim where it must be; awaited between the calls of an effect that has several */
  perform(ports: HeartPorts, context: EffectContext, prove: Prove): Promise<Outcome>;
  /** What the run remembers once it is done. */
  remember?(state: RunState, context: EffectContext): RunState;
}

export const ok: Outcome = { kind: 'Accepted' };

/** Runs calls one after another, each within the fence; stops at the first that is not accepted. */
export async function inOrder(prove: Prove, ...calls: readonly (() => Promise<Outcome>)[]): Promise<Outcome> {
  for (const [position, call] of calls.entries()) {
    if (position > 0) await prove();
    const outcome = await call();
    if (outcome.kind !== 'Accepted') return outcome;
  }
  return ok;
}
