// What a run leaves beside its object before the first effect, found again by the pool's uuid: an object that was made anew on a pool in the middle of an
// upgrade goes on from it. The object's own status stays the memory of a run; this is read only when there is none.
import type { HostBoot } from '../api/generated/poolUpgrade';
import type { PlanDocument } from '../plan/document';
import type { Release } from '../plan/release';
import type { BackupSummary, Evidence, PlanSummary, RunState, SavedDocument, Undo } from './state';

export interface RunRecord {
  /** Id of the run. */
  readonly run: string;
  /** Which object it was, as the pool's mark has it. */
  readonly mark: string;
  /** When it was written, ISO 8601. */
  readonly at: string;
  readonly pool: string;
  readonly plan: PlanSummary;
  readonly baseline: NonNullable<RunState['baseline']>;
  /** What was on and had to be put aside. */
  readonly undo: Undo;
  readonly whole: PlanDocument;
}

/**
 * Written right before an installer is staged on a host, because XenAPI shows no such thing, and right before the host is told to go. While the agent of the
 * host is the one it names, the host has not booted since, and neither may be done a second time.
 */
export interface LeavingRecord {
  readonly run: string;
  readonly pool: string;
  readonly host: string;
  /** ISO 8601. */
  readonly at: string;
  /** What the run knew of the host then, with `stagedAt` or `leftAt`. */
  readonly evidence: Evidence;
  /** Which attempt it was; absent in what older versions wrote: the first. */
  readonly attempt?: number;
  /** What was open for it at the boot server. */
  readonly boot?: HostBoot;
}

/** The newest record of a pool, with its backups as far as they are stored and whole. */
export interface EarlierRun {
  readonly record: RunRecord;
  /** Where the record lies, and with it the plan. */
  readonly saved: SavedDocument;
  /** By hop, from 0; null where there is none. */
  readonly backups: readonly (BackupSummary | null)[];
  /** Of this run, in no order. */
  readonly leavings: readonly LeavingRecord[];
}

/** A stored backup of a pool, whichever run took it, and what it says of the hosts. */
export interface KeptBackup {
  readonly summary: BackupSummary;
  /** By host uuid. */
  readonly releases: Readonly<Record<string, Release>>;
}
