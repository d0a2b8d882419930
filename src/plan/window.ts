// Maintenance windows: when a host may be started. Days and times are those of an IANA time zone, daylight saving included (luxon knows the rules).
import { DateTime } from 'luxon';

export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';

export interface Period {
  readonly days: readonly Weekday[];
  /** Local time, `HH:MM`. */
  readonly start: string;
  /** Milliseconds, at most a week. */
  readonly duration: number;
}

export interface Window {
  readonly timeZone: string;
  readonly periods: readonly Period[];
}

const weekdays: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @returns undefined when open at `now` (milliseconds since the epoch), else when it opens next; `Infinity` when it never does */
export function closedUntil(window: Window, now: number): number | undefined {
  const openings = window.periods.flatMap((period) => openingsAround(period, window.timeZone, now));
  if (openings.some(({ from, to }) => from <= now && now < to)) return undefined;
  return openings
    .map(({ from }) => from)
    .filter((from) => from > now)
    .reduce((earliest, from) => Math.min(earliest, from), Infinity);
}

/** Openings that start between eight days before `now` and eight days after: every one that can matter for periods of at most a week. */
function openingsAround(period: Period, timeZone: string, now: number): { from: number; to: number }[] {
  const [hour = 0, minute = 0] = period.start.split(':').map(Number);
  const today = DateTime.fromMillis(now, { zone: timeZone }).startOf('day');
  const openings: { from: number; to: number }[] = [];
  for (let offset = -8; offset <= 8; offset++) {
    const day = today.plus({ days: offset });
    if (!period.days.includes(weekdays[day.weekday - 1]!)) continue;
    const from = day.set({ hour, minute }).toMillis();
    openings.push({ from, to: from + period.duration });
  }
  return openings;
}
