// What the user orders, as the heart reads it: the spec with its defaults applied, durations in milliseconds, nothing optional that has a default.
import type { Release } from '../plan/release';
import type { Window } from '../plan/window';

export type BootMethod = 'Staged' | 'Manual';
export type StopAction = 'Suspend' | 'Shutdown' | 'Block';
/** What a person may say to a run that halted. */
export type Verb = 'retry' | 'skip' | 'resume';
export type RuleAction = 'Migrate' | StopAction;

export interface GuestRule {
  readonly tags: readonly string[];
  /** Glob patterns on names: `*` stands for any run of characters. */
  readonly names: readonly string[];
  readonly uuids: readonly string[];
  readonly action: RuleAction | undefined;
  readonly return: 'Home' | 'Stay' | undefined;
}

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
  readonly withoutBackup: boolean;
  readonly acceptEua: boolean;
  /** Ids of checks whose fix may be run. */
  readonly fixes: readonly string[];
}

export interface Orders {
  readonly poolUuid: string | undefined;
  /** Brand undefined: the pool's own. */
  readonly target: { readonly brand: Release['brand'] | undefined; readonly version: string };
  /** Where a release's installer is fetched from, by `brand version`. */
  readonly repositories: readonly {
    readonly brand: Release['brand'] | undefined;
    readonly version: string;
    readonly url: string;
  }[];
  readonly bootMethod: 'Auto' | BootMethod;
  /** Hosts the manifest names, with a boot method of their own. */
  readonly hosts: readonly { readonly name: string; readonly bootMethod: 'Auto' | BootMethod | undefined }[];
  readonly order: readonly string[];
  readonly maxParallel: number;
  readonly placement: 'Minimal' | 'Home';
  readonly whenUnmovable: StopAction;
  readonly rules: readonly GuestRule[];
  /** Milliseconds after which a guest that ignores its shutdown is cut off; undefined: never. */
  readonly forceShutdownAfter: number | undefined;
  readonly approval: 'None' | 'BeforeUpgrade' | 'BeforeEachHost';
  /** `<plan hash>` or `<plan hash>/<host>`. */
  readonly approvals: readonly string[];
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
