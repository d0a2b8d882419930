// What the boot server must know of an attempt to boot the installer on a host. It comes from the status of a PoolUpgrade and from nowhere else: a host of
// which no status says that it is being worked on gets nothing.
import type { FirmwareMode } from '../../bmc/bmc';
import type { InstallerArguments } from '../arguments/installerArguments';

/** The four words an attempt's paths are made of. Another attempt, hop or run of the same host has another expiry at least. */
export interface AttemptScope {
  /** Uuid of the pool. */
  readonly pool: string;
  /** Uuid of the host. */
  readonly host: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** Who the machine is, as far as it is known; a request that says otherwise is turned away. */
export interface Machine {
  /** Lower case with colons. */
  readonly macs: readonly string[];
  readonly serial?: string;
  /** SMBIOS UUID, lower case with dashes. */
  readonly uuid?: string;
}

export interface BootAttempt extends AttemptScope {
  /** The run it belongs to: its sightings are kept together. */
  readonly run: string;
  readonly method: 'Staged' | 'VirtualMedia' | 'PXE' | 'Manual';
  /** `restore` only where one was asked for. */
  readonly intent: 'upgrade' | 'restore';
  readonly target: { readonly brand: 'XenServer' | 'XCP-ng'; readonly version: string };
  /** The host's own primary disk. */
  readonly disk: string;
  /** Where the installer installs from, when that is not this server's tree of the image. */
  readonly repository?: string;
  /** This server as the hosts see it, without a slash at the end. */
  readonly baseUrl: string;
  readonly machine: Machine;
  /** How the machine starts, where it is known: a medium that cannot start so is refused. */
  readonly firmware?: FirmwareMode;
  /** What the installer is told on its command line besides the answer file. */
  readonly arguments: InstallerArguments;
  /** Why the installer must not begin, where the world has changed since the attempt was made (pool not ready, a contradiction of identity). */
  readonly veto?: string;
}

/** Names an attempt in maps and in what is kept. */
export function attemptKey({ pool, host, attempt, expires }: AttemptScope): string {
  return `${pool}/${host}/${attempt}/${expires}`;
}
