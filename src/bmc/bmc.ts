// One management controller (BMC) of one machine, whatever it speaks: what can be asked of it and told to it. Every verb looks first, acts only where the state
// is not what is wanted, and reads back what it did. Nothing here decides when a verb may be used.

export type Power = 'On' | 'Off';

/** What a BMC said of the machine's power. `Other`: on its way, or a state it has its own word for. */
export type PowerState = Power | 'Other';

export type BootTarget = 'Cd' | 'Pxe' | 'Hdd';
export type FirmwareMode = 'UEFI' | 'BIOS';

/** Who a machine says it is; empty strings where it does not say. */
export interface MachineIdentity {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  /** SMBIOS UUID, lower case with dashes. */
  readonly uuid: string;
  /** Of its network cards, lower case with colons, as far as the BMC tells. */
  readonly macs: readonly string[];
}

export interface Capabilities {
  readonly protocol: 'redfish' | 'ipmi';
  /** Row of the table of dialects; `generic` where none fits; empty for IPMI. */
  readonly dialect: string;
  readonly bmcFirmware: string;
  readonly identity: MachineIdentity;
  readonly power: { readonly read: boolean; readonly gracefulOff: boolean; readonly forceOff: boolean; readonly on: boolean };
  readonly bootOnce: {
    readonly targets: readonly BootTarget[];
    /** Empty: the mode is not chosen by BMC. */
    readonly modes: readonly FirmwareMode[];
    /** Targets that it boots from only when it is told the mode as well; absent: none. */
    readonly needMode?: readonly BootTarget[];
  };
  /** Undefined: no virtual media, or none that is licensed. */
  readonly media: MediaCapabilities | undefined;
  /** Whether it tells how far the machine is in its boot. */
  readonly bootProgress: boolean;
  /** The protocol that is asked first is away, and the other answered: what that one lacks, the BMC may have. */
  readonly standsIn?: true;
}

export interface MediaCapabilities {
  /** The one that is tried first. */
  readonly slot: string;
  /** By which it takes images, in lower case, e.g. `http` or `nfs`; of all slots that do. */
  readonly schemes: readonly string[];
  /** Where neither the BMC nor the table of dialects tells, they are those that most take. */
  readonly assumed: boolean;
}

export interface BootOverride {
  /** `None`: none is set. `Other`: one that this interface does not name. */
  readonly target: BootTarget | 'None' | 'Other';
  readonly once: boolean;
  readonly mode: FirmwareMode | undefined;
}

export interface MediaSlot {
  readonly slot: string;
  readonly inserted: boolean;
  /** URL or path as the BMC tells it; empty where nothing is inserted or it does not tell. */
  readonly image: string;
}

/** `changed`: by this call. `unchanged`: it was so before. */
export interface VerbResult<T> {
  readonly outcome: 'changed' | 'unchanged';
  /** As read back afterwards. */
  readonly observed: T;
}

/**
 * - `Unauthorized`: the login is refused, or lacks a right. Never tried again by itself: BMCs lock accounts.
 * - `Unreachable`: nothing was delivered: no name, no route, no answer to connecting, TLS that is not trusted (`reason` TlsUntrusted).
 * - `Unsupported`: the BMC cannot do it, or lacks the licence.
 * - `Conflict`: somebody else changed it meanwhile, or the state forbids it.
 * - `Busy`: later, after `retryAfterMs` where it says so.
 * - `Transient`: a fault that passes by itself.
 * - `MediaUnreachable`: the BMC could not fetch the image.
 * - `Timeout`: accepted, and what was wanted did not come about in time; or the answer was lost and reading did not settle it: the outcome is not known.
 * - `Mismatch`: the machine is not the one expected.
 * - `Fatal`: an answer that cannot be understood, or an address that makes no sense.
 */
export type BmcErrorKind =
  | 'Unauthorized'
  | 'Unreachable'
  | 'Unsupported'
  | 'Conflict'
  | 'Busy'
  | 'Transient'
  | 'MediaUnreachable'
  | 'Timeout'
  | 'Mismatch'
  | 'Fatal';

/** Messages hold no secret: whoever throws has scrubbed them. */
export class BmcError extends Error {
  constructor(
    readonly kind: BmcErrorKind,
    readonly verb: string,
    message: string,
    /** One word in PascalCase that narrows the kind, e.g. `TlsUntrusted`, `LicenceMissing`. */
    readonly reason = '',
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'BmcError';
  }

  /** Whether the machine may have done what was asked although this error came. */
  get ambiguous(): boolean {
    return this.kind === 'Timeout';
  }
}

/** All verbs @throws BmcError. The signal ends waiting; what was sent stays sent. */
export interface Bmc {
  /** Asks only. */
  probe(signal: AbortSignal): Promise<Capabilities>;
  power(signal: AbortSignal): Promise<PowerState>;
  /** Forces off: a graceful shutdown is the hypervisor's. Resolves when two readings in a row say so. */
  setPower(wanted: Power, signal: AbortSignal): Promise<VerbResult<PowerState>>;
  boot(signal: AbortSignal): Promise<BootOverride>;
  /** For the next boot only, read back. */
  setBootOnce(target: BootTarget, mode: FirmwareMode | undefined, signal: AbortSignal): Promise<VerbResult<BootOverride>>;
  clearBootOverride(signal: AbortSignal): Promise<VerbResult<BootOverride>>;
  media(signal: AbortSignal): Promise<readonly MediaSlot[]>;
  /** @param url of an ISO image; what else is inserted in that slot is not thrown out: Conflict `MediaOfSomebodyElse` unless `ours` says it is ours */
  insertMedia(url: string, ours: (image: string) => boolean, signal: AbortSignal): Promise<VerbResult<readonly MediaSlot[]>>;
  /** Ejects what `ours` says is ours. */
  ejectMedia(ours: (image: string) => boolean, signal: AbortSignal): Promise<VerbResult<readonly MediaSlot[]>>;
  /** What the BMC says of the boot, e.g. `OSBootStarted`; empty where it does not tell. */
  bootProgress(signal: AbortSignal): Promise<string>;
  /** Ends its sessions. Never throws. */
  close(): Promise<void>;
}
