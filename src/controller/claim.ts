// The claim on a pool: a Lease per pool uuid says which object, in which epoch, may act. A successor that takes it from a dead process logs that one's
// session out and lets fifteen seconds pass before it acts, so that nothing the dead one sent can arrive after the successor's first look. What it left open at
// BMCs is noted there as well, and ended by whoever logs in there next.
import type { Cancel, Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { KubernetesApi } from '../kubernetes/api';
import { type Acquisition, LeaseHolder } from '../kubernetes/lease';
import { ClaimLost } from '../upgrade/fence';
import type { ClaimPort } from '../upgrade/ports';
import { seconds } from '../upgrade/time';
import { XapiError } from '../xenapi/error';
import type { ObjectStore } from './store/objectStore';

export interface ClaimParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly api: KubernetesApi;
  readonly identity: string;
  readonly cluster: string;
  readonly store: ObjectStore;
  /** Ends a predecessor's session. */
  readonly logout: (sessionUuid: string) => Promise<unknown>;
  /** Takes over what was noted of sessions at BMCs; undefined: nothing. */
  readonly inherit: (bmcSessions: string | undefined) => void;
}

export interface Claim extends ClaimPort {
  /** Notes the uuid of a session on the lease before its first effect. @throws ClaimLost */
  announceSession(uuid: string): Promise<void>;
  /** Notes on the lease which sessions are open or were left at BMCs; undefined: none. @throws ClaimLost */
  noteBmcSessions(text: string | undefined): Promise<void>;
}

const SESSION = 'xenpool.dev/session';
const BMC_SESSIONS = 'xenpool.dev/bmc-sessions';
/** While a run is at work, and while it only waits for a person or a window. */
const TIGHT = { durationSeconds: 30, renewEvery: seconds(10) };
const SLACK = { durationSeconds: 120, renewEvery: seconds(40) };
/** Nothing a dead controller sent is under way for longer. */
const FENCE_WAIT = seconds(15);

export function createClaim(parts: ClaimParts): Claim {
  return new LeaseClaim(parts);
}

class LeaseClaim implements Claim {
  private lease: LeaseHolder | undefined;
  private pace = TIGHT;
  private stopRenewing: Cancel = () => undefined;
  private held: { readonly epoch: number; readonly actFrom: number } | undefined;

  constructor(private readonly parts: ClaimParts) {}

  get mark(): string {
    const { store, cluster } = this.parts;
    return `${cluster}/${store.namespace}/${store.current.metadata.name}`;
  }

  async hold(poolUuid: string): ReturnType<ClaimPort['hold']> {
    if (this.held === undefined) {
      const acquisition = await this.leaseOf(poolUuid).acquire();
      if (acquisition.kind === 'Contended') return { kind: 'Wait', ms: seconds(1) };
      if (acquisition.kind === 'HeldByOther') return this.otherHolds(acquisition);
      await this.take(acquisition);
    }
    if (this.pace === SLACK && !(await this.tighten())) return { kind: 'Wait', ms: seconds(1) };
    const left = this.held!.actFrom - this.parts.clock.monotonic();
    return left > 0 ? { kind: 'Wait', ms: left } : { kind: 'Held', epoch: this.held!.epoch };
  }

  async renew(): Promise<number | undefined> {
    const at = await this.lease?.renew();
    if (at === undefined) this.held = undefined;
    return at;
  }

  slacken(): void {
    this.pace = SLACK;
  }

  async release(): Promise<void> {
    // A timer that has nothing to do any more would keep the process alive.
    this.stopRenewing();
    this.pace = TIGHT;
    this.held = undefined;
    await this.lease?.release();
    this.lease = undefined;
  }

  announceSession(uuid: string): Promise<void> {
    return this.annotate(SESSION, uuid);
  }

  noteBmcSessions(text: string | undefined): Promise<void> {
    return this.annotate(BMC_SESSIONS, text ?? null);
  }

  private async annotate(key: string, text: string | null): Promise<void> {
    const at = await this.lease?.annotate({ [key]: text });
    if (at === undefined) throw new ClaimLost();
  }

  private leaseOf(poolUuid: string): LeaseHolder {
    const { api, clock, store, identity } = this.parts;
    // The holder names the object as well as the process: two objects of one process must not share a pool.
    const options = {
      api,
      clock,
      namespace: store.namespace,
      name: `xenpool-pool-${poolUuid}`,
      identity: `${identity}/${this.mark}`,
      duration: () => this.pace.durationSeconds,
    };
    this.lease ??= new LeaseHolder(options);
    return this.lease;
  }

  /** Our own dead predecessor is waited for; another object is reported. */
  private otherHolds({ holder, waitMs }: Extract<Acquisition, { kind: 'HeldByOther' }>): Awaited<ReturnType<ClaimPort['hold']>> {
    if (holder.endsWith(`/${this.mark}`)) return { kind: 'Wait', ms: waitMs };
    return { kind: 'HeldByOther', who: holder.split('/').slice(-2).join('/') };
  }

  private async take({ epoch, predecessor }: Extract<Acquisition, { kind: 'Held' }>): Promise<void> {
    const crashed = predecessor !== undefined && predecessor.identity !== '';
    const session = predecessor?.annotations[SESSION];
    if (crashed && session !== undefined) await this.endSession(session);
    // Also of one who left in order: a BMC that did not answer was not logged out from.
    this.parts.inherit(this.lease?.annotations[BMC_SESSIONS]);
    this.held = { epoch, actFrom: this.parts.clock.monotonic() + (crashed ? FENCE_WAIT : 0) };
    this.keepRenewing();
  }

  /** A failure is only noted: the wait that follows covers what the session may still have under way. */
  private async endSession(uuid: string): Promise<void> {
    try {
      await this.parts.logout(uuid);
    } catch (error) {
      if (!(error instanceof XapiError)) throw error;
      this.parts.log.info('predecessor session not ended', { error: error.message });
    }
  }

  /** One timer at a time, at the pace that is in force now. */
  private keepRenewing(): void {
    const holder = this.lease;
    this.stopRenewing();
    this.stopRenewing = this.parts.clock.after(this.pace.renewEvery, () => {
      if (this.held === undefined || holder === undefined || holder !== this.lease) return;
      holder.renew().then(
        (at) => (at === undefined ? this.lose() : this.keepRenewing()),
        (error: unknown) => {
          this.parts.log.warn('claim not renewed', { error: error instanceof Error ? error.message : String(error) });
          this.keepRenewing();
        },
      );
    });
  }

  /** Back to work: the lease says so, and is renewed often again. @returns whether it is still ours */
  private async tighten(): Promise<boolean> {
    this.pace = TIGHT;
    const at = await this.renew();
    if (at !== undefined) this.keepRenewing();
    return at !== undefined;
  }

  private lose(): void {
    this.held = undefined;
  }
}
