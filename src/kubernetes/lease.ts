// A Lease held by the rules of client-go's leader election: whoever writes it last, conditionally, holds it; a lease is expired when *we* have not seen
// it change for its duration, by our own monotonic clock. The times written into it are for people; nobody compares them with a clock.
//
// The number of transitions is the epoch: it grows with every change of holder, and what an older epoch still sends can be told by it.
import type { Clock } from '../foundation/clock';
import { sameValue } from '../foundation/sameValue';
import { microTime } from './microTime';
import { KubeError, LEASES, type KubeObject, type KubernetesApi } from './api';

export interface Lease extends KubeObject {
  readonly spec: LeaseSpec;
}

export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface LeaseOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Who we are; another for every process, so that a restarted one is a stranger to its predecessor. */
  readonly identity: string;
  /** Seconds without renewal until others may take over; asked at each write. */
  readonly duration: () => number;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Annotations = Readonly<Record<string, string>>;

export type Acquisition =
  | {
      readonly kind: 'Held';
      readonly epoch: number;
      /** Monotonic time from before the request that proved it. */
      readonly provenAt: number;
      /** Who held it before us in another epoch, and what it had noted on the lease; the notes stay until we change them. */
      readonly predecessor?: { readonly identity: string; readonly annotations: Annotations };
    }
  /** `waitMs`: when it may be expired at the earliest, as far as is known now. */
  | { readonly kind: 'HeldByOther'; readonly holder: string; readonly waitMs: number }
  /** Someone else wrote at the same time, or an answer was lost: look again. */
  | { readonly kind: 'Contended' };

interface Observation {
  readonly spec: LeaseSpec;
  /** Monotonic time at which this content was first seen. */
  readonly at: number;
}

export class LeaseHolder {
  private held: Lease | undefined;
  private observation: Observation | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LeaseOptions) {}

  /** The epoch we hold, while we believe to hold it. */
  get epoch(): number | undefined {
    return this.held === undefined ? undefined : epochOf(this.held);
  }

  /** What is noted on the lease, as we last wrote or read it; empty while it is not held. */
  get annotations(): Annotations {
    return this.held?.metadata.annotations ?? {};
  }

  /** One attempt to take the lease, or to prove that we hold it. @throws KubeError for an API that does not answer */
  acquire(): Promise<Acquisition> {
    return this.inTurn(async () => {
      const found = await this.read();
      if (found === undefined) return this.attempt(() => this.createLease());
      if (found.spec.holderIdentity === this.options.identity)
        return this.attempt(() => this.write(found, this.renewedSpec(found.spec)));
      const waitMs = this.untilExpiry(found);
      if (waitMs > 0) return { kind: 'HeldByOther', holder: found.spec.holderIdentity ?? '', waitMs };
      return this.attempt(() => this.write(found, this.takenSpec(found.spec)), predecessorOf(found));
    });
  }

  /**
   * Renews conditionally.
   * @returns monotonic milliseconds from before the request that succeeded; undefined when the lease is no longer ours
   * @throws KubeError when neither is known
   */
  renew(): Promise<number | undefined> {
    return this.annotate({});
  }

  /** Renews and changes notes on the lease in the same write; null removes one. Returns and throws as `renew`. */
  annotate(changes: Readonly<Record<string, string | null>>): Promise<number | undefined> {
    return this.inTurn(async () => {
      const epoch = this.epoch;
      for (let attempt = 0; attempt < 2 && this.held !== undefined; attempt++) {
        const at = this.options.clock.monotonic();
        const written = await this.tryWrite(this.held, changes);
        if (written !== undefined) return at;
        await this.readAgain(epoch);
      }
      if (this.held === undefined) return undefined;
      throw new KubeError('TimedOut', `lease ${this.options.name}: could not be renewed, though it is ours`);
    });
  }

  /** Gives the lease back so that others need not wait. Only when all work has stopped. A lease that is not ours any more stays as it is. */
  release(): Promise<void> {
    return this.inTurn(async () => {
      const held = this.held;
      this.held = undefined;
      if (held === undefined) return;
      const now = microTime(this.options.clock.now());
      const spec = { ...held.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
      try {
        await this.options.api.replace<Lease>(LEASES, { ...held, spec });
      } catch (error) {
        if (!(error instanceof KubeError) || (error.kind !== 'Conflict' && error.kind !== 'NotFound')) throw error;
      }
    });
  }

  private async tryWrite(held: Lease, changes: Readonly<Record<string, string | null>>): Promise<Lease | undefined> {
    try {
      return await this.write(withNotes(held, changes), this.renewedSpec(held.spec));
    } catch (error) {
      if (isAmbiguous(error) || isStale(error)) return undefined;
      throw error;
    }
  }

  /** Someone wrote in between, or our answer was lost. It is still ours if holder and epoch are. */
  private async readAgain(epoch: number | undefined): Promise<void> {
    const found = await this.read();
    const ours = found !== undefined && found.spec.holderIdentity === this.options.identity && epochOf(found) === epoch;
    this.held = ours ? found : undefined;
  }

  private async attempt(
    write: () => Promise<Lease>,
    predecessor?: { identity: string; annotations: Annotations },
  ): Promise<Acquisition> {
    const provenAt = this.options.clock.monotonic();
    try {
      const lease = await write();
      const held = { kind: 'Held', epoch: epochOf(lease), provenAt } as const;
      return predecessor === undefined ? held : { ...held, predecessor };
    } catch (error) {
      this.held = undefined;
      if (isStale(error) || isAmbiguous(error)) return { kind: 'Contended' };
      throw error;
    }
  }

  private async createLease(): Promise<Lease> {
    const { api, namespace, name, labels, identity, duration } = this.options;
    const now = microTime(this.options.clock.now());
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: duration(),
      acquireTime: now,
      renewTime: now,
      leaseTransitions: 0,
    };
    const metadata = { name, namespace, ...(labels === undefined ? {} : { labels }) };
    const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    this.held = await api.create(LEASES, lease);
    return this.held;
  }

  private async write(lease: Lease, spec: LeaseSpec): Promise<Lease> {
    this.held = await this.options.api.replace<Lease>(LEASES, { ...lease, spec });
    return this.held;
  }

  private renewedSpec(spec: LeaseSpec): LeaseSpec {
    return { ...spec, leaseDurationSeconds: this.options.duration(), renewTime: microTime(this.options.clock.now()) };
  }

  private takenSpec(spec: LeaseSpec): LeaseSpec {
    const { identity, duration } = this.options;
    const now = microTime(this.options.clock.now());
    const leaseTransitions = (spec.leaseTransitions ?? 0) + 1;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: duration(),
      acquireTime: now,
      renewTime: now,
      leaseTransitions,
    };
  }

  private async read(): Promise<Lease | undefined> {
    const { api, clock, namespace, name } = this.options;
    try {
      const lease = await api.get<Lease>(LEASES, namespace, name);
      if (!sameValue(lease.spec, this.observation?.spec)) this.observation = { spec: lease.spec, at: clock.monotonic() };
      return lease;
    } catch (error) {
      if (error instanceof KubeError && error.kind === 'NotFound') return undefined;
      throw error;
    }
  }

  /** Milliseconds until the lease of another may be taken; 0 when it may be now. */
  private untilExpiry({ spec }: Lease): number {
    if (spec.holderIdentity === undefined || spec.holderIdentity === '') return 0;
    const { clock, duration } = this.options;
    const now = clock.monotonic();
    const patience = (spec.leaseDurationSeconds ?? duration()) * 1_000;
    return Math.max(0, (this.observation?.at ?? now) + patience - now);
  }

  /** One operation at a time: each goes on from the version the one before left. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function epochOf(lease: Lease): number {
  return lease.spec.leaseTransitions ?? 0;
}

function predecessorOf(lease: Lease): { identity: string; annotations: Annotations } {
  return { identity: lease.spec.holderIdentity ?? '', annotations: lease.metadata.annotations ?? {} };
}

function withNotes(lease: Lease, changes: Readonly<Record<string, string | null>>): Lease {
  const notes: Record<string, string> = { ...lease.metadata.annotations };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete notes[key];
    else notes[key] = value;
  }
  return { ...lease, metadata: { ...lease.metadata, annotations: notes } };
}

function isStale(error: unknown): boolean {
  return error instanceof KubeError && (error.kind === 'Conflict' || error.kind === 'AlreadyExists' || error.kind === 'NotFound');
}

function isAmbiguous(error: unknown): boolean {
  return error instanceof KubeError && error.kind === 'TimedOut';
}
