// How one family of BMCs behaves, as far as its simulation goes. Each profile plays the deviations of its row of bmc.md section 2 and is strict about them, so that a
// client which does not meet them fails.

export type ResetType = 'On' | 'ForceOn' | 'ForceOff' | 'GracefulShutdown' | 'ForceRestart' | 'GracefulRestart' | 'PowerCycle';

/**
 * - `action`: InsertMedia of the standard. - `patch`: by writing the slot. - `vmm`: Huawei's. - `hpe`: iLO's own.
 * - `readonly`: can be read only. - `dead`: has an action that refuses every image (400), as slots of a vKVM do.
 */
export type SlotStyle = 'action' | 'patch' | 'vmm' | 'hpe' | 'readonly' | 'dead';

export interface SlotProfile {
  readonly id: string;
  readonly mediaTypes: readonly string[];
  readonly style: SlotStyle;
  /** Schemes of an image that are taken. */
  readonly schemes: readonly string[];
  /** Properties without which it refuses. */
  readonly demands: readonly string[];
  /** Properties with which it refuses. */
  readonly refuses: readonly string[];
  /** Values of TransferProtocolType that are listed; undefined: the property is not listed. */
  readonly protocols: readonly string[] | undefined;
  /** Milliseconds until `Inserted` says so after an insert, and after an eject. */
  readonly insertLagMs: number;
  readonly ejectLagMs: number;
  /** The name of the image stays after an eject. */
  readonly keepsImage: boolean;
  /** Answers 202 and a task. */
  readonly task: boolean;
  /** How many of its first connects fail. */
  readonly failsFirst: number;
  /** Characters in a URL that are refused. */
  readonly refusesInUrl: string;
}

export interface BmcProfile {
  readonly id: string;
  /** Of the service root. */
  readonly vendor: string;
  readonly product: string;
  readonly oem: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly managerModel: string;
  readonly firmware: string;
  readonly systemId: string;
  readonly managerId: string;
  /** Name of the system's link to its manager. */
  readonly managerLink: 'ManagedBy' | 'Managers';
  /** Beginning of its own message ids, e.g. `iLO.2.15`. */
  readonly registry: string;
  /** Errors without `code`; the reason as an object, not a list. */
  readonly errors: { readonly code: boolean; readonly single: boolean };
  readonly sessions: {
    readonly offered: boolean;
    readonly limit: number;
    readonly location: boolean;
    /** What it says when there is none left. */
    readonly full: { readonly status: number; readonly id: string };
    /** `Oem.Huawei.Domain` is demanded. */
    readonly domain: boolean;
  };
  readonly etags: {
    readonly form: 'strong' | 'weak' | 'none';
    /** PATCH without If-Match is 428. */
    readonly required: boolean;
    /** Takes the strong form only, although it may show the weak one. */
    readonly strongOnly: boolean;
    /** Any If-Match is 412. */
    readonly refused: boolean;
  };
  readonly reset: {
    readonly types: readonly ResetType[];
    /** The inline list lacks a comma, ActionInfo is whole. */
    readonly damaged: boolean;
    /** Milliseconds until power follows. */
    readonly lagMs: number;
    /** After Off, On is refused for that long with this id. */
    readonly settle: { readonly ms: number; readonly status: number; readonly id: string } | undefined;
    /** What is so already is refused with this id. */
    readonly refusesSame: string | undefined;
  };
  readonly boot: {
    /** `settings`: properties only there. `order`: a settings object with BootOrder alone. */
    readonly place: 'system' | 'settings' | 'order';
    readonly targets: readonly string[];
    readonly mode: 'none' | 'fixed' | 'settable';
    readonly triple: boolean;
    /** Enabled is `Continuous` whatever is asked. */
    readonly neverOnce: boolean;
    /** Refused with this id during the self-test. */
    readonly duringPost: string | undefined;
    /** Milliseconds until what was written can be read. */
    readonly lagMs: number;
    /** `Cd` is the physical drive, which holds no disc. */
    readonly physicalCd: boolean;
    /** The manager's attributes can name the virtual CD. */
    readonly attributes: boolean;
    /** Name of the maker whose slots have a mark that boots them once; empty: there is none. */
    readonly mark: string;
    /** Takes `Cd` and forgets it: only the mark boots the virtual CD. */
    readonly forgetsCd: boolean;
    /** The mode changes to this where it is not sent with the target. */
    readonly modeFallsTo: string;
  };
  readonly media: {
    /** Where the slots are; `linked`: the system's link leads to the manager's. */
    readonly at: 'system' | 'manager' | 'linked';
    readonly slots: readonly SlotProfile[];
  };
  /** GETs with `Accept-Encoding: identity` are 406. */
  readonly refusesIdentity: boolean;
  /** An action without a body is 415. */
  readonly needsBody: boolean;
  /** Serial number of the machine stands here; SerialNumber is another one. */
  readonly serialIn: 'SerialNumber' | 'SKU';
  readonly bootProgress: boolean;
}
