// What the hazard checks look at beside the pool, its guests and the plugin's answers: settings of pool, hosts and guests that are read from records, and
// clusters, which have to be asked for. Fields of releases that lack them hold what their absence means.
import type { Fact } from '../../foundation/fact';

export interface PoolHazards {
  /** `is_psr_pending`: a new pool secret is not yet with every member. */
  readonly secretRotationPending: boolean;
  /** `other_config["hci-forbid-rpu"]` is set. */
  readonly forbidsRollingUpgrade: boolean;
  /** Uuids; undefined where none is set. */
  readonly defaultSr: string | undefined;
  readonly suspendSr: string | undefined;
}

/** The interface by which a host is managed, and over which its installer fetches the repository. */
export interface ManagementInterface {
  readonly device: string;
  /** `Static`, `DHCP` or `None`. */
  readonly mode: string;
  /** Tag; undefined where it is untagged. */
  readonly vlan: number | undefined;
  /** `lacp`, `balance-slb`, `active-backup`; '' for a bond that does not tell; undefined where it is none. */
  readonly bond: string | undefined;
  readonly gateway: string;
  /** Name servers, separated by commas; '' for none. */
  readonly dns: string;
}

export interface HostHazards {
  /** Multipathing of storage is on. */
  readonly multipathing: boolean;
  /** `AD`, or '' for none. */
  readonly directory: string;
  /** Milliseconds since the epoch; undefined where it does not expire or does not say. */
  readonly licenceExpiry: number | undefined;
  /** Features the licence forbids, without `restrict_`: `xen_motion`, `rpu`, … */
  readonly restricted: readonly string[];
  /** Mandatory ones, by XAPI's names. */
  readonly pendingGuidances: readonly string[];
  /** Uuid. */
  readonly suspendSr: string | undefined;
  /** Undefined where the records do not show one. */
  readonly management: ManagementInterface | undefined;
}

export interface GuestHazards {
  /** `other_config.auto_poweron` is `true`. */
  readonly autoPoweron: boolean;
  /** Uuid of its own choice; undefined where it leaves it to pool and host. */
  readonly suspendSr: string | undefined;
  /** The disc of the guest tools is inserted. */
  readonly toolsDisc: boolean;
  /** Boots by UEFI. */
  readonly uefi: boolean;
}

export interface ClusterSight {
  readonly uuid: string;
  /** Its stack with its version where told, e.g. `corosync 2`. */
  readonly stack: string;
  /** Undefined where the release does not tell. */
  readonly quorate: boolean | undefined;
  /** Uuids of member hosts that are not in it: disabled, not joined, or not live. */
  readonly absent: readonly string[];
}

export interface HazardTraits {
  readonly pool: PoolHazards;
  /** By uuid. */
  readonly hosts: Readonly<Record<string, HostHazards>>;
  readonly guests: Readonly<Record<string, GuestHazards>>;
  /** Empty on releases without clustering. */
  readonly clusters: Fact<readonly ClusterSight[]>;
}
