// One physical machine with what nobody outside the metal sees: what moves it on, the medium in its drive, the state of its boot loader.
import { Aborted, type Cancel } from '../../foundation/clock';
import type { BootFirmware, ChassisIdentity } from '../bmc/chassis';
import { hostLine, type HostLine } from '../network/hostLine';
import { NOWHERE } from '../network/hostNetwork';
import type { Cause, FirmwareMode, Machine, Release, World } from '../world';

/** What the metal half takes from the world. `repositories` tells which release an installer booted from a URL is, by URL prefix. */
export type MetalParts = Pick<World, 'clock' | 'random' | 'bus' | 'links' | 'faults' | 'network'> & {
  readonly repositories: ReadonlyMap<string, Release>;
  /** Default: that of ordinary servers. */
  readonly boot?: BootTime | undefined;
  /** Base of the URLs at which network cards ask what to boot, without a slash at the end; undefined: nobody answers them. */
  readonly pxe?: string | undefined;
};

/** Milliseconds from power to the boot of what comes first in the boot order. */
export interface BootTime {
  readonly shortest: number;
  readonly longest: number;
}

/** An installer about to run. */
export interface InstallerBoot {
  /** `disc`: a person brought it. */
  readonly from: 'staged' | 'medium' | 'network' | 'disc';
  /** As far as it is told by what was booted. */
  readonly release: Release | undefined;
  /** URL of the tree that the staging plugin took it from. */
  readonly stagedFrom?: string;
  readonly answers: InstallerAnswers;
  /** How the firmware started it. */
  readonly mode: FirmwareMode;
  readonly atExit: 'reboot' | 'poweroff';
  readonly cause: Cause;
}

export type InstallerAnswers =
  /** Nobody but a person can give them. */
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** @param from address from which it asks; undefined where its card cannot come up. @param dialogs whether a screen may wait for a key */
  | { readonly kind: 'url'; readonly url: string; readonly from: string | undefined; readonly dialogs: boolean };

export interface Chassis {
  readonly machine: Machine;
  readonly identity: ChassisIdentity;
  /** Of its management interface. */
  readonly address: string;
  /** Of its firmware, and of the system that was installed. */
  readonly mode: FirmwareMode;
  /** Its BMC, which says what to boot. */
  bmc: BootFirmware | null;
  /** The power-on self-test runs. */
  inPost: boolean;
  /** The one timer that takes the machine down. */
  pending: Cancel | null;
  /** What the machine does since it was switched on; ended with its power. */
  activity: AbortController | null;
  /** Install media that the next boot takes, once. */
  media: InstallerBoot | null;
  /** The default boot entry names an entry that is not there (a second plugin `main` before 1.2.0). */
  loaderSpoilt: boolean;
  /** The next boot of the disk hangs. */
  hangs: boolean;
  /** By how many milliseconds the clock steps at the next boot of the disk. */
  clockStep: number;
}

/** Lets the machine go on after `ms`; whatever it was going to do before is forgotten. */
export function later(parts: MetalParts, chassis: Chassis, ms: number, next: () => void): void {
  chassis.pending?.();
  chassis.pending = parts.clock.after(ms, () => {
    chassis.pending = null;
    next();
  });
}

/** Lets the machine do this, and nothing else any more. An error that is none of the world's ends whoever moves the world's time. */
export function occupy(parts: MetalParts, chassis: Chassis, work: (signal: AbortSignal) => Promise<void>): void {
  chassis.activity?.abort();
  const activity = new AbortController();
  chassis.activity = activity;
  work(activity.signal).catch((error: unknown) => {
    if (activity.signal.aborted && error instanceof Aborted) return;
    parts.clock.after(0, () => {
      throw error;
    });
  });
}

/** Whatever the machine does or was going to do ends here. */
export function halt(chassis: Chassis): void {
  chassis.pending?.();
  chassis.pending = null;
  chassis.activity?.abort();
  chassis.activity = null;
}

/** The machine's way to the network. @param from another address than that of its management interface */
export function lineOf({ network = NOWHERE, clock }: MetalParts, { address }: Chassis, from = address): HostLine {
  return hostLine({ network, clock, from });
}

/** The release served below `url`, as the world's repositories have it; undefined when there is none. */
export function releaseAt(repositories: ReadonlyMap<string, Release>, url: string): Release | undefined {
  const prefixes = [...repositories.keys()].filter((prefix) => url.startsWith(prefix));
  const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');
  return repositories.get(longest);
}
