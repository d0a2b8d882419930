// What was asked of which protocol and what came of it, for a status that people read: bounded, and without a word that a BMC said.
import type { BmcErrorKind } from '../bmc';

export interface Attempt {
  readonly protocol: 'redfish' | 'ipmi';
  readonly verb: string;
  /** Wall time at its start, milliseconds since the epoch. */
  readonly at: number;
  readonly ms: number;
  /** `read`: asked only, and answered. `Aborted`: given up by the caller; where something was sent, its outcome is not known. */
  readonly outcome: 'read' | 'changed' | 'unchanged' | BmcErrorKind | 'Aborted';
  /** As of the error; empty where there was none. */
  readonly reason: string;
}

/** Verbs that ask only. */
const QUESTIONS: ReadonlySet<string> = new Set(['probe', 'power', 'boot', 'media', 'bootProgress']);

export class Attempts {
  private readonly kept: Attempt[] = [];

  /** @param most that are kept; the oldest go first */
  constructor(private readonly most: number) {}

  /** Of a question with one and the same answer the last time counts: what is asked every minute is not to push out what was ordered. */
  add(attempt: Attempt): void {
    const earlier = QUESTIONS.has(attempt.verb) ? this.kept.findIndex((other) => isSame(other, attempt)) : -1;
    if (earlier >= 0) this.kept.splice(earlier, 1);
    this.kept.push(attempt);
    if (this.kept.length > this.most) this.kept.shift();
  }

  list(): readonly Attempt[] {
    return [...this.kept];
  }
}

function isSame(one: Attempt, other: Attempt): boolean {
  return (['protocol', 'verb', 'outcome', 'reason'] as const).every((key) => one[key] === other[key]);
}
