// Spares a BMC that is away, and the steps that wait for it: after some calls in a row that reached nobody, nothing is sent for a while; then one question must be
// answered before anything else goes out.
import type { Clock } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import { BmcError } from '../bmc';
import { delayMs, UNREACHABLE } from './backOff';

export class Circuit {
  /** Calls in a row that reached nobody. */
  private failures = 0;
  private openUntil = Number.NEGATIVE_INFINITY;

  /** @param threshold failures in a row from which on it is open */
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly threshold: number,
  ) {}

  /**
   * - `closed`: go on.
   * - `half-open`: ask one question first; tell how it went.
   * - a number: nothing may be sent for so many milliseconds.
   */
  state(): 'closed' | 'half-open' | number {
    if (this.failures < this.threshold) return 'closed';
    const left = this.openUntil - this.clock.monotonic();
    return left > 0 ? Math.ceil(left) : 'half-open';
  }

  /** Whoever answers, whatever it is, is there. */
  told(error: unknown): void {
    if (!(error instanceof BmcError) || error.kind !== 'Unreachable') {
      // An abort says nothing about the BMC.
      if (error === undefined || error instanceof BmcError) this.failures = 0;
      return;
    }
    this.failures++;
    const opened = this.failures - this.threshold;
    if (opened >= 0) this.openUntil = this.clock.monotonic() + delayMs(UNREACHABLE, opened + 1, this.random);
  }
}
