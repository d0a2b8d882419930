// The simulated world: what is true, whatever any program believes of it. Two halves share this model. `pool/` is XAPI and the guests, `metal/` is
// the machines under them with disks, power and installer. `books/` reads both and judges. None of them knows the operator or its planner.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import type { HostNetwork } from './network/hostNetwork';
import type { LiveDatabase } from './pool/liveDatabase';

export type HostUuid = string;
export type VmUuid = string;

/** A release of a brand, e.g. `{brand: 'XenServer', version: '6.2.0'}`; version is the product version. */
export interface Release {
  readonly brand: 'XenServer' | 'XCP-ng';
  readonly version: string;
}

/** How a machine's firmware starts a boot loader, and how a system was installed to be started: `BIOS` is Redfish's `Legacy`. */
export const FIRMWARE_MODES = ['BIOS', 'UEFI'] as const;
export type FirmwareMode = (typeof FIRMWARE_MODES)[number];

/** What the disk of a machine holds. */
export interface Disk {
  /** The installed system; 'broken' after the point of no return of an install that did not finish. */
  system: Release | 'broken' | null;
  /** The backup partition: which system it holds, and whether the copy was finished. */
  backup: { readonly release: Release; readonly complete: boolean } | null;
  /** `/var/preserve/safe2upgrade`: the next upgrade to 7.0 or later re-cuts the disk and destroys the local SR. */
  safe2upgrade: boolean;
  /** Partition layout: `old` up to 6.5, `new` from 7.0 (or after a conversion). */
  layout: 'old' | 'new';
  /** Bits of the RSA key of the server certificate: 1024 on hosts first installed before 8.0, until somebody makes another. */
  keyBits: number;
  /** The boot entry that the staging plugin left: the next boot runs this installer. */
  staged: StagedInstaller | null;
}

export interface StagedInstaller {
  readonly url: string;
  /** The answer file as the plugin wrote it. */
  readonly answerFile: string;
  /** Plugin `main` runs since the last boot; more than one spoils the way back before plugin 1.2.0. */
  readonly runs: number;
}

/** A physical host. `Dead`: powered, but nothing boots. */
export type MachineState = 'Off' | 'Booting' | 'Installing' | 'Up' | 'Dead';

export interface Machine {
  readonly uuid: HostUuid;
  readonly name: string;
  state: MachineState;
  /** The XAPI daemon: listening or not. Only a machine that is Up has one running. */
  agent: 'Stopped' | 'Starting' | 'Running';
  /** Set while `shutdown -h/-r now` waits its ten seconds. */
  leaving: 'shutdown' | 'reboot' | null;
  /** Its installer has no answers, and shows its first screen to nobody. */
  waitsForPerson?: boolean;
  /** What this host's own clock shows beside world time, in milliseconds. */
  clockSkew: number;
  /** World time of the last boot of an installed system, ms since epoch. */
  bootedAt: number;
  readonly disk: Disk;
}

/** A guest domain that really exists on a machine. Gone when the machine goes. */
export interface Domain {
  readonly vm: VmUuid;
  host: HostUuid;
  state: 'Running' | 'Paused';
}

/** Who caused it: a XenAPI call (with the caller's tag), a played person, the guest itself, or the machine under it. */
export type Cause = { readonly by: 'call'; readonly caller: string } | { readonly by: 'person' | 'guest' | 'machine' | 'xapi' };

export type WorldEvent = { readonly at: number } & (
  | {
      readonly kind: 'call';
      readonly caller: string;
      readonly host: HostUuid;
      readonly method: string;
      readonly params: readonly unknown[];
      readonly error: string | null;
    }
  | {
      readonly kind: 'guest';
      readonly vm: VmUuid;
      readonly name: string;
      readonly change: 'started' | 'stopped' | 'killed' | 'suspended' | 'resumed' | 'paused' | 'unpaused';
      readonly host: HostUuid;
      readonly cause: Cause;
    }
  | {
      readonly kind: 'migrated';
      readonly vm: VmUuid;
      readonly name: string;
      readonly from: HostUuid;
      readonly to: HostUuid;
      readonly cause: Cause;
    }
  | {
      readonly kind: 'machine';
      readonly host: HostUuid;
      readonly change: 'leaving' | 'off' | 'on' | 'installer' | 'up' | 'agent-up' | 'agent-down' | 'dead';
      readonly cause: Cause;
      readonly detail?: string;
    }
  | {
      readonly kind: 'installer';
      readonly host: HostUuid;
      readonly stage: InstallerStage;
      readonly answerFile: string | null;
      readonly target: Release;
      readonly detail?: string;
    }
  | {
      readonly kind: 'bmc';
      /** In which it sits. */
      readonly host: HostUuid;
      /** The host whose BMC's address was used: another one where cables or lists are crossed. */
      readonly meant: HostUuid;
      readonly change: BmcChange;
      readonly detail: string;
      readonly cause: Cause;
    }
  | { readonly kind: 'dumped'; readonly caller: string; readonly dummy: boolean }
  | { readonly kind: 'pool'; readonly change: string; readonly detail?: string; readonly cause: Cause }
);

/** What somebody did by a BMC, or it did by itself: `consumed` is an override that was taken at a boot. */
export type BmcChange = 'power' | 'override' | 'insert' | 'eject' | 'consumed' | 'attributes';

/**
 * Stages of `xenserver.md` 5.5. From `format` on the old system is gone. `start`: it has its answers, or a person gives them.
 * - `waits`: it has none, and shows its first screen. - `unanswered`: it was told where they are and cannot have them; nothing is touched, and it ends.
 * - `restoring`, `restored`: the backup is put back instead.
 */
export type InstallerStage =
  | 'start'
  | 'refused'
  | 'backup'
  | 'backup-done'
  | 'format'
  | 'packages'
  | 'complete'
  | 'failed'
  | 'wiped'
  | 'waits'
  | 'unanswered'
  | 'restoring'
  | 'restored';

/** Where the halves and the books hear of each other. Listeners run synchronously, in the order they were added; they must not throw. */
export interface EventBus {
  emit(event: WorldEventInput): void;
  on(listener: (event: WorldEvent) => void): void;
}
export type WorldEventInput = WorldEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly bus: EventBus;
  /** XAPI's database, as the master holds it. It lives on while the master is away, but nobody can read it over the wire then. */
  readonly database: LiveDatabase;
  readonly machines: ReadonlyMap<HostUuid, Machine>;
  readonly domains: Map<VmUuid, Domain>;
  /** What the pool half offers the metal half, and the other way round; set once while the world is put together. */
  readonly links: Links;
  /** Faults that are armed; see `faults.ts`. */
  readonly faults: FaultQuery;
  /** What the hosts reach outside of their pool; undefined: nobody. */
  readonly network?: HostNetwork | undefined;
  /** BMCs of the machines that have one. */
  readonly bmcs?: ReadonlyMap<HostUuid, BmcState>;
}

/** What is so of a BMC, whatever it says. */
export interface BmcState {
  /** URL of the image in its virtual CD. */
  inserted(): string | undefined;
  /** What the next boot is to take, in words. */
  armed(): string | undefined;
  /** Whether it answers at all. */
  reachable(): boolean;
}

export interface Links {
  /** Pool half: the machine booted an installed system of this release; XAPI of that host starts, joins its master, re-enables the host … */
  hostBooted(host: HostUuid, release: Release): void;
  /** Pool half: the machine went away (off, reset, into an installer): agent, tasks, sessions and domains of that host are gone. */
  hostGone(host: HostUuid): void;
  /** Pool half: the installer re-cut the disk and this host's local SRs are gone. */
  localStorageDestroyed(host: HostUuid): void;
  /** Metal half: `shutdown -h now` or `-r now` was accepted; the machine goes in ten seconds. */
  leave(host: HostUuid, how: 'shutdown' | 'reboot', cause: Cause): void;
  /** Metal half: a played person (or a BMC) boots the machine from install media, choosing to upgrade. */
  bootInstaller(host: HostUuid, target: Release, answerFile: string | null, cause: Cause): void;
  /** Metal half: power on; boots what the disk says. */
  powerOn(host: HostUuid, cause: Cause): void;
}

/** Asked by both halves at the places where a fault can bite. Each answer "yes" consumes one of the fault's times. */
export interface FaultQuery {
  /** An armed fault of that name that concerns this host (or VM, by uuid), with its parameters; consumed when returned. */
  strike(
    name: string,
    object: {
      readonly host?: HostUuid;
      readonly vm?: VmUuid;
      /** The XenAPI method being called, e.g. `VM.pool_migrate`, where the fault is one of calls. */
      readonly call?: string;
      /** Product version that is being installed, where the fault is one of installers. */
      readonly release?: string;
    },
  ): Readonly<Record<string, string>> | undefined;
}
