// What a pass is planned from: the pool as it stands, what the user orders, and how far an earlier run of the same pass came.
import type { Guests, Host } from '../pool';
import type { GuestRule, StopAction } from '../rules';

export interface PassPolicy {
  /** Where guests are to be at the end: wherever it costs no further move, each on its own host, or so that no host is left empty. */
  readonly placement: 'Minimal' | 'Home' | 'Balanced';
  /** What becomes of a guest that cannot move and that no rule names. */
  readonly whenUnmovable: StopAction;
  /** `spec.vms.rules`; the first that matches counts. */
  readonly rules: readonly GuestRule[];
  /** `spec.consent.acceptDowntime`: without it only guests that a rule names are stopped. */
  readonly acceptDowntime: boolean;
  /** Guests may be squeezed to their dynamic minimum where that saves stopping one. */
  readonly compressMemory: boolean;
  /** `spec.consent.forceMigration`: differences of CPU features do not count. */
  readonly forceMigration: boolean;
  /** `spec.vms.forceShutdownAfter` is set: a guest that cannot be asked, or is paused, may be cut off. */
  readonly forceShutdown: boolean;
}

export interface PassInput {
  readonly hosts: readonly Host[];
  readonly world: Guests;
  /**
   * `wished`: names or uuids of members (`spec.order`); the master comes first, hosts not named last. `fixed`: uuids, of hosts not yet upgraded those it
   * does not name come last. Names that no host bears are left out: `upgradeOrder` is where they are refused.
   */
  readonly order: { readonly wished: readonly string[] } | { readonly fixed: readonly string[] };
  readonly policy: PassPolicy;
  /** Bytes for guests by host uuid once it is upgraded, where that differs from `world.capacities` (a larger control domain). */
  readonly capacitiesAfter: Readonly<Record<string, number>>;
  /** Uuids of hosts that this pass has upgraded already: they have no turn, and `world.capacities` is what they have now. */
  readonly upgraded: readonly string[];
  /** Uuids of guests that we stopped and that wait to start again. */
  readonly waiting: readonly string[];
  /** Host uuid by guest uuid, where a guest stood before the pass began, if that is not where it stands now. */
  readonly homes?: Readonly<Record<string, string>>;
}
