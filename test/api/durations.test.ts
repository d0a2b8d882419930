import { expect } from 'chai';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/api/durations';

describe('durations', () => {
  it('are numbers with a unit, added up, in milliseconds', () => {
    expect(['0s', '90s', '10m', '2h', '1h30m', '1m1m'].map(parseDuration)).to.deep.equal([
      0, 90_000, 600_000, 7_200_000, 5_400_000, 120_000,
    ]);
  });

  it('that are none are refused by name', () => {
    for (const bad of ['', '10', 'm', '1d', '1.5h', '-1m', ' 10m', '10 m', '10m\n', '10M'])
      expect(() => parseDuration(bad), bad).to.throw(RangeError, JSON.stringify(bad).slice(1, 2));
    expect(() => parseDuration('1d')).to.throw(
      '"1d" is not a duration; expected whole numbers with s, m or h, such as 90s, 10m or 1h30m',
    );
    expect(() => parseDuration('8761h')).to.throw('longer than a year');
  });

  it('are written in the shortest way that reads back', () => {
    expect([0, 999, 1000, 60_000, 5_400_000, 3_661_000].map(formatDuration)).to.deep.equal([
      '0s',
      '0s',
      '1s',
      '1m',
      '1h30m',
      '1h1m1s',
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 31_536_000 }),
        (seconds) => parseDuration(formatDuration(seconds * 1000)) === seconds * 1000,
      ),
    );
  });
});
