// What the heart needs of the outside, in its own words. Adapters in `src/controller` fill these ports; the heart knows no protocol.
import type { Fact } from '../foundation/fact';
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import type { PlanDocument } from '../plan/document';
import type { HaSettings } from '../plan/pool';
import type { Baseline } from './baseline';
import type { Enquiry } from './enquiry';
import type { FactName, Facts } from './facts';
import type { BootTarget } from './machineSight';
import type { RunRecord, LeavingRecord } from './record';
import type { RunState, SavedDocument } from './state';

/**
 * What became of an effect that was sent.
 * `Refused`: certainly not done, for a reason. `Ambiguous`: the answer was lost; look before acting again.
 */
export type Outcome =
  | { readonly kind: 'Accepted' }
  | { readonly kind: 'Refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'Ambiguous'; readonly why: string };

/** Looking at the pool. Never throws for a pool that cannot be reached: the facts are Unknown then. */
export interface ObserverPort {
  /** @param enquiry what hosts are asked for the checks; without one, none is */
  observe(needs: ReadonlySet<FactName>, hostInWork: string | undefined, enquiry?: Enquiry): Promise<Facts>;
  /** Resolves when something in the pool may have changed, or after at most `atMost` milliseconds. */
  change(atMost: number, signal: AbortSignal): Promise<void>;
}

/** Acting on the pool. All objects by uuid. Resolves when the outcome is known or certainly lost; never throws for what a pool may answer. */
export interface PoolPort {
  markPool(key: string, value: string): Promise<Outcome>;
  unmarkPool(key: string): Promise<Outcome>;
  disableHa(): Promise<Outcome>;
  enableHa(settings: HaSettings): Promise<Outcome>;
  setWlb(enabled: boolean): Promise<Outcome>;
  setHaTolerance(hosts: number): Promise<Outcome>;
  /** Adds the key `auto_poweron`; refused when it is there. */
  setAutoPoweron(value: string): Promise<Outcome>;
  clearAutoPoweron(): Promise<Outcome>;
  syncDatabase(): Promise<Outcome>;
  restartAgent(host: string): Promise<Outcome>;
  disableHost(host: string): Promise<Outcome>;
  enableHost(host: string): Promise<Outcome>;
  plugPbd(pbd: string): Promise<Outcome>;
  /** Sets the pool's whole `health_check_config`. */
  setHealthCheck(config: Readonly<Record<string, string>>): Promise<Outcome>;
  setSslLegacy(enabled: boolean): Promise<Outcome>;
  setPowerOnMode(host: string, mode: string, config: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Runs the staging plugin's `main` on the host. */
  stageInstaller(host: string, url: string): Promise<Outcome>;
  rebootHost(host: string): Promise<Outcome>;
  shutdownHost(host: string): Promise<Outcome>;
  /** Has the master switch a member on. Accepted: it was tried; that the member is up is seen later. */
  powerOnMember(host: string): Promise<Outcome>;
  markGuest(vm: string, key: string, value: string): Promise<Outcome>;
  unmarkGuest(vm: string, key: string): Promise<Outcome>;
  migrate(vm: string, to: string, force: boolean): Promise<Outcome>;
  suspend(vm: string): Promise<Outcome>;
  /** @param patience milliseconds to wait for the guest; afterwards `Refused` with code `GUEST_IGNORES_SHUTDOWN` */
  cleanShutdown(vm: string, patience: number): Promise<Outcome>;
  hardShutdown(vm: string): Promise<Outcome>;
  start(vm: string, on: string | undefined): Promise<Outcome>;
  resume(vm: string, on: string | undefined): Promise<Outcome>;
  ejectCd(vbd: string): Promise<Outcome>;
  insertCd(vbd: string, vdi: string): Promise<Outcome>;
}

/** I13: an effect is sent only within seconds of a conditional write that succeeded. @throws when the claim is lost */
export type Prove = () => Promise<unknown>;

/**
 * Acting on machines through their BMCs. Hosts by uuid. Each verb reads back what it did; a BMC whose identity is not proven is refused. A verb may take minutes and
 * send several requests: `prove` is awaited right before each that changes something, and what it throws is thrown, with nothing more sent.
 */
export interface MachinePort {
  /** Puts the installer's image of the host's attempt into its virtual drive. */
  insertMedia(host: string, prove: Prove): Promise<Outcome>;
  /** Of the tree that the installer of the host's attempt installs from, where the boot server serves it. A secret of the attempt. */
  repositoryUrl(host: string): string | undefined;
  /** Takes out what is ours, and nothing else. */
  ejectMedia(host: string, prove: Prove): Promise<Outcome>;
  /** For the next boot only. */
  setBootOnce(host: string, target: BootTarget, prove: Prove): Promise<Outcome>;
  clearBootOverride(host: string, prove: Prove): Promise<Outcome>;
  powerOn(host: string, prove: Prove): Promise<Outcome>;
  powerOff(host: string, prove: Prove): Promise<Outcome>;
}

/** Result of a conditional status write. `at`: monotonic time from before the request. */
export type WriteResult =
  | { readonly kind: 'Written'; readonly at: number }
  | { readonly kind: 'Unchanged' }
  | { readonly kind: 'Conflict' }
  | { readonly kind: 'Gone' };

export interface StorePort {
  /** Writes the state, summarised, as the object's status; conditional on the version that was read. */
  writeState(state: RunState): Promise<WriteResult>;
  saveBaseline(baseline: Baseline): Promise<SavedDocument>;
  /** Unknown when it is missing or does not match its checksum. */
  loadBaseline(saved: SavedDocument): Promise<Fact<Baseline>>;
  /** Dumps the pool's database, parses it back, counts it against the pool and stores it outside. @param key as `backupKey` makes it */
  takeBackup(key: string): Promise<Outcome>;
  /** Writes down the plan in full, with what another object would need to go on with the run. */
  saveRecord(record: RunRecord): Promise<SavedDocument>;
  /** Unknown when it is missing or does not match its checksum. */
  loadPlan(saved: SavedDocument): Promise<Fact<PlanDocument>>;
  saveLeaving(record: LeavingRecord): Promise<void>;
  /** From now on the object may not vanish before the run has put back what it puts aside. */
  protect(): Promise<void>;
}

/** The claim on the pool: which object, in which epoch, may act. */
export interface ClaimPort {
  /** The epoch we hold, or who else holds the pool. */
  hold(poolUuid: string): Promise<
    | { readonly kind: 'Held'; readonly epoch: number }
    /** `who`: namespace and name of the object. */
    | { readonly kind: 'HeldByOther'; readonly who: string }
    | { readonly kind: 'Wait'; readonly ms: number }
  >;
  /** Conditional renewal. Monotonic time from before the request, or undefined when the claim is lost. */
  renew(): Promise<number | undefined>;
  /** Nothing is under way and nothing will be for long: the claim is kept, but need not be renewed often until the next `hold`. */
  slacken(): void;
  release(): Promise<void>;
  /** Identity for the pool's own mark: cluster, object. Stable over crashes. */
  readonly mark: string;
}

export interface HeartPorts {
  /** The run's own time: deadlines, settling, looks. Where a simulated pool is sped up, it is sped up with it. */
  readonly clock: Clock;
  /** Time as it really passes, in which leases and the fence are measured; the same as `clock` unless that is sped up. */
  readonly steady: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly observer: ObserverPort;
  readonly pool: PoolPort;
  readonly machines: MachinePort;
  readonly store: StorePort;
  readonly claim: ClaimPort;
  /** Told of each plan as it is made, also of one that something holds up, which is kept nowhere. Must not throw. */
  readonly onPlan?: ((plan: PlanDocument) => void) | undefined;
}
