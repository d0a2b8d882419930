// One BMC takes one command at a time, with a pause between: small controllers lose their heads, and their sessions, when they are asked too fast
// (bmc.md 3.6: shorter intervals may crash BMCs).
import { type Clock, sleep } from '../../foundation/clock';

export class Lane {
  private last: Promise<unknown> = Promise.resolve();
  private freeAt = Number.NEGATIVE_INFINITY;

  /** @param minGapMs from the end of one command to the start of the next */
  constructor(
    private readonly clock: Clock,
    private readonly minGapMs: number,
  ) {}

  /** Does `work` when its turn comes. @throws Aborted when the signal aborts before that; and what `work` throws */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.last.then(async () => {
      const pause = this.freeAt - this.clock.monotonic();
      await sleep(this.clock, pause, signal);
      try {
        return await work();
      } finally {
        this.freeAt = this.clock.monotonic() + this.minGapMs;
      }
    });
    // The next waits for the end of this one, however it ends; whoever asked for it hears how.
    this.last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }
}
