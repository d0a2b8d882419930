// What a simulated pool is made of when it is served: the pool, its time, where it listens, and what is kept of it beyond the life of a process.
import type { Clock } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import type { LoadedPool } from '../dump';
import type { Entry } from '../kept/happening';
import type { Authority, Certificate } from './certificates';
import type { FirmwareMode } from '../world';
import type { ControlServer } from './controlServer';

/** What earlier processes recorded of a world, and where this one goes on. */
export interface WorldRecord {
  readonly entries: readonly Entry[];
  /** @throws when it cannot be written */
  append(entry: Entry): void;
}

export interface PoolKeys {
  readonly authority: Authority;
  /** By address. */
  readonly hosts: ReadonlyMap<string, Certificate>;
}

export interface ServedBmc {
  readonly host: string;
  /** Id in `bmc/profiles.ts`. */
  readonly profile: string;
}

/** User of all BMCs; the password is that of the pool. */
export const BMC_USER = 'root';

export interface SimulationSettings {
  /** Its database is the simulation's from now on; its hosts are moved to loopback addresses. */
  readonly pool: LoadedPool;
  readonly random: Random;
  /** Password of `root` on all hosts. */
  readonly password: string;
  /** Real time. */
  readonly beneath: Clock;
  /** Virtual milliseconds a real one; 0 when time moves only by steps. */
  readonly pace: number;
  /** Wall time of the pool at its beginning, in milliseconds since the epoch. Default: what `paceFrom` says, or `beneath` shows. */
  readonly origin?: number;
  /** Wall time of the pool is the real one at this instant, in milliseconds since the epoch. Default: it goes on from where it stood. */
  readonly paceFrom?: number | undefined;
  /** Address of the master; the others follow. */
  readonly listen: string;
  /** 0 for a free one. */
  readonly port: number;
  /** HTTP instead of HTTPS. */
  readonly plain: boolean;
  /** Default: made anew. */
  readonly keys?: PoolKeys;
  /** Hosts with a BMC, by name or UUID, and the family of each; default: none has one. They are served at the addresses after those of the hosts. */
  readonly bmcs?: readonly ServedBmc[];
  /** Of all machines; default: BIOS. */
  readonly firmware?: FirmwareMode;
  /** Base of a boot server's URLs, where network cards ask what to boot; default: nobody answers them. */
  readonly bootServer?: string;
  /** In the notation of `faults.ts`. */
  readonly faults: readonly string[];
  /** Default: one at a free port. It is closed with the simulation. */
  readonly control?: ControlServer;
  /** Default: the world ends with its process. */
  readonly record?: WorldRecord;
  /** Told when the record cannot be written any more: the world stands still then. */
  readonly onRecordLost?: (error: unknown) => void;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}
