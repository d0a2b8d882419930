// How fast the time of a simulated pool goes, as flags of those processes that must agree about it: the pool itself, and a controller that works on it.
import type { Anchor } from '../foundation/pacedClock';

/** @returns undefined for what is no number from 0 with at most six digits before and behind the point */
export function readPace(text: string): number | undefined {
  return /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}

/** ISO 8601 with a date, a time and a zone, e.g. `2026-03-01T20:00:00Z`. @returns milliseconds since the epoch */
export function readInstant(text: string): number | undefined {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

export const INSTANT_EXPECTED = 'expected an instant, e.g. 2026-03-01T20:00:00Z';

/**
 * The anchor of a controller whose pool is sped up.
 * @returns undefined when none is asked for, and in words what is wrong
 */
export function readAnchor(pace: string | undefined, paceFrom: string | undefined): Anchor | string | undefined {
  if (pace === undefined && paceFrom === undefined) return undefined;
  if (pace === undefined || paceFrom === undefined)
    return `--pace and --pace-from belong together, found only ${pace === undefined ? '--pace-from' : '--pace'}`;
  const rate = readPace(pace);
  if (rate === undefined || rate === 0) return `--pace ${pace}: expected a number above 0, e.g. 60, as the simulated pool has it`;
  const from = readInstant(paceFrom);
  return from === undefined ? `--pace-from ${paceFrom}: ${INSTANT_EXPECTED}` : { pace: rate, from };
}
