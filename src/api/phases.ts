// Where an upgrade and each of its hosts can stand, with one line on each. The CRD closes both lists; a phase that is added there and not here, or here
// and not there, does not compile.
import type { HostPhase, PoolPhase } from './generated/poolUpgrade';

export type { HostPhase, PoolPhase } from './generated/poolUpgrade';

export interface PhaseMeaning {
  readonly meaning: string;
  /** Nothing of the pool was touched yet: what stops it here is a refusal, re-tried by itself when the cause goes. */
  readonly untouched?: true;
  /** The run is over. */
  readonly terminal?: true;
}

export const POOL_PHASES: Readonly<Record<PoolPhase, PhaseMeaning>> = {
  Pending: { meaning: 'The object was seen; nothing was looked at yet.', untouched: true },
  Validating: { meaning: 'The manifest, the Secrets and the pool are checked against each other.', untouched: true },
  Planning: { meaning: 'Path, order and placement are computed and written down.', untouched: true },
  AwaitingApproval: { meaning: 'The plan stands and waits for a person.', untouched: true },
  Preparing: {
    meaning: 'The baseline is kept, the pool is claimed, and HA, workload balancing and automatic power-on are put aside.',
  },
  Upgrading: { meaning: 'One host after the other is upgraded, master first.' },
  Finishing: { meaning: 'Every host has the release; what was put aside is put back.' },
  Succeeded: { meaning: 'Every host has the target release and everything is as it was.', terminal: true },
  Paused: { meaning: 'Stopped at a safe point because a person asked for it.' },
  Halted: { meaning: 'Touched and stopped; a person must decide, then it can go on.' },
  Failed: { meaning: 'Ended without the target, and cannot be resumed.', terminal: true },
  Cancelled: { meaning: 'Ended by deletion; what could be put back was put back.', terminal: true },
};

export const HOST_PHASES: Readonly<Record<HostPhase, { readonly meaning: string }>> = {
  Pending: { meaning: 'Its turn has not come.' },
  Draining: { meaning: 'Disabled; its guests are moved, suspended or shut down until none is left.' },
  Safeguarding: { meaning: 'The database of the pool is dumped, parsed back and stored outside. Master only.' },
  Leaving: { meaning: 'It is made to leave its old system for the installer.' },
  Installing: { meaning: 'The installer works, or is presumed to.' },
  Rejoining: { meaning: 'It answers again, or is awaited.' },
  Verifying: { meaning: 'Release and settings are compared with what they should be.' },
  Restoring: { meaning: 'It serves again; guests are started, resumed or moved back.' },
  Upgraded: { meaning: 'Done in this hop.' },
  Retrying: { meaning: 'Its attempt failed; it is brought back and the upgrade is started again.' },
  RestoringBackup: { meaning: 'The installer restores the old system from its backup.' },
  Failed: { meaning: 'No attempt is left, or none is allowed.' },
  AwaitingOperator: { meaning: 'A person must do at the machine what status says.' },
};

/** Whether a run in this phase is over. */
export function isTerminal(phase: PoolPhase): boolean {
  return POOL_PHASES[phase].terminal === true;
}
