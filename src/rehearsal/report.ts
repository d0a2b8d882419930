// What a rehearsal tells a machine: one object, the same shape at every exit, of `docs/rehearsal.schema.json`. Hosts and VMs are told by the world's own
// books; what the controller believes stands beside it.
import type { Migrations } from '../plan/pass/pass';

export type Outcome = 'Succeeded' | 'Halted' | 'Refused' | 'Failed' | 'Cancelled' | 'Invalid';

export interface HostReport {
  readonly name: string;
  readonly uuid: string;
  readonly role: 'master' | 'member';
  /** Product version on the machine's disk at the start and at the end; `broken` when no system there boots. */
  readonly from: string;
  readonly to: string;
  readonly phase: string;
  readonly attempts: number;
}

export interface VmReport {
  readonly uuid: string;
  readonly name: string;
  readonly reason: string;
}

export interface MigrationReport {
  /** By the world's own books. */
  readonly done: number;
  readonly bound: number;
  /** Of the plan as the status tells it, over all hops; null where none was made. */
  readonly planned: number | null;
  readonly minimum: number | null;
  readonly proven: boolean | null;
  readonly gap: number | null;
}

export interface RehearsalReport {
  readonly outcome: Outcome;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly warnings: readonly string[];
  readonly virtualSeconds: number;
  readonly hosts: readonly HostReport[];
  readonly vms: {
    readonly runningBefore: number;
    readonly runningAfter: number;
    readonly stopped: readonly VmReport[];
    readonly notRestored: readonly VmReport[];
  };
  /** Only of a demo: where each VM ran before and after; '' where it did not. */
  readonly guests?: readonly { readonly uuid: string; readonly name: string; readonly before: string; readonly after: string }[];
  readonly migrations: MigrationReport;
  readonly differences: readonly {
    readonly host: string;
    readonly path: string;
    readonly before: string;
    readonly after: string;
    readonly verdict: string;
    readonly reason?: string;
  }[];
  readonly debts: readonly { readonly kind: string; readonly object: string; readonly name: string; readonly reason: string }[];
  readonly requests: {
    readonly statusWrites: number;
    readonly leaseWrites: number;
    readonly otherWrites: number;
    readonly xapi: number;
    readonly bmc: number;
  };
  readonly invariants: {
    readonly checked: readonly { readonly id: string; readonly judged: number }[];
    readonly violated: readonly { readonly id: string; readonly at: number; readonly detail: string }[];
  };
  readonly timeline: readonly { readonly at: number; readonly host: string; readonly event: string }[];
  /** Only after `controller-crashes:at=every`. */
  readonly crashes?: {
    readonly points: number;
    readonly differing: readonly { readonly point: number; readonly what: string }[];
  };
}

/**
 * @param done by the world's own books
 * @param planned what the status tells of the plan; only its bound is there before the plan is
 */
export function migrationsOf(done: number, planned?: { readonly bound: number } & Partial<Migrations>): MigrationReport {
  const { bound = 0, planned: moves = null, minimum = null, proven = null, gap = null } = planned ?? {};
  return { done, planned: moves, minimum, bound, proven, gap };
}

const nothing: Omit<RehearsalReport, 'outcome' | 'phase' | 'reason' | 'message'> = {
  warnings: [],
  virtualSeconds: 0,
  hosts: [],
  vms: { runningBefore: 0, runningAfter: 0, stopped: [], notRestored: [] },
  migrations: migrationsOf(0),
  differences: [],
  debts: [],
  requests: { statusWrites: 0, leaseWrites: 0, otherWrites: 0, xapi: 0, bmc: 0 },
  invariants: { checked: [], violated: [] },
  timeline: [],
};

/** A rehearsal that never began: unreadable input, no valid manifest, fault or flag (`Invalid`), or readable input that a rule forbids (`Refused`). */
export function notBegun(
  outcome: 'Invalid' | 'Refused',
  reason: string,
  message: string,
  warnings: readonly string[] = [],
): RehearsalReport {
  return { outcome, phase: '', reason, message, ...nothing, warnings };
}

/** 0 Succeeded; 1 a defect of ours; 2 Invalid; 3 Halted; 4 Refused, Failed or Cancelled. */
export function exitCode(report: RehearsalReport): number {
  if (report.invariants.violated.length > 0 || (report.crashes?.differing.length ?? 0) > 0 || report.reason === 'Defect')
    return 1;
  const codes: Readonly<Record<Outcome, number>> = { Succeeded: 0, Invalid: 2, Halted: 3, Refused: 4, Failed: 4, Cancelled: 4 };
  return codes[report.outcome];
}
