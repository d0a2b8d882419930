// One physical machine with what nobody outside the metal sees: the timer that moves it on, the medium in its drive, the state of its boot loader.
import type { Cancel } from '../../foundation/clock';
import type { Cause, Machine, Release, World } from '../world';

/** What the metal half takes from the world. `repositories` tells which release an installer booted from a URL is, by URL prefix. */
export type MetalParts = Pick<World, 'clock' | 'random' | 'bus' | 'links' | 'faults'> & {
  readonly repositories: ReadonlyMap<string, Release>;
  /** Default: that of ordinary servers. */
  readonly boot?: BootTime | undefined;
};

/** Milliseconds from power to the boot of what comes first in the boot order. */
export interface BootTime {
  readonly shortest: number;
  readonly longest: number;
}

/** An installer about to run. */
export interface InstallerBoot {
  readonly target: Release;
  readonly answerFile: string | null;
  readonly from: 'staged' | 'media';
  readonly cause: Cause;
}

export interface Chassis {
  readonly machine: Machine;
  /** The one thing this machine does next. */
  pending: Cancel | null;
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

/** The release served below `url`. @throws Error when there is none: the plugin must have refused such a URL */
export function releaseAt(repositories: ReadonlyMap<string, Release>, url: string): Release {
  const prefixes = [...repositories.keys()].filter((prefix) => url.startsWith(prefix));
  const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');
  const release = repositories.get(longest);
  if (release === undefined) throw new Error(`a boot entry was staged from ${url}, which is no repository of this world`);
  return release;
}
