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

export class Attempts {
  private readonly kept: Attempt[] = [];

  /** @param most that are kept; the oldest go first */
  constructor(private readonly most: number) {}

  add(attempt: Attempt): void {
    this.kept.push(attempt);
    if (this.kept.length > this.most) this.kept.shift();
  }

  list(): readonly Attempt[] {
    return [...this.kept];
  }
}
