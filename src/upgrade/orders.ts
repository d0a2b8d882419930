// What the user orders, as the heart reads it: the spec with its defaults applied, durations in milliseconds, nothing optional that has a default.
import type { Release } from '../plan/release';
import type { GuestRule, RuleAction, StopAction } from '../plan/rules';
import type { PathStep } from '../plan/pathResult';
import type { Window } from '../plan/window';

export type BootMethod = 'Staged' | 'VirtualMedia' | 'PXE' | 'Manual';
export type Firmware = 'Auto' | 'UEFI' | 'BIOS';
/** What a person may say to a run that halted. */
export type Verb = 'retry' | 'skip' | 'resume';
export type { GuestRule, RuleAction, StopAction };

export interface Deadlines {
  readonly drain: number;
  readonly powerOff: number;
  readonly installerStart: number;
  readonly install: number;
  readonly rejoin: number;
  readonly settle: number;
}

export interface Consent {
  readonly undocumentedHops: boolean;
  readonly destroyLocalStorage: boolean;
  readonly forceMigration: boolean;
  readonly acceptDowntime: boolean;
  readonly compressMemory: boolean;
  readonly withoutBackup: boolean;
  readonly acceptEua: boolean;
  /** Ids of checks whose fix may be run. */
  readonly fixes: readonly string[];
}

export interface Orders {
  readonly poolUuid: string | undefined;
  /** Brand undefined: the pool's own. */
  readonly target: { readonly brand: Release['brand'] | undefined; readonly version: string };
  /** Stops that the manifest names, the target last; a brand left out is that of the release before. Undefined: planned. */
  readonly path?: readonly PathStep[] | undefined;
  /** Where a release's installer is fetched from, by `brand version`. */
  readonly repositories: readonly {
    readonly brand: Release['brand'] | undefined;
    readonly version: string;
    readonly url: string;
  }[];
  /** Of which releases an image is named, from which the boot server serves the installer. */
  readonly isos: readonly { readonly brand: Release['brand'] | undefined; readonly version: string }[];
  readonly bootMethod: 'Auto' | BootMethod;
  readonly firmware: Firmware;
  /** Hosts the manifest names, with a boot method of their own. */
  readonly hosts: readonly {
    readonly name: string;
    readonly bootMethod: 'Auto' | BootMethod | undefined;
    readonly firmware?: Firmware;
    /** It names a BMC. */
    readonly bmc?: boolean;
    /** That BMC is spoken to by IPMI, which knows no virtual media. */
    readonly ipmi?: boolean;
    /** The disk that carries its system, where the manifest says so. */
    readonly disk?: string;
  }[];
  readonly order: readonly string[];
  readonly maxParallel: number;
  readonly placement: 'Minimal' | 'Home' | 'Balanced';
  readonly whenUnmovable: StopAction;
  readonly rules: readonly GuestRule[];
  /** Milliseconds after which a guest that ignores its shutdown is cut off; undefined: never. */
  readonly forceShutdownAfter: number | undefined;
  readonly approval: 'None' | 'BeforeUpgrade' | 'BeforeEachHost';
  /** `<plan hash>` or `<plan hash>/<host>`. */
  readonly approvals: readonly string[];
  /** Milliseconds after each hop's master before its first member; 0 for none. */
  readonly soakAfterMaster: number;
  readonly window: Window | undefined;
  readonly deadlines: Deadlines;
  readonly memberRetries: number;
  readonly consent: Consent;
  /** The nonce of each word that stands on the object. */
  readonly verbs: Readonly<Partial<Record<Verb, string>>>;
  readonly paused: boolean;
  /** Why the manifest cannot be followed as it stands: no run begins with it, and no further host is started. */
  readonly unfit: { readonly reason: 'InvalidManifest' | 'NotYetHonoured'; readonly message: string } | undefined;
  /** Digest of what of the manifest a plan is made from. */
  readonly basis: string;
  readonly dryRun: boolean;
  /** The object is being deleted: the only cancel. */
  readonly cancelled: boolean;
}
