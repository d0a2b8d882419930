import { expect } from 'chai';
import fc from 'fast-check';
import { closedUntil, openings, type Period, startFor, type Weekday, type Window } from '../../src/plan/window';
import { type ClockChange, clockChanges, MINUTE, ZONES } from './clockChanges';

const SEED = 20_260_329;
/** Days looked at on either side of a change; a period that matters there begins at most two days earlier. */
const DAYS = 5;
const HOUR = 60;

const changes = ZONES.flatMap((zone) => clockChanges(zone, 2026, DAYS));
const anyChange = fc.constantFrom(...changes);
const anyDay = fc.constantFrom<Weekday>('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
const clock = (time: number): string => `${pad(Math.floor(time / 60))}:${pad(time % 60)}`;
const pad = (number: number): string => String(number).padStart(2, '0');

/** Mostly near the hours in which clocks change, and near midnight. */
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 1_439 }),
  fc.integer({ min: 0, max: 4 * HOUR }),
  fc.integer({ min: 22 * HOUR, max: 1_439 }),
);
const anyPeriod: fc.Arbitrary<Period> = fc.record({
  days: fc.uniqueArray(anyDay, { minLength: 1, maxLength: 7 }),
  start: anyTime.map(clock),
  duration: fc
    .oneof(fc.integer({ min: 1, max: 5 * HOUR }), fc.integer({ min: 1, max: 48 * HOUR }))
    .map((count) => count * MINUTE),
});
const anyPeriods = fc.array(anyPeriod, { minLength: 1, maxLength: 4 });

/** The minutes of a stretch at which the period begins: the first that shows its time, or where the clock would have got to had it not been put forward. */
function begins({ minutes }: ClockChange, { days, start }: Period): readonly number[] {
  const wanted = Number(start.slice(0, 2)) * 60 + Number(start.slice(3));
  const found: number[] = [];
  const dates = new Map(minutes.map(({ day, weekday }) => [day, weekday]));
  for (const [day, weekday] of dates) {
    if (!days.includes(weekday as Weekday)) continue;
    const exact = minutes.findIndex((minute) => minute.day === day && minute.time === wanted);
    if (exact >= 0) found.push(exact);
    else found.push(...afterGap(minutes, day * 1_440 + wanted));
  }
  return found;
}

function afterGap(minutes: ClockChange['minutes'], wanted: number): readonly number[] {
  const shown = minutes.map(({ day, time }) => day * 1_440 + time);
  const last = shown.findIndex((now, index) => now < wanted && wanted < (shown[index + 1] ?? 0));
  return last < 0 ? [] : [last + wanted - shown[last]!];
}

/** Whether the window is open, minute by minute. */
function oracle(around: ClockChange, periods: readonly Period[]): readonly boolean[] {
  const open = around.minutes.map(() => false);
  for (const period of periods)
    for (const from of begins(around, period)) open.fill(true, from, Math.min(open.length, from + period.duration / MINUTE));
  return open;
}

const windowOf = ({ zone }: ClockChange, periods: readonly Period[]): Window => ({ timeZone: zone, periods });
const instant = ({ from }: ClockChange, minute: number): number => from + minute * MINUTE;
/** Of the minutes that the oracle can speak of: two days of periods lie before them. */
const anyMinute = fc.integer({ min: 2 * 1_440 + HOUR, max: 2 * DAYS * 1_440 - 1 });

describe(`a maintenance window where the clocks change (seed ${SEED})`, () => {
  it('is tried at the changes of twenty zones and more, forward and back', () => {
    expect(new Set(changes.map(({ zone }) => zone)).size).to.be.at.least(20);
    const forward = changes.filter(({ minutes, change }) => shownAt(minutes, change) > shownAt(minutes, change - 1) + 1);
    expect(forward.length).to.be.within(15, changes.length - 15);
  });

  it('is open at exactly the minutes that the clock on the wall says', () => {
    fc.assert(
      fc.property(anyChange, anyPeriods, (around, periods) => {
        const expected = oracle(around, periods);
        const [low, high] = [2 * 1_440 + HOUR, expected.length - 1];
        const given = openings(windowOf(around, periods), instant(around, low), instant(around, high));
        const found = expected.map(() => false);
        for (const { from, to } of given)
          found.fill(true, Math.max(0, (from - around.from) / MINUTE), Math.min(found.length, (to - around.from) / MINUTE));
        expect(differing(found, expected, low, high), describePeriods(around, periods)).to.deep.equal([]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('says when it opens as the minutes do, one after another', () => {
    fc.assert(
      fc.property(anyChange, anyPeriods, fc.array(anyMinute, { minLength: 20, maxLength: 20 }), (around, periods, nows) => {
        const expected = oracle(around, periods);
        for (const now of nows) {
          const next = expected.indexOf(true, now);
          const until = closedUntil(windowOf(around, periods), instant(around, now));
          if (next === now) expect(until, describePeriods(around, periods)).to.equal(undefined);
          else if (next > now) expect(until, describePeriods(around, periods)).to.equal(instant(around, next));
          else expect(until).to.be.at.least(instant(around, expected.length));
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('opens in order, and no two openings meet or touch', () => {
    fc.assert(
      fc.property(anyChange, anyPeriods, (around, periods) => {
        const all = openings(windowOf(around, periods), around.from, instant(around, 2 * DAYS * 1_440));
        all.forEach(({ from, to }, index) => {
          expect(from).to.be.lessThan(to);
          if (index > 0) expect(from).to.be.greaterThan(all[index - 1]!.to);
        });
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('of one period lasts as long in real time as it says, on every day it names', () => {
    fc.assert(
      fc.property(anyChange, anyDay, anyTime, fc.integer({ min: 1, max: 23 * HOUR }), (around, day, time, length) => {
        const period: Period = { days: [day], start: clock(time), duration: length * MINUTE };
        const all = openings(windowOf(around, [period]), around.from, instant(around, 2 * DAYS * 1_440));
        expect(all).to.not.deep.equal([]);
        for (const { from, to } of all) expect(to - from).to.equal(length * MINUTE);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('lets work begin at the first minute from which it is open long enough', () => {
    fc.assert(
      fc.property(anyChange, anyPeriods, anyMinute, fc.integer({ min: 1, max: 6 * HOUR }), (around, periods, now, need) => {
        const expected = oracle(around, periods);
        const first = expected.findIndex((_, index) => index >= now && openFor(expected, index) >= need);
        const start = startFor(windowOf(around, periods), need * MINUTE, instant(around, now));
        if (first < 0) return;
        const at = start.kind === 'Now' ? instant(around, now) : start.kind === 'Later' ? start.at : Infinity;
        expect(at, describePeriods(around, periods)).to.equal(instant(around, first));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

function openFor(open: readonly boolean[], from: number): number {
  const closes = open.indexOf(false, from);
  return (closes < 0 ? open.length : closes) - from;
}

function shownAt(minutes: ClockChange['minutes'], index: number): number {
  const { day, time } = minutes[index]!;
  return day * 1_440 + time;
}

function differing(found: readonly boolean[], expected: readonly boolean[], low: number, high: number): readonly number[] {
  return expected.flatMap((open, index) => (index >= low && index < high && open !== found[index] ? [index] : [])).slice(0, 3);
}

function describePeriods({ zone, from }: ClockChange, periods: readonly Period[]): string {
  return `${zone} from ${new Date(from).toISOString()}: ${JSON.stringify(periods)}`;
}
