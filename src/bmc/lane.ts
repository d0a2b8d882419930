// One BMC takes one command at a time, with a breath between: small controllers lose their heads, and their sessions, when they are asked too fast (bmc.md 1.13, 3.6,
// 8.4). Whoever speaks to one BMC, by whatever protocol and for whatever object, goes by the one lane of that BMC.
import { Aborted, type Clock, sleep } from '../foundation/clock';
import { Turnstile } from '../foundation/wire/turnstile';

export class Lane {
  private readonly turnstile = new Turnstile(1);
  private freeAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /**
   * Does `work` when its turn comes.
   * @param gapMs from its end to the start of the next
   * @throws Aborted when the signal aborts before that: nothing was done then; and what `work` throws
   */
  async take<T>(work: () => Promise<T>, gapMs: number, signal: AbortSignal): Promise<T> {
    await this.turnstile.enter(signal).catch((reason: unknown) => {
      throw new Aborted(reason);
    });
    try {
      const pause = this.freeAt - this.clock.monotonic();
      if (pause > 0) await sleep(this.clock, pause, signal);
      return await this.used(work, gapMs);
    } finally {
      this.turnstile.leave();
    }
  }

  private async used<T>(work: () => Promise<T>, gapMs: number): Promise<T> {
    try {
      return await work();
    } finally {
      this.freeAt = this.clock.monotonic() + gapMs;
    }
  }
}

/** The lanes of all BMCs that a process speaks to. */
export class Lanes {
  private readonly byHost = new Map<string, Lane>();

  constructor(private readonly clock: Clock) {}

  /** @param host name or address, in one spelling; two names of one BMC are two lanes */
  of(host: string): Lane {
    const known = this.byHost.get(host);
    if (known !== undefined) return known;
    const lane = new Lane(this.clock);
    this.byHost.set(host, lane);
    return lane;
  }
}
