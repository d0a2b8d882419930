// I13: an effect is sent only within five seconds of a conditional write that returned success. When looking again took longer, the claim is renewed.
import type { Clock } from '../foundation/clock';
import type { ClaimPort } from './ports';

const FRESH = 5_000;
/** Left for the effect to reach the socket. */
const MARGIN = 1_000;

export class ClaimLost extends Error {
  constructor() {
    super('the claim on the pool was lost: another controller acts now');
    this.name = 'ClaimLost';
  }
}

export class Fence {
  private provedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly claim: ClaimPort,
  ) {}

  /** A conditional write succeeded; `at` is the monotonic time from before its request. */
  proved(at: number): void {
    this.provedAt = Math.max(this.provedAt, at);
  }

  isFresh(): boolean {
    return this.clock.monotonic() - this.provedAt < FRESH - MARGIN;
  }

  /** @returns whether the claim had to be renewed. @throws ClaimLost */
  async refresh(): Promise<boolean> {
    if (this.isFresh()) return false;
    const at = await this.claim.renew();
    if (at === undefined) throw new ClaimLost();
    this.proved(at);
    return true;
  }
}
