// One pass of a pool through one hop, as planned: for every host, in order, what moves where, what stops, and what comes back when. Plain data: it is
// written down whole before anything is touched, and the drain follows it.

/** A code of the reference (an XAPI error code, or one of ours) and its sentence. */
export interface Why {
  readonly code: string;
  readonly text: string;
}

export interface PlannedMove {
  /** Uuids. */
  readonly guest: string;
  readonly from: string;
  readonly to: string;
  /** `drain` empties the host of the turn, `room` makes room for another move, `home` brings a guest back, `balance` spreads. */
  readonly purpose: 'drain' | 'room' | 'home' | 'balance';
}

export interface PlannedStop {
  readonly guest: string;
  /** Host it stops on: the one whose turn it is. */
  readonly host: string;
  readonly action: 'Suspend' | 'Shutdown';
  readonly why: Why;
  /** It starts or resumes after the turn of `after`, on `on`; undefined where no host could be found for it. */
  readonly back: { readonly after: string; readonly on: string } | undefined;
}

/** A guest that keeps its host from being emptied, by its policy or because nothing is left to try. */
export interface PlannedBlock {
  readonly guest: string;
  readonly host: string;
  readonly why: Why;
}

/** What is done for one host. Moves stand in an order in which each is possible once those before it are done. */
export interface Turn {
  readonly host: string;
  /** Before the host leaves. */
  readonly moves: readonly PlannedMove[];
  readonly stops: readonly PlannedStop[];
  /** After its return: guests that start or resume, in the order of their appliances and start order. */
  readonly starts: readonly { readonly guest: string; readonly on: string }[];
  /** After its return: moves home, and after the last host moves that spread. */
  readonly returns: readonly PlannedMove[];
}

export interface Migrations {
  /** Moves of the plan. */
  readonly planned: number;
  /** Fewest moves by which the guests that migrate can be moved under the model (placement `Minimal`: without returns). */
  readonly minimum: number;
  /** Lower bound that needs no search: N + n1 for `Minimal`, 2N for `Home`. */
  readonly bound: number;
  /** Whether `minimum` is the optimum for certain, with this order of hosts; false when the search stopped early. */
  readonly proven: boolean;
  /** Moves by which the plan may exceed the optimum at most; 0 when proven. */
  readonly gap: number;
}

/** Guests that could migrate and stop all the same, because nothing else empties their host. */
export interface Downtime {
  readonly chosen: number;
  /** No plan with this order of hosts stops fewer. */
  readonly fewest: number;
  /** Whether `chosen` is the fewest for certain. */
  readonly proven: boolean;
}

export interface Pass {
  /** Uuids in upgrade order, master first. */
  readonly order: readonly string[];
  readonly turns: readonly Turn[];
  readonly blocked: readonly PlannedBlock[];
  readonly migrations: Migrations;
  readonly downtime?: Downtime;
}
