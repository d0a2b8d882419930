// Settings of a host, a pool or its VMs, and what may differ of them after an upgrade. "Existing settings for networking configuration, system time, and so
// on are retained": here it is checked.
import type { Release } from '../release';

/** A path such as `PIF 00:16:3e:…/-1/IP` to a value, flat so that a difference names itself. What stands before the last slash is the object. */
export type Settings = Readonly<Record<string, string>>;

/** Softest first. `look`: a person should look at it. `hard` stops the run: the host is not what it was. */
export const VERDICTS = ['expected', 'harmless', 'look', 'hard'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What stands for a value where there is none, and for one where a whole object appeared or is gone. */
export const ABSENT = '(absent)';
export const PRESENT = '(present)';

export interface Difference {
  /** Object and field; the object alone where the whole of it appeared or is gone. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly verdict: Verdict;
  /** Why the verdict, with its source. Absent in what older versions of the operator kept. */
  readonly reason?: string;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** What lies between before and after. */
export interface Change {
  readonly from: Release;
  readonly to: Release;
  /** Says in a sentence why a difference was announced (an SR that consent gave up, say); undefined where it was not. What is announced is expected. */
  readonly announced?: (path: string, before: string, after: string) => string | undefined;
}

export function countVerdicts(differences: readonly Difference[]): VerdictCounts {
  const count = (verdict: Verdict): number => differences.filter((difference) => difference.verdict === verdict).length;
  return { expected: count('expected'), harmless: count('harmless'), look: count('look'), hard: count('hard') };
}

export function addCounts(counts: readonly VerdictCounts[]): VerdictCounts {
  const sum = (verdict: Verdict): number => counts.reduce((total, entry) => total + entry[verdict], 0);
  return { expected: sum('expected'), harmless: sum('harmless'), look: sum('look'), hard: sum('hard') };
}

/** `3 expected, 1 harmless, 2 to look at, 0 hard`. */
export function printCounts({ expected, harmless, look, hard }: VerdictCounts): string {
  return `${expected} expected, ${harmless} harmless, ${look} to look at, ${hard} hard`;
}
