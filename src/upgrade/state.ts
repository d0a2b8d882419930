// What a run remembers between steps: exactly the part of the object's status that the machine reads back. All of it survives a crash; nothing else is
// relied upon. The summary for people (conditions, progress) is made from it by a pass of its own.
import type { HostPhase, PoolPhase } from '../api/poolUpgrade';
import type { CheckVerdict } from '../plan/checks/check';
import type { Difference } from '../plan/settings';
import type { Brand, Release } from '../plan/release';

export type { HostPhase, PoolPhase };

/** What was seen or done at a host that later decisions rest on. Times are ISO 8601 by the controller's clock unless they say otherwise. */
export interface Evidence {
  /** Seconds by the host's own clock just before it was told to stage, and again before it was told to go. */
  readonly hostTime?: string;
  /** `agent_start_time` as it was before the host was told to go. */
  readonly agentStartTime?: string;
  /** The journal's time of the staging that counts for this attempt, by the controller's clock. */
  readonly stagedAt?: string;
  /** What `testSafe2Upgrade` said right before staging. */
  readonly safe2upgrade?: string;
  /** Uuids of the local SRs that re-cutting the disk destroys, joined by commas. */
  readonly lostSrs?: string;
  /** No guest was seen on the disabled host. */
  readonly emptyAt?: string;
  readonly syncedAt?: string;
  /** The order to go (reboot or shut down) was accepted. */
  readonly leftAt?: string;
  /** Answers since then, long after it accepted to go, as if it had never gone. */
  readonly unmovedSince?: string;
  /** Seen back, with a certificate that nobody trusts yet. */
  readonly answeredAt?: string;
  /** First seen back after leaving. */
  readonly returnedAt?: string;
}

export interface HostState {
  readonly uuid: string;
  readonly name: string;
  readonly address: string;
  readonly role: 'master' | 'member';
  readonly phase: HostPhase;
  /** When the phase was entered, ISO 8601. */
  readonly since?: string;
  readonly reason?: string;
  readonly message?: string;
  /** Upgrades begun; 0 before its turn. */
  readonly attempt: number;
  readonly bootMethod?: 'Staged' | 'Manual';
  readonly from: string;
  readonly to: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly evidence: Evidence;
  readonly differences?: readonly Difference[];
}

/** An object (guest, host, pool …) at which effects were refused or came to nothing. Guests that simply moved are only counted. */
export interface Resistance {
  readonly uuid: string;
  readonly name: string;
  /** How often, by effect name. */
  readonly tried: Readonly<Record<string, number>>;
  /** Last obstacle, code and sentence. */
  readonly reason: string;
}

/** The pool knows it too, by the guest's mark; here it stands for when the pool cannot be asked. */
export interface StoppedGuest {
  readonly uuid: string;
  readonly name: string;
  /** Name of the effect that stopped it. */
  readonly by: string;
}

export interface JournalItem {
  readonly effect: string;
  /** Uuid of the host, VM, PBD or VBD concerned; the pool's for effects on the pool. */
  readonly object: string;
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The step in flight. Written before the first of its effects is sent; gone when all of them are accounted for. */
export interface Journal {
  readonly id: string;
  readonly host?: string;
  readonly at: string;
  readonly epoch: number;
  readonly items: readonly JournalItem[];
}

export interface Debt {
  readonly kind:
    | 'HighAvailability'
    | 'WorkloadBalancing'
    | 'AutoPoweron'
    | 'HostDisabled'
    | 'VmStopped'
    | 'CdEjected'
    | 'StagedBootEntry'
    | 'PoolMark'
    | 'Fix'
    | 'VmMark';
  /** Uuid. */
  readonly object: string;
  readonly name: string;
  readonly reason: string;
}

/** The way back of a fix that was consented to. */
export interface FixUndo {
  /** Id of the check. */
  readonly check: string;
  readonly effect: string;
  readonly object: string;
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  /** Product version from which on it neither can nor need be undone. */
  readonly before?: string;
  readonly undone?: boolean;
}

/** What a check found, short. */
export interface CheckSummary {
  readonly id: string;
  readonly verdict: CheckVerdict;
  readonly message: string;
  /** Names of the first few objects concerned, and how many there are. */
  readonly objects: readonly string[];
  readonly count: number;
  /** It is put right by its fix, and so holds nothing up. */
  readonly fixing?: boolean;
}

export interface Undo {
  readonly ha?: {
    readonly heartbeatSrs: readonly string[];
    readonly configuration: Readonly<Record<string, string>>;
    readonly failuresToTolerate: number;
  };
  readonly wlb?: boolean;
  readonly autoPoweron?: string;
  /** Fixes that were run, in order. */
  readonly fixes?: readonly FixUndo[];
  /** CDs that were ejected. */
  readonly cds?: readonly {
    readonly vm: string;
    readonly vmName: string;
    readonly vbd: string;
    readonly vdi: string;
    readonly sr: string;
  }[];
}

export interface PlanSummary {
  /** Absent until the plan is made. */
  readonly hash?: string;
  readonly hop: { readonly fromBrand: Brand; readonly from: string; readonly toBrand: Brand; readonly to: string };
  readonly order: readonly string[];
  readonly warnings: readonly string[];
  readonly migrations: { readonly bound: number };
  /** Where the whole plan is written down. */
  readonly configMap?: string;
}

export interface BackupSummary {
  /** Empty where it lies on a volume. */
  readonly secrets: readonly string[];
  readonly volume?: { readonly claimName: string; readonly file: string };
  readonly sha256: string;
  readonly takenAt: string;
  readonly hosts: number;
  readonly vms: number;
}

export interface PastRun {
  readonly id: string;
  readonly phase: PoolPhase;
  readonly reason: string;
  /** Product versions; `from` is absent when nothing was planned. */
  readonly from?: string;
  readonly to: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
}

export interface RunState {
  readonly phase: PoolPhase;
  readonly reason: string;
  readonly message: string;
  /** When the phase was entered, ISO 8601. */
  readonly since: string;
  readonly run: {
    readonly id: string;
    readonly generation: number;
    readonly epoch: number;
    readonly startedAt: string;
    readonly finishedAt?: string;
    /** As the manifest named it when the run began. */
    readonly target: { readonly brand?: Brand; readonly version: string };
    /** Digest of what of the manifest the plan is made from; see `Orders.basis`. */
    readonly basis: string;
  };
  readonly pool?: { readonly uuid: string; readonly name: string; readonly master: string };
  readonly plan?: PlanSummary;
  readonly baseline?: { readonly configMaps: readonly string[]; readonly sha256: string };
  readonly backup?: BackupSummary;
  /** What the checks found when they were last run. */
  readonly checks?: readonly CheckSummary[];
  readonly undo: Undo;
  readonly journal?: Journal;
  readonly hosts: readonly HostState[];
  readonly resisting: readonly Resistance[];
  /** Guests that we stopped and have not started again. */
  readonly stopped: readonly StoppedGuest[];
  readonly debts: readonly Debt[];
  /** The agent of the master was restarted to end a mixed mode that XAPI did not notice to be over. */
  readonly agentRestartedAt?: string;
  /** Words of people that were taken up, by verb; the value is the nonce. `answer` says why the last one was not followed. */
  readonly handled?: Readonly<Record<string, string>>;
  /** Earlier runs of the object, newest first. */
  readonly history?: readonly PastRun[];
  /** It will not go on without a person: Refused, Halted or Failed. */
  readonly stalled: boolean;
}

/** No effect on the pool was ever sent or intended. */
export function untouched(state: RunState): boolean {
  return ['Pending', 'Validating', 'Planning', 'AwaitingApproval'].includes(state.phase);
}

/** As before its pool was looked at: whoever waited begins with a fresh look. */
export function unplanned({ pool: _pool, plan: _plan, baseline: _baseline, checks: _checks, ...rest }: RunState): RunState {
  return { ...rest, hosts: [] };
}

export function isTerminal(phase: PoolPhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Cancelled';
}

/** Ended, or halted with everything put back that may be: nothing more happens by itself. */
export function isOver(state: RunState): boolean {
  return (isTerminal(state.phase) || state.phase === 'Halted') && state.run.finishedAt !== undefined;
}

export function hostInWork(state: RunState): HostState | undefined {
  return state.hosts.find((host) => host.phase !== 'Pending' && host.phase !== 'Upgraded' && !isSkipped(host));
}

/** A person left it out. */
export function isSkipped(host: HostState): boolean {
  return host.phase === 'Failed' && host.reason === 'Skipped';
}

export function withHost(state: RunState, uuid: string, change: Partial<HostState>): RunState {
  return { ...state, hosts: state.hosts.map((host) => (host.uuid === uuid ? { ...host, ...change } : host)) };
}

export function withEvidence(state: RunState, uuid: string, evidence: Evidence): RunState {
  return {
    ...state,
    hosts: state.hosts.map((host) => (host.uuid === uuid ? { ...host, evidence: { ...host.evidence, ...evidence } } : host)),
  };
}

/** Counts one vain attempt of `effect` on an object, with the obstacle met. */
export function withTried(
  state: RunState,
  { uuid, name }: { readonly uuid: string; readonly name: string },
  effect: string,
  reason: string,
): RunState {
  const object = { uuid, name };
  const tried = state.resisting.find((entry) => entry.uuid === object.uuid)?.tried ?? {};
  const entry: Resistance = { ...object, reason, tried: { ...tried, [effect]: (tried[effect] ?? 0) + 1 } };
  return { ...state, resisting: [...state.resisting.filter((other) => other.uuid !== object.uuid), entry] };
}

export function timesTried(state: RunState, uuid: string, effect: string): number {
  return state.resisting.find((entry) => entry.uuid === uuid)?.tried[effect] ?? 0;
}

export function lastObstacle(state: RunState, uuid: string): string | undefined {
  return state.resisting.find((entry) => entry.uuid === uuid)?.reason;
}

/** A new attempt at an object begins: what it resisted before counts no longer. */
export function withoutResistance(state: RunState, uuid: string): RunState {
  return { ...state, resisting: state.resisting.filter((entry) => entry.uuid !== uuid) };
}

export function withStopped(state: RunState, guest: StoppedGuest): RunState {
  return { ...state, stopped: [...state.stopped.filter((entry) => entry.uuid !== guest.uuid), guest] };
}

export function withoutStopped(state: RunState, uuid: string): RunState {
  return { ...state, stopped: state.stopped.filter((entry) => entry.uuid !== uuid) };
}

/** The release a host of this run had before its upgrade. */
export function releaseBefore(state: RunState, host: HostState): Release {
  return { brand: state.plan?.hop.fromBrand ?? 'XenServer', version: host.from };
}

/** The release a host of this run shall have. */
export function releaseAfter(state: RunState, host: HostState): Release {
  return { brand: state.plan?.hop.toBrand ?? 'XenServer', version: host.to };
}
