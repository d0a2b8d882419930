// Which of several replicas works: whoever holds a lease, by client-go's rules. A leader that could not renew in time stops before another may begin, and
// gives the lease back only when its work has ended. A lease fences nothing by itself: what reaches further than this API must be fenced there.
import { Aborted, type Cancel, type Clock, deadline, following, orAborted, sleep } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import { KubeError } from './api';
import { LeaseHolder, type LeaseOptions } from './lease';

export interface LeaderOptions extends Omit<LeaseOptions, 'duration' | 'clock'> {
  /** Real time. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Told when leadership comes and goes. */
  readonly onChange?: (leading: boolean) => void;
}

/** What a leader does. `signal` aborts when leadership is lost or the process is to stop; it must then end soon. */
export type LeadersWork = (signal: AbortSignal, epoch: number) => Promise<void>;

/**
 * - `Stopped`: told to. - `Finished`: the work came to an end. - `Lost`: another may lead now. Leave the process: what is left of its work cannot be proved
 *   to have stopped.
 */
export type LeadershipEnd = 'Stopped' | 'Finished' | 'Lost';

export class LeadershipLost extends Error {
  constructor() {
    super('leadership lost: the lease could not be renewed in time');
    this.name = 'LeadershipLost';
  }
}

/** Others may take over after this. */
export const LEASE_SECONDS = 15;
/** A leader gives up this long after the last proof that it is one. */
export const RENEW_DEADLINE_MS = 10_000;
/** Between two attempts to take or renew. */
export const RETRY_MS = 2_000;
/** For giving it back. */
const RELEASE_MS = 3_000;

export class Leadership {
  private readonly holder: LeaseHolder;
  private provenAt: number | undefined;
  private trouble: KubeError | undefined;

  constructor(private readonly options: LeaderOptions) {
    this.holder = new LeaseHolder({ ...options, duration: () => LEASE_SECONDS });
  }

  /** Ask right before acting: also a process that was asleep then knows, before its timers do. */
  get leading(): boolean {
    return this.provenAt !== undefined && this.options.clock.monotonic() - this.provenAt < RENEW_DEADLINE_MS;
  }

  /** Why it cannot be told who leads; undefined when it can. */
  get problem(): KubeError | undefined {
    return this.trouble;
  }

  /**
   * Waits to become the leader, works, and gives the lease back once the work has ended, unless it was lost.
   * @throws whatever the work throws, after the lease was given back
   */
  async run(work: LeadersWork, stop: AbortSignal): Promise<LeadershipEnd> {
    const epoch = await this.elected(stop);
    if (epoch === undefined) return 'Stopped';
    const { controller: over, dispose } = following(stop);
    const renewing = new AbortController();
    const renewals = this.keep(renewing.signal, over).catch((defect: unknown) => over.abort(defect));
    this.options.onChange?.(true);
    try {
      await this.ended(work(over.signal, epoch), over.signal);
      return endOf(over.signal, stop);
    } finally {
      dispose();
      renewing.abort();
      await renewals;
      await this.giveBack();
      this.options.onChange?.(false);
    }
  }

  /** Until the work has ended; of lost leadership's work only until another may lead. Work that only says it was broken off has ended as told to. */
  private async ended(work: Promise<void>, over: AbortSignal): Promise<void> {
    const { clock, log, name } = this.options;
    const late = new AbortController();
    let cancel: Cancel = () => undefined;
    over.addEventListener('abort', () => {
      if (over.reason instanceof LeadershipLost)
        cancel = clock.after(LEASE_SECONDS * 1_000 - RENEW_DEADLINE_MS, () => late.abort());
    });
    try {
      await orAborted(work, late.signal);
    } catch (error) {
      if (late.signal.aborted) return log.error('work goes on though leadership was lost', { lease: name });
      if (!(error instanceof Aborted) || !over.aborted) throw error;
    } finally {
      cancel();
    }
  }

  /** @returns the epoch; undefined when told to stop before */
  private async elected(stop: AbortSignal): Promise<number | undefined> {
    const { clock, log, random, name } = this.options;
    while (!stop.aborted) {
      try {
        const taken = await this.holder.acquire();
        this.trouble = undefined;
        if (taken.kind === 'Held') {
          this.provenAt = taken.provenAt;
          log.info('leading', { lease: name, epoch: taken.epoch });
          return taken.epoch;
        }
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        this.complain('lease not taken', error);
      }
      // Spread out, so that two that wait do not always meet.
      if (!(await rested(clock, RETRY_MS * (1 + 0.2 * random.next()), stop))) return undefined;
    }
    return undefined;
  }

  /** Renews until `signal` aborts or leadership is lost; then `over` aborts. */
  private async keep(signal: AbortSignal, over: AbortController): Promise<void> {
    const { clock, log, name } = this.options;
    for (;;) {
      // An attempt that hangs must not outlast the deadline, nor one timer that fires late.
      const left = RENEW_DEADLINE_MS - (clock.monotonic() - (this.provenAt ?? 0));
      const expiry = new AbortController();
      const cancel = clock.after(left, () => expiry.abort());
      const end = (): void => expiry.abort();
      signal.addEventListener('abort', end, { once: true });
      const renewed = (await rested(clock, RETRY_MS, expiry.signal)) && (await this.renewOnce(expiry.signal));
      cancel();
      signal.removeEventListener('abort', end);
      if (signal.aborted) return;
      if (renewed === 'lost' || !this.leading) {
        this.provenAt = undefined;
        log.error('leadership lost', { lease: name });
        return over.abort(new LeadershipLost());
      }
    }
  }

  private async renewOnce(signal: AbortSignal): Promise<'renewed' | 'unknown' | 'lost'> {
    try {
      const at = await orAborted(this.holder.renew(), signal);
      if (at === undefined) return 'lost';
      this.provenAt = at;
      this.trouble = undefined;
      return 'renewed';
    } catch (error) {
      if (error instanceof Aborted) return 'unknown';
      if (!(error instanceof KubeError)) throw error;
      this.complain('lease not renewed', error);
      return 'unknown';
    }
  }

  /** The same trouble every two seconds is told once. */
  private complain(event: string, error: KubeError): void {
    const { log, name } = this.options;
    if (error.message !== this.trouble?.message) log.warn(event, { lease: name, kind: error.kind, error: error.message });
    this.trouble = error;
  }

  /** Only a leader has something to give back; what fails or takes long expires by itself. */
  private async giveBack(): Promise<void> {
    if (!this.leading) return;
    this.provenAt = undefined;
    const { clock, log, name } = this.options;
    const limit = deadline(clock, RELEASE_MS);
    try {
      await orAborted(this.holder.release(), limit.signal);
    } catch (error) {
      if (!(error instanceof KubeError) && !(error instanceof Aborted)) throw error;
      log.warn('lease not given back', { lease: name, error: error.message });
    } finally {
      limit.dispose();
    }
  }
}

/** @throws what made an end of it, if that was a defect */
function endOf(over: AbortSignal, stop: AbortSignal): LeadershipEnd {
  if (over.reason instanceof LeadershipLost) return 'Lost';
  if (stop.aborted) return 'Stopped';
  if (over.aborted) throw over.reason;
  return 'Finished';
}

/** Whether the time passed before the signal aborted. */
async function rested(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(clock, ms, signal);
    return true;
  } catch (error) {
    if (error instanceof Aborted) return false;
    throw error;
  }
}
