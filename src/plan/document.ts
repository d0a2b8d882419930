// The plan in full, as it is written down before the first effect and as people read it.
import type { CheckResult } from './checks/check';
import type { Span, TurnEstimate } from './estimate';
import type { Pass } from './pass/pass';
import type { Release } from './release';

export interface PlannedHost {
  readonly uuid: string;
  readonly name: string;
  readonly role: 'master' | 'member';
  readonly bootMethod: string;
}

export interface PlannedGuest {
  readonly uuid: string;
  readonly name: string;
  readonly powerState: string;
  /** Uuid of the host it runs on. */
  readonly host: string | undefined;
  /** Bytes it takes on a host. */
  readonly memory: number;
}

export interface HopPlan {
  readonly from: Release;
  readonly to: Release;
  /** By the vendor; else the installer accepts it and no document names it. */
  readonly documented: boolean;
  /** Where the rule that makes it legal stands. */
  readonly source: string;
  readonly pass: Pass;
  /** One a host, in order. */
  readonly turns: readonly TurnEstimate[];
  /** How long hosts have different releases: snapshots, backup jobs and HA are refused meanwhile. */
  readonly mixed: Span;
}

export interface PlanDocument {
  readonly hash: string;
  readonly pool: { readonly uuid: string; readonly name: string };
  readonly hosts: readonly PlannedHost[];
  readonly guests: readonly PlannedGuest[];
  readonly hops: readonly HopPlan[];
  readonly checks: readonly CheckResult[];
  readonly warnings: readonly string[];
  /** What mixed mode refuses, in words. */
  readonly refusedWhileMixed: readonly string[];
  /** What will differ afterwards, in words. */
  readonly afterwards: readonly string[];
  readonly total: Span;
  /** Why it is not the plan of before, when there was one. */
  readonly changed?: readonly string[];
}
