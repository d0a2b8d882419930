// What is known of a machine beside its pool: by its management controller (BMC), and by what the boot server saw its installer fetch.
import type { InstallerSummary } from '../api/generated/poolUpgrade';

export type BootTarget = 'Cd' | 'Pxe';

export interface MachineSight {
  /** `Other`: on its way. */
  readonly power: 'On' | 'Off' | 'Other';
  /** Whether the BMC is that of this very host; only what is proven may be told to do something. */
  readonly identity:
    /** @property as  who the BMC says the machine is, to know it again by while the pool is silent */
    | { readonly kind: 'Proven'; readonly as: string }
    /** It belongs to another machine. */
    | { readonly kind: 'Mismatch'; readonly why: string }
    /** It does not say enough to tell. */
    | { readonly kind: 'Unproven'; readonly why: string };
  readonly override: BootTarget | 'None' | 'Other';
  /** What is in its virtual drive: the image of this attempt, one of ours of an earlier attempt, somebody else's, nothing; `Unsupported`: it has no drive that may be used. */
  readonly media: 'Ours' | 'Stale' | 'Foreign' | 'None' | 'Unsupported';
  /** Schemes by which the drive takes images, in lower case; absent: nobody tells, or there is no drive. */
  readonly schemes?: readonly string[];
  /** What its boot can be told to begin with, once. */
  readonly targets: readonly BootTarget[];
  /** Why a target that the BMC has is not among them, and what a person has to say so that it is, as a sentence without its end; absent: none is left out. */
  readonly withheld?: string;
  /** What was lately ordered, and what was asked and answered otherwise than before, the newest last; 32 at most. Absent: not kept. */
  readonly attempts?: readonly MachineAttempt[];
}

/** One thing that was asked of or told to a BMC. */
export interface MachineAttempt {
  /** ISO 8601. */
  readonly at: string;
  readonly protocol: 'redfish' | 'ipmi';
  readonly verb: string;
  /** `read`, `changed`, `unchanged`, or the kind of what went wrong. */
  readonly outcome: string;
  /** One word that narrows what went wrong; empty where nothing did. */
  readonly reason: string;
}

/** What the boot server says of this host's attempt, and what it saw of its installer. Absent times: not seen. ISO 8601. */
export interface InstallerSight {
  /** Whether it is ready to serve the attempt. */
  readonly ready: 'Checking' | 'Ready' | 'Refused';
  /** Why it refuses; empty otherwise. */
  readonly why: string;
  /** The answer file was fetched. */
  readonly answeredAt?: string;
  /** The last thing that was fetched. */
  readonly lastAt?: string;
  /** `installation-complete` was heard, and the installer said so. */
  readonly completedAt?: string;
  readonly result?: 'Done' | 'Failed';
  /** On which side of the point of no return it is. Absent evidence is Unknown, but for an answer file that was never fetched. */
  readonly side: 'Before' | 'Past' | 'Unknown';
  /** What that rests on, in words. */
  readonly because: string;
  /** When each thing was fetched first, in order. */
  readonly steps: readonly InstallerStep[];
}

export interface InstallerStep {
  /** `config`, `kernel`, `media`, `answer`, `start`, `repository`, `package`, `complete` or `report`. */
  readonly what: string;
  readonly at: string;
}

/** What of it is told to people. When something was fetched last is left out: it changes with every packet. */
export function summaryOf({ side, because, result, steps }: InstallerSight): InstallerSummary {
  return { side, because, ...(result === undefined ? {} : { result }), steps };
}
