// The facts a decision may ask for. A step names those it needs; the observer fetches these and no others, so the cost of a phase can be read in it.
import type { HostBoot } from '../api/generated/poolUpgrade';
import { type Fact, unknown } from '../foundation/fact';
import type { Reach } from '../plan/checks/bootTraits';
import type { Inspection } from '../plan/checks/inspection';
import type { Guests, HaSettings, Pool } from '../plan/pool';
import type { Settings } from '../plan/settings';
import type { InstallerSight, MachineSight } from './machineSight';
import type { EarlierRun, KeptBackup } from './record';
import type { BackupSummary } from './state';

/** A task of the pool, for recognising a call whose answer was lost. */
export interface TaskSight {
  readonly uuid: string;
  readonly name: string;
  readonly status: 'pending' | 'success' | 'failure' | 'cancelled';
}

/** What pool, manifest and boot server say of an attempt at the host in work; the run says the rest. */
export type BootPlace = Omit<HostBoot, 'expires' | 'intent' | 'brand' | 'veto'>;

export interface Facts {
  readonly pool: Fact<Pool>;
  /** How HA is set up; null while it is off. */
  readonly ha: Fact<HaSettings | null>;
  readonly guests: Fact<Guests>;
  /** Settings by host uuid, and by the pool's. */
  readonly settings: Fact<Readonly<Record<string, Settings>>>;
  /** Settings that hosts themselves tell, by host uuid: of the host in work, or of all. One that does not answer says less. */
  readonly hostAnswers: Fact<Readonly<Record<string, Settings>>>;
  /** Seconds since the epoch by the clock of the host in work. */
  readonly hostTime: Fact<number>;
  /** Answer of the plugin's `testSafe2Upgrade` by host uuid: `true`, `vdi_present`, `not_enough_space`, …; of the host in work, or of all. */
  readonly staging: Fact<Readonly<Record<string, string>>>;
  /** What checks look at beside pool and guests; the hosts themselves are asked only where the look comes with an enquiry. */
  readonly inspection: Fact<Inspection>;
  readonly tasks: Fact<readonly TaskSight[]>;
  /** The backup of this run as it is stored outside the pool; null when there is none. */
  readonly backup: Fact<BackupSummary | null>;
  /** What an earlier run left beside its object, of a pool that is mixed or marked; null when there is nothing. */
  readonly earlier: Fact<EarlierRun | null>;
  /** Every backup of a mixed pool that is stored and whole, newest first. */
  readonly keptBackups: Fact<readonly KeptBackup[]>;
  /** The machine of the host in work, by its BMC. */
  readonly machine: Fact<MachineSight>;
  /** What an attempt to boot its installer would be given. */
  readonly boot: Fact<BootPlace>;
  /** Whether it reaches what its installer will fetch. */
  readonly reach: Fact<Reach>;
  /** Its installer, as the boot server saw it. */
  readonly installer: Fact<InstallerSight>;
}

export type FactName = keyof Facts;

const notAsked = unknown('was not asked for');

export const noFacts: Facts = {
  pool: notAsked,
  ha: notAsked,
  guests: notAsked,
  settings: notAsked,
  hostAnswers: notAsked,
  hostTime: notAsked,
  staging: notAsked,
  inspection: notAsked,
  tasks: notAsked,
  backup: notAsked,
  earlier: notAsked,
  keptBackups: notAsked,
  machine: notAsked,
  boot: notAsked,
  reach: notAsked,
  installer: notAsked,
};
