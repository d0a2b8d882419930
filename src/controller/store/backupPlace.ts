// Where the dumps of a pool's database are kept outside it: in Secrets beside the object, or on a volume that the operator's pod has mounted.
import type { BackupSummary } from '../../upgrade/state';

/** A dump that was parsed and found to hold what the pool holds. */
export interface VerifiedDump {
  /** The run and hop it is taken for, as `backupKey` makes it. */
  readonly run: string;
  /** Uuid. */
  readonly pool: string;
  readonly hosts: number;
  readonly vms: number;
  readonly srs: number;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly text: string;
}

/** A dump as it is stored, whole. */
export interface StoredDump {
  readonly summary: BackupSummary;
  readonly text: string;
}

export interface BackupPlace {
  /** Stores it and reads it back. Storing the same again changes nothing. @throws PlaceError for what a person must mend, KubeError */
  save(dump: VerifiedDump): Promise<void>;
  /** The whole and readable backup of a run's hop; null when there is none. */
  find(run: string): Promise<BackupSummary | null>;
  /** Every whole and readable backup of a pool, newest first. */
  all(pool: string): Promise<readonly StoredDump[]>;
  /** Removes all but the newest so many of the pool. */
  prune(pool: string, keep: number): Promise<void>;
}

/** The place cannot take it, in words for a person. */
export class PlaceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlaceError';
  }
}
