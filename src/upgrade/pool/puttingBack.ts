// What one look at what is put aside comes to: what to do now, what to wait for, what is owed.
import type { Debt, JournalItem } from '../state';

export interface Pending {
  readonly what: string;
  /** When it ends by itself, ms since the epoch, where that is known. */
  readonly until?: number;
}

export interface PutBack {
  /** Effects to perform now; empty when all that may be put back is, or when something must be waited for. */
  readonly effects: readonly JournalItem[];
  /** Something is under way that must end first, in words. */
  readonly pending?: Pending;
  readonly debts: readonly Debt[];
}
