// A login that succeeded: where the master is, in which dialect it is spoken to, and by which session.
import type { Dialect } from './codec/codec';

export interface Contact {
  /** The master's origin. */
  readonly origin: string;
  readonly dialect: Dialect;
  /** The session reference: a secret. */
  readonly session: string;
  /** What must appear in no message while this session is used. */
  readonly secrets: readonly string[];
}
