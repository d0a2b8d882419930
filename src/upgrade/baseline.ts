// The pool as it was before the first effect: which guests ran where, with which CDs, and every host's settings. Written once, never changed; what is
// put back and what is compared at the end is read from here.
import type { Cd, PowerState } from '../plan/pool';
import type { Settings } from '../plan/settings';

export interface BaselineGuest {
  readonly uuid: string;
  readonly name: string;
  readonly powerState: PowerState;
  /** Uuid of the host it ran on, if any. */
  readonly host: string | undefined;
  readonly cds: readonly Cd[];
  /** Absent where the release has no HA, and in what older versions of the operator kept. */
  readonly haPriority?: string;
}

export interface Baseline {
  readonly takenAt: string;
  readonly poolUuid: string;
  readonly guests: readonly BaselineGuest[];
  /** By host uuid, and by the pool's. */
  readonly settings: Readonly<Record<string, Settings>>;
}
