// How long to wait before asking again. Jittered, so that the BMCs of a rack that went away together are not asked together when they come back.
import type { Random } from '../../foundation/random';
import type { BmcError } from '../bmc';

export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** bmc.md 8.3. */
export const TRANSIENT: BackOff = { firstMs: 1_000, mostMs: 15_000 };
export const BUSY: BackOff = { firstMs: 5_000, mostMs: 60_000 };
export const UNREACHABLE: BackOff = { firstMs: 10_000, mostMs: 300_000 };

/** Doubles with each failure, cut at the most; between half of that and all of it. @param failures so far, 1 at least */
export function delayMs({ firstMs, mostMs }: BackOff, failures: number, random: Random): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return whole * (0.5 + random.next() / 2);
}

/** Undefined: this error is not tried again by itself. What a BMC asks for as a pause is the least, within reason. */
export function retryDelayMs(error: BmcError, failures: number, random: Random): number | undefined {
  if (error.kind !== 'Transient' && error.kind !== 'Busy') return undefined;
  const own = delayMs(error.kind === 'Busy' ? BUSY : TRANSIENT, failures, random);
  return Math.max(own, error.retryAfterMs ?? 0);
}
