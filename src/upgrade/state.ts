// What a run remembers between steps: exactly the part of the object's status that the machine reads back. All of it survives a crash; nothing else is
// relied upon. The summary for people (conditions, progress) is made from it by a pass of its own.
import type { HostBmc, HostBoot, InstallerSummary } from '../api/generated/poolUpgrade';
import type { HostPhase, PoolPhase } from '../api/poolUpgrade';
import type { Evidence } from './evidence';
import type { BootMethod } from './orders';
import type { PlanSummary, SavedDocument } from './planSummary';
import type { Difference, GuestDifference, VerdictCounts } from '../plan/settings';
import type { CheckVerdict } from '../plan/checks/check';
import type { Brand, Release } from '../plan/release';

export type { Evidence, HostPhase, PoolPhase };
export type { HostTime, MigrationCount, PlanSummary, SavedDocument } from './planSummary';

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
  readonly bootMethod?: BootMethod;
  /** What the boot server may give to it in this attempt; nothing when absent. */
  readonly boot?: HostBoot;
  /** What the boot server saw of its installer in this attempt. */
  readonly installer?: InstallerSummary;
  /** Its power as its BMC told it last, and what the BMC was told, while the host was away. */
  readonly bmc?: HostBmc;
  readonly from: string;
  readonly to: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly evidence: Evidence;
  /** Uuids of local SRs that were given up in an earlier hop of this run. */
  readonly gaveUp?: readonly string[];
  /** The hardest, where there are many; all are counted under `verdicts`. */
  readonly differences?: readonly Difference[];
  readonly verdicts?: VerdictCounts;
}

export interface Transferred {
  readonly mebibytes: number;
  /** Guests that moved at once are counted once. */
  readonly seconds: number;
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
  /** When it was seen stopped, ISO 8601; absent in what older versions of the operator remembered. */
  readonly at?: string;
}

/** A guest that we stopped and brought back. */
export interface Outage {
  readonly uuid: string;
  readonly name: string;
  readonly by: string;
  readonly from: string;
  readonly until: string;
}

export interface Outages {
  readonly count: number;
  /** All together. */
  readonly seconds: number;
  readonly longest: readonly Outage[];
}

export interface StartPause {
  /** Reference of the appliance; '' stands for guests of none. */
  readonly appliance: string;
  /** ISO 8601. */
  readonly until: string;
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
    | 'BootMedium'
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

export interface BackupSummary {
  /** Empty where it lies on a volume. */
  readonly secrets: readonly string[];
  readonly volume?: { readonly claimName: string; readonly file: string };
  readonly sha256: string;
  readonly takenAt: string;
  readonly hosts: number;
  readonly vms: number;
  /** Absent in what older versions of the operator stored. */
  readonly srs?: number;
}

/** The pool and its VMs at the end of the run beside the baseline; lists hold the hardest where there are many. */
export interface Comparison {
  readonly at: string;
  /** Of the pool's own settings and of VMs together. */
  readonly verdicts: VerdictCounts;
  readonly pool: readonly Difference[];
  readonly vms: { readonly compared: number; readonly same: number; readonly differences: readonly GuestDifference[] };
}

export interface PastRun {
  readonly id: string;
  readonly phase: PoolPhase;
  readonly reason: string;
  /** Product versions; `from` is absent when nothing was planned. */
  readonly from?: string;
  readonly to: string;
  /** Every release on the way, with both ends; absent for one hop. */
  readonly path?: readonly string[];
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
  readonly baseline?: SavedDocument;
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
  /** Appliances of which a guest is given its start delay before the next may start. */
  readonly starting?: readonly StartPause[];
  /** Why the plan that was there is made anew, in words, until it is. */
  readonly replanning?: readonly string[];
  /** Live migrations done. */
  readonly moved?: number;
  /** Memory of guests that moved, and the time it took them, as far as this run measured it. */
  readonly transferred?: Transferred;
  readonly outages?: Outages;
  /** Absent until the run ends, and where it ended before a baseline was taken. */
  readonly comparison?: Comparison;
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

/** Outages that are listed one by one. */
const MOST_OUTAGES = 256;

/** The guest runs again: how long it was away is kept. */
export function withBack(state: RunState, uuid: string, now: string): RunState {
  const stopped = state.stopped.find((entry) => entry.uuid === uuid);
  if (stopped?.at === undefined) return withoutStopped(state, uuid);
  const { name, by, at } = stopped;
  const { count, seconds, longest } = state.outages ?? { count: 0, seconds: 0, longest: [] };
  const all = [...longest, { uuid, name, by, from: at, until: now }];
  const listed = all.length <= MOST_OUTAGES ? all : all.filter((entry) => entry !== shortest(all));
  return {
    ...withoutStopped(state, uuid),
    outages: { count: count + 1, seconds: seconds + Math.round(lengthOf({ from: at, until: now }) / 1000), longest: listed },
  };
}

function shortest(outages: readonly Outage[]): Outage | undefined {
  return outages.reduce((least, entry) => (lengthOf(entry) < lengthOf(least) ? entry : least));
}

function lengthOf({ from, until }: Pick<Outage, 'from' | 'until'>): number {
  return Math.max(0, Date.parse(until) - Date.parse(from));
}

/** Which hop is in work, from 0, and how many there are; undefined before a plan. */
export function hopInWork({ plan }: RunState): { readonly at: number; readonly hops: number } | undefined {
  return plan === undefined ? undefined : { at: plan.at ?? 0, hops: Math.max(1, (plan.path?.length ?? 2) - 1) };
}

/** Which of its backups belongs to the hop in work: the run's id, from the second hop on with the hop's number. */
export function backupKey(run: string, at: number): string {
  return at === 0 ? run : `${run}.${at + 1}`;
}

/** The release a host of this run had before its upgrade. */
export function releaseBefore(state: RunState, host: HostState): Release {
  return { brand: state.plan?.hop.fromBrand ?? 'XenServer', version: host.from };
}

/** The release a host had when the baseline was taken: on a path of several hops, before the first of them. */
export function releaseAtFirst(state: RunState, host: HostState): Release {
  const { path, at = 0 } = state.plan ?? {};
  return at === 0 ? releaseBefore(state, host) : path![0]!;
}

/** The release a host of this run shall have. */
export function releaseAfter(state: RunState, host: HostState): Release {
  return { brand: state.plan?.hop.toBrand ?? 'XenServer', version: host.to };
}
