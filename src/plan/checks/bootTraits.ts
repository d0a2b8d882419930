// What the checks of booting look at: what the BMCs that the manifest names say of themselves, and what the boot server has to give. All of it is asked while
// nothing is stopped yet.
import type { Fact } from '../../foundation/fact';

export type BootTarget = 'Cd' | 'Pxe';

/** What a BMC says of its machine. */
export interface BmcMachine {
  /** Whether it is that of the host for which the manifest names it. */
  readonly identity:
    | { readonly kind: 'Proven' }
    | { readonly kind: 'Mismatch'; readonly why: string }
    | { readonly kind: 'Unproven'; readonly why: string };
  /** What is in the virtual drive: an image of ours, of this attempt or an earlier one, somebody else's, nothing; `Unsupported`: there is no drive that may be used. */
  readonly media: 'Ours' | 'Stale' | 'Foreign' | 'None' | 'Unsupported';
  /** Schemes by which the drive takes images, in lower case; absent: nobody tells, or there is no drive. */
  readonly schemes?: readonly string[];
  /** What its boot can be told to begin with, once. */
  readonly targets: readonly BootTarget[];
}

export type BmcAnswer =
  | { readonly kind: 'Told'; readonly machine: BmcMachine }
  /** The login is refused, lacks a right, or cannot be read from its Secret. */
  | { readonly kind: 'Unauthorized'; readonly why: string }
  /** Nothing was delivered, or nothing came back. */
  | { readonly kind: 'Unreachable'; readonly why: string }
  /** It cannot be used for another reason. */
  | { readonly kind: 'Failed'; readonly why: string };

export interface NamedBmc {
  /** As the manifest has it; it holds no login. */
  readonly address: string;
  /** Which machine of the world that is; undefined for an address that makes no sense. */
  readonly place: BmcPlace | undefined;
  /** Absent where it was not asked. */
  readonly answer?: BmcAnswer;
}

export interface BmcPlace {
  /** Name or address in lower case, whatever protocol and port. */
  readonly host: string;
  /** Path of the system where the BMC has several; empty: the only one. */
  readonly system: string;
}

/** What the boot server says of the image of one release. */
export interface MediaOffer {
  /** Absent: of any line of products. */
  readonly brand?: string;
  readonly version: string;
  /** `Checking`: it is being read through for its checksum. */
  readonly state: 'Ready' | 'Checking' | 'Refused';
  /** Why it is refused; empty otherwise. */
  readonly why: string;
  /** Modes in which machines start from it; empty unless Ready. */
  readonly firmware: readonly ('UEFI' | 'BIOS')[];
}

/** Whether a host reaches the boot server, as it says itself. */
export type Reach =
  | { readonly kind: 'Reached' }
  /** It does not, and why. */
  | { readonly kind: 'Refused'; readonly why: string }
  /** Its release has nothing that could tell. */
  | { readonly kind: 'CannotTell' };

export interface BootTraits {
  /** By host uuid, of all hosts of the pool whose BMC is named. */
  readonly bmcs: Readonly<Record<string, NamedBmc>>;
  /** Scheme of the URLs under which BMCs are told of images, in lower case; absent: there is no boot server, or nobody knows its address. */
  readonly imageScheme?: string;
  /** Undefined: there is no boot server. */
  readonly offers: Fact<readonly MediaOffer[]> | undefined;
  /** By host uuid, of those that were asked whether they reach the boot server. */
  readonly reaches?: Readonly<Record<string, Fact<Reach>>>;
}
