// When each host would begin and end, from a given moment on and inside maintenance windows: by the rule by which the run itself starts hosts. A host
// begins only where the most that it may take fits what is left of the window; how far the run is by then is reckoned by what is likely, or by the most.
import type { Span, TurnEstimate } from '../estimate';
import { type Start, startFor, type Window } from '../window';
import { GETTING_READY } from './planningValues';
import { timeInWork } from './turn';

export interface Slot {
  /** Uuid. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly begins: number;
  readonly ends: number;
}

export type Schedule =
  | { readonly kind: 'Scheduled'; readonly slots: readonly Slot[]; readonly ends: number }
  /** Milliseconds; `longest` is the longest opening of a year. */
  | { readonly kind: 'NeverFits'; readonly host: string; readonly need: number; readonly longest: number };

/**
 * When a host may begin. It does so in an opening that has room for it and a little more: were the opening just as long as the host may take, whoever wakes a
 * moment after it began would find it too short, night after night.
 * @param most  milliseconds that the host is in work at most
 */
export function hostStart(window: Window, most: number, now: number): Start {
  const start = startFor(window, most, now);
  return start.kind === 'Now' ? start : startFor(window, most + GETTING_READY, now);
}

/**
 * @param turns  of all hops, one after another
 * @param now  milliseconds since the epoch
 * @param by  how long things take; the run begins hosts by `most` whatever is given
 */
export function schedule(turns: readonly TurnEstimate[], window: Window | undefined, now: number, by: keyof Span): Schedule {
  const slots: Slot[] = [];
  let at = now;
  for (const turn of turns) {
    const work = timeInWork(turn);
    const start = window === undefined ? ({ kind: 'Now', closes: Infinity } as const) : hostStart(window, work.most, at);
    if (start.kind === 'Never')
      return { kind: 'NeverFits', host: turn.host, need: work.most + GETTING_READY, longest: start.longest };
    const begins = start.kind === 'Now' ? at : start.at;
    slots.push({ host: turn.host, begins, ends: begins + work[by] });
    at = begins + turn.total[by];
  }
  return { kind: 'Scheduled', slots, ends: at };
}
