// What the checks look at beside the pool and its guests. What had to be asked for is a Fact: an answer that did not come is Unknown, and never passes.
import type { Fact } from '../../foundation/fact';
import type { BootTraits } from './bootTraits';
import type { HazardTraits } from './hazardTraits';

/** What the staging plugin of a host says of the hop's repository and of its own disk. */
export interface PluginAnswers {
  /** Answer of `testUrl`: `true`, or the code it refused with. Undefined without a repository to ask about. */
  readonly url: string | undefined;
  /** Release the repository really holds, by `getVersion`; undefined where the plugin is too old to tell. */
  readonly version: { readonly platform: string; readonly product: string } | undefined;
  /** Answer of `testSafe2Upgrade`. */
  readonly safe2upgrade: string | undefined;
  /** Bytes the control domain of the new release takes, by `getDom0DefaultMemory`. */
  readonly dom0Memory: number | undefined;
  /** Text of the licence agreement the release comes with, by `getEUA`; absent where there is none, or the plugin knows of none. */
  readonly eua?: string;
}

/** A guest that XAPI's own evacuation would leave behind. */
export interface Obstructing {
  /** Uuid. */
  readonly guest: string;
  /** XAPI's error code and its parameters. */
  readonly code: string;
  readonly params: readonly string[];
}

export interface HostTraits {
  readonly plugin: Fact<PluginAnswers>;
  /** Its server certificate. */
  readonly certificate: Fact<{ readonly keyBits: number; readonly notAfter: string }>;
  /** Milliseconds its clock is ahead of the operator's. */
  readonly clockAhead: Fact<number>;
  /** Bytes its control domain has now. */
  readonly dom0Memory: number | undefined;
  /** Bytes of the machine. */
  readonly machineMemory: number | undefined;
  readonly powerOnMode: string | undefined;
  readonly sslLegacy: boolean | undefined;
  readonly powerOnConfig?: Readonly<Record<string, string>>;
  /** `openvswitch` or `bridge`; absent where the release does not tell. */
  readonly networkBackend?: string;
  /** Addresses of its physical network cards; absent where nobody looked. */
  readonly macs?: readonly string[];
  /** Uuids of the updates that are applied to it. */
  readonly updates?: readonly string[];
  /** The supplemental pack of container management is installed. */
  readonly containerManagement?: boolean;
  /** What stands in the way of an evacuation, by `host.get_vms_which_prevent_evacuation`. */
  readonly obstructing?: Fact<readonly Obstructing[]>;
}

export interface PoolTraits {
  readonly vswitchController: string | undefined;
  readonly healthCheckEnrolled: boolean;
  /** The whole of `health_check_config`. */
  readonly healthCheck?: Readonly<Record<string, string>>;
}

export interface Inspection {
  readonly pool: PoolTraits;
  /** By host uuid. */
  readonly hosts: Readonly<Record<string, HostTraits>>;
  readonly tasks: readonly { readonly uuid: string; readonly name: string; readonly pending: boolean }[];
  /** Absent where nobody looked: checks that need it are Unknown then. */
  readonly hazards?: HazardTraits;
  /** BMCs and boot server; absent where nobody looked. */
  readonly boot?: BootTraits;
  /** When the oldest of the hosts' answers was asked for, milliseconds since the epoch; absent when none was. */
  readonly askedAt?: number;
}
