// Where the time of a served pool goes on when a process takes it up: from where it stood, or where an anchor says it is by now. All moments are wall time in
// milliseconds since the epoch.
import { type Anchor, wallTime } from '../../foundation/pacedClock';

/** Wall time of a pool that begins now: the real one, or what the anchor says. */
export function beginning(pace: number, from: number | undefined, real: number): number {
  return from === undefined ? real : wallTime({ pace, from }, real);
}

/** Time would have to go back. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

export interface TimeAsked {
  /** Virtual milliseconds a real one. */
  readonly pace: number;
  /** When the pool's time was the real one; undefined: it has stood still meanwhile. */
  readonly from: number | undefined;
  /** The pool's time as it stood. */
  readonly stood: number;
  /** Real time now. */
  readonly real: number;
}

export interface TimeGoesOn {
  /** The pool's time now: never before it stood, and at most `pace` milliseconds after it unless the anchor was given. */
  readonly now: number;
  /** Undefined where none can say it: when time moves only by steps, or goes at the pace of real time beside it. */
  readonly anchor: Anchor | undefined;
}

/** @throws TimeError when the anchor lies so that the pool's time would go back */
export function goOn({ pace, from: given, stood, real }: TimeAsked): TimeGoesOn {
  if (pace === 0) return { now: stood, anchor: undefined };
  if (given !== undefined) {
    const anchor = { pace, from: given };
    return { now: notBefore(stood, anchor, real), anchor };
  }
  if (pace === 1) return { now: stood, anchor: undefined };
  // Whole milliseconds can be told to other programs; rounded so that time goes forward by it.
  const exact = real + (real - stood) / (pace - 1);
  const nearest = pace > 1 ? Math.floor(exact) : Math.ceil(exact);
  // Numbers this large are no longer exact: a moment just before a whole one may have been taken for it.
  const from = wallTime({ pace, from: nearest }, real) < stood ? nearest - Math.sign(pace - 1) : nearest;
  const anchor = { pace, from };
  return { now: wallTime(anchor, real), anchor };
}

function notBefore(stood: number, anchor: Anchor, real: number): number {
  const now = wallTime(anchor, real);
  if (now >= stood) return now;
  const [from, would, was] = [anchor.from, now, stood].map((moment) => new Date(moment).toISOString());
  throw new TimeError(
    `time would go back: it would be ${would} in the pool, where it was ${was}; expected an instant before ${from}, or none`,
  );
}
