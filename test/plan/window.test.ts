import { expect } from 'chai';
import fc from 'fast-check';
import { closedUntil, type Period, type Weekday, type Window } from '../../src/plan/window';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const nightly = (timeZone: string, days: readonly Weekday[], start: string, hours: number): Window => ({
  timeZone,
  periods: [{ days, start, duration: hours * HOUR }],
});
/** `open`, or the instant at which it opens next. */
function ask(window: Window, now: string): string {
  const until = closedUntil(window, at(now));
  if (until === undefined) return 'open';
  return Number.isFinite(until) ? new Date(until).toISOString() : 'never';
}

describe('a maintenance window', () => {
  it('is open from its start to just before its end, over midnight', () => {
    const window = nightly('UTC', ['Sat'], '22:00', 8);
    expect(ask(window, '2026-01-10T21:59:59.999Z')).to.equal('2026-01-10T22:00:00.000Z');
    expect(ask(window, '2026-01-10T22:00:00Z')).to.equal('open');
    expect(ask(window, '2026-01-11T05:59:59.999Z')).to.equal('open');
    expect(ask(window, '2026-01-11T06:00:00Z')).to.equal('2026-01-17T22:00:00.000Z');
  });

  it('follows the time of its zone, winter and summer', () => {
    const zurich = nightly('Europe/Zurich', ['Wed'], '22:00', 4);
    expect(ask(zurich, '2026-01-12T00:00:00Z')).to.equal('2026-01-14T21:00:00.000Z');
    expect(ask(zurich, '2026-07-13T00:00:00Z')).to.equal('2026-07-15T20:00:00.000Z');
    const adelaide = nightly('Australia/Adelaide', ['Mon'], '01:00', 2);
    expect(ask(adelaide, '2026-01-10T00:00:00Z'), 'southern summer, UTC+10:30, the day before in UTC').to.equal(
      '2026-01-11T14:30:00.000Z',
    );
    const kathmandu = nightly('Asia/Kathmandu', ['Fri'], '00:15', 1);
    expect(ask(kathmandu, '2026-03-01T00:00:00Z')).to.equal('2026-03-05T18:30:00.000Z');
  });

  it('lasts as long as it says when the clocks change within it', () => {
    const spring = nightly('Europe/Zurich', ['Sat'], '22:00', 8);
    expect(ask(spring, '2026-03-29T04:59:00Z'), 'from 21:00Z, eight hours').to.equal('open');
    expect(ask(spring, '2026-03-29T05:00:00Z')).to.equal('2026-04-04T20:00:00.000Z');
    const autumn = nightly('America/New_York', ['Sun'], '00:00', 4);
    expect(ask(autumn, '2026-11-01T07:59:00Z'), 'from 04:00Z, four hours').to.equal('open');
    expect(ask(autumn, '2026-11-01T08:00:00Z')).to.equal('2026-11-08T05:00:00.000Z');
  });

  it('opens on the day it names even when that day has no such hour, or has it twice', () => {
    const skipped = nightly('America/New_York', ['Sun'], '02:30', 1);
    expect(ask(skipped, '2026-03-07T12:00:00Z'), '02:30 does not exist on 8 March').to.match(/^2026-03-08T0[67]:30/);
    const twice = nightly('America/New_York', ['Sun'], '01:30', 1);
    expect(ask(twice, '2026-10-31T12:00:00Z'), '01:30 comes twice on 1 November').to.match(/^2026-11-01T0[56]:30/);
  });

  it('never opens without a day', () => {
    expect(ask(nightly('UTC', [], '22:00', 8), '2026-01-10T22:00:00Z')).to.equal('never');
    expect(ask({ timeZone: 'UTC', periods: [] }, '2026-01-10T22:00:00Z')).to.equal('never');
  });

  it('of a whole week every week never closes', () => {
    const always = nightly('Europe/Zurich', ['Mon'], '00:00', 24 * 7 + 1);
    fc.assert(
      fc.property(fc.nat(8_760), (hours) => closedUntil(always, at('2026-01-01T00:00:00Z') + hours * HOUR) === undefined),
    );
  });

  it('is open at the instant it says it opens, and closed at every one before', () => {
    const day = fc.constantFrom<Weekday>('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
    const period: fc.Arbitrary<Period> = fc.record({
      days: fc.uniqueArray(day, { minLength: 1, maxLength: 2 }),
      start: fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
      duration: fc.integer({ min: 1, max: 40 }).map((hours) => hours * HOUR),
    });
    const zone = fc.constantFrom('Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
    fc.assert(
      fc.property(
        zone,
        fc.array(period, { minLength: 1, maxLength: 3 }),
        fc.nat(8_760),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (timeZone, periods, hours, share) => {
          const now = at('2026-01-01T00:00:00Z') + hours * HOUR;
          const opens = closedUntil({ timeZone, periods }, now);
          if (opens === undefined) return;
          expect(opens)
            .to.be.greaterThan(now)
            .and.at.most(now + 8 * 24 * HOUR);
          expect(closedUntil({ timeZone, periods }, opens)).to.equal(undefined);
          expect(closedUntil({ timeZone, periods }, Math.floor(now + share * (opens - now)))).to.equal(opens);
        },
      ),
      { numRuns: 60 },
    );
  });
});
