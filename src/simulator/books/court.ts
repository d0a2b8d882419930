// What every judge of the books has in common: what it may look at, what it is told, and how it speaks. Judges look at the world itself (machines,
// domains, disks, the database); what the controller says of itself counts only where an invariant is about what it says.
import type { HostUuid, World, WorldEvent } from '../world';

export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I14';

/** The part of the world that is judged. */
export type JudgedWorld = Pick<World, 'clock' | 'bus' | 'database' | 'machines' | 'domains' | 'bmcs'>;

/** What stands outside the pool and still belongs to the judgement. */
export interface Outside {
  /** Texts of the database dumps that are stored outside the pool at this moment. */
  backups(): readonly string[];
  /** `failure.memberRetries` as it is in force. */
  readonly memberRetries: number;
  /** How often so far a person has said that a halted run shall go on. */
  goneOn(): number;
  /** Whether somebody has asked for this host's backup to be put back; default: nobody ever has. */
  restoreAsked?(host: HostUuid): boolean;
}

export type Outcome = 'Succeeded' | 'Cancelled' | 'MasterOnOldVersion' | 'MasterUnknown' | 'Halted' | 'Failed' | 'Refused';

/** What the run says of itself when it ends or halts. */
export interface EndReport {
  readonly outcome: Outcome;
  /** What is still to be put back; `object` is the UUID of a host, VM, VBD or the pool. */
  readonly debts: readonly { readonly kind: string; readonly object: string }[];
  /** UUIDs of the VMs that were named with the reason why they do not run. */
  readonly notRestored: readonly string[];
  /** Settings reported as changed; `host` is a UUID or a name. */
  readonly differences: readonly { readonly host: string; readonly path: string }[];
}

/** One judge's place in the court. */
export interface Bench {
  readonly world: JudgedWorld;
  readonly outside: Outside;
  /** Counts one evaluation: an invariant that was judged 0 times was not checked. */
  judged(): void;
  violated(detail: string): void;
}

export interface Judge {
  readonly id: InvariantId;
  on(event: WorldEvent): void;
  end(report: EndReport): void;
}

export interface Violation {
  readonly id: InvariantId;
  /** Virtual seconds. */
  readonly at: number;
  readonly detail: string;
}

export interface Verdict {
  readonly checked: readonly { readonly id: InvariantId; readonly judged: number }[];
  readonly violated: readonly Violation[];
}
