// Maintenance windows: when a host may be started, and whether it can be finished in time. Days and times are those of an IANA time zone, daylight saving
// included: luxon knows what a zone is ahead of UTC and when that changes; the calendar itself needs no zone.
import { IANAZone } from 'luxon';

export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';

export interface Period {
  readonly days: readonly Weekday[];
  /** Local time, `HH:MM`. */
  readonly start: string;
  /** Milliseconds, at most a week: of real time, also where the clocks change within it. */
  readonly duration: number;
}

export interface Window {
  readonly timeZone: string;
  readonly periods: readonly Period[];
}

/** Milliseconds since the epoch; `to` is the first instant at which it is closed again. */
export interface Opening {
  readonly from: number;
  readonly to: number;
}

/** When work of a given length may start. */
export type Start =
  /** Now; the window closes at `closes`, or later than anybody looked. */
  | { readonly kind: 'Now'; readonly closes: number }
  /** `closes`: it is open now, and closes too soon. */
  | { readonly kind: 'Later'; readonly at: number; readonly closes: number | undefined }
  /** In a whole year no opening is long enough. `longest` in milliseconds, 0 when it does not open at all. */
  | { readonly kind: 'Never'; readonly longest: number };

const WEEKDAYS: readonly Weekday[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A period begins at least once a week, and lasts a week at most; the day more is for what zones are apart. */
const WEEK = 8 * DAY;
/** How far is looked for an opening that is long enough: each change of the clocks comes within it. */
const YEAR = 53 * 7 * DAY;

/**
 * The times at which the window is open, those that overlap or touch being one: disjoint, in order, and no two of them touch.
 * @param from  milliseconds since the epoch, as `until`: the openings that are open at some instant in between are given, whole
 * Caveat: of one that began more than eight days before `from` the beginning is not told, nor the end of one that lasts over eight days after `until`; windows
 * that never close are such.
 */
export function openings(window: Window, from: number, until: number): readonly Opening[] {
  const zone = IANAZone.create(window.timeZone);
  const begins: Opening[] = [];
  for (let day = startOfDay(from - WEEK); day <= until + WEEK; day += DAY) {
    const periods = window.periods.filter(({ days }) => days.includes(WEEKDAYS[new Date(day).getUTCDay()]!));
    const offsets = periods.length === 0 ? undefined : offsetsAround(zone, day);
    for (const { start, duration } of periods) {
      const at = instantOf(zone, day + timeOfDay(start), offsets!);
      begins.push({ from: at, to: at + duration });
    }
  }
  return merged(begins).filter((opening) => opening.from < until && from < opening.to);
}

/** @returns undefined when open at `now` (milliseconds since the epoch), else when it opens next; `Infinity` when it never does */
export function closedUntil(window: Window, now: number): number | undefined {
  const [first] = openings(window, now, now + WEEK);
  if (first === undefined) return Infinity;
  return first.from <= now ? undefined : first.from;
}

/** @param need  milliseconds that the work takes; it must end inside the opening it starts in */
export function startFor(window: Window, need: number, now: number): Start {
  const soon = firstFit(openings(window, now, now + need + WEEK), need, now);
  if (soon !== undefined) return soon;
  const all = openings(window, now, now + YEAR);
  return firstFit(all, need, now) ?? { kind: 'Never', longest: Math.max(0, ...all.map(({ from, to }) => to - from)) };
}

function firstFit(all: readonly Opening[], need: number, now: number): Start | undefined {
  const fitting = all.find(({ from, to }) => to - Math.max(from, now) >= need);
  if (fitting === undefined) return undefined;
  if (fitting.from <= now) return { kind: 'Now', closes: fitting.to };
  return { kind: 'Later', at: fitting.from, closes: all.find(({ from }) => from <= now)?.to };
}

function merged(all: readonly Opening[]): readonly Opening[] {
  const inOrder = [...all].sort((one, other) => one.from - other.from);
  const result: Opening[] = [];
  for (const opening of inOrder) {
    const last = result.at(-1);
    if (last === undefined || opening.from > last.to) result.push(opening);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, opening.to) };
  }
  return result;
}

function startOfDay(instant: number): number {
  return Math.floor(instant / DAY) * DAY;
}

function timeOfDay(start: string): number {
  const [hour = 0, minute = 0] = start.split(':').map(Number);
  return (hour * 60 + minute) * MINUTE;
}

/** What the zone is ahead of UTC before and after a calendar day, in milliseconds; they differ where the clocks change on it or next to it. */
interface Offsets {
  readonly before: number;
  readonly after: number;
}

function offsetsAround(zone: IANAZone, day: number): Offsets {
  return { before: zone.offset(day - DAY) * MINUTE, after: zone.offset(day + 2 * DAY) * MINUTE };
}

/**
 * The instant of a local time, as RFC 5545 (3.3.5) reads it: a time that comes twice is the first one, a time that is skipped is read with the clock of before,
 * so that 02:30 on the day on which 02:00 becomes 03:00 is 03:30.
 * @param local  the local time as if it were UTC
 */
function instantOf(zone: IANAZone, local: number, { before, after }: Offsets): number {
  const early = local - before;
  if (before === after || zone.offset(early) * MINUTE === before) return early;
  const late = local - after;
  return zone.offset(late) * MINUTE === after ? late : early;
}
