import { expect } from 'chai';
import fc from 'fast-check';
import { wallTime } from '../../../src/foundation/pacedClock';
import { beginning, goOn, TimeError } from '../../../src/simulator/servers/worldTime';

const REAL = Date.parse('2026-03-01T20:00:00Z');
const paces = fc.constantFrom(0.001, 0.5, 2, 60, 1_000, 999_999);

describe('the time of a pool that is taken up', () => {
  it('goes on from where it stood, and an anchor in whole milliseconds says it', () => {
    fc.assert(
      fc.property(paces, fc.double({ min: -1e10, max: 1e10, noNaN: true }), (pace, away) => {
        const stood = REAL + away;
        const { now, anchor } = goOn({ pace, from: undefined, stood, real: REAL });
        expect(anchor!.from % 1).to.equal(0);
        expect(now).to.be.within(stood, stood + pace + 1);
        expect(wallTime(anchor!, REAL)).to.be.closeTo(now, 0.01);
        expect(wallTime(anchor!, REAL + 1_000) - now).to.be.closeTo(pace * 1_000, 0.01);
      }),
      { examples: [[999_999, 0.009887695312500002]] },
    );
  });

  it('is where the anchor says that it is, if it was given', () => {
    const from = REAL - 10_000;
    expect(beginning(60, from, REAL)).to.equal(REAL + 590_000);
    expect(goOn({ pace: 60, from, stood: REAL, real: REAL })).to.deep.equal({ now: REAL + 590_000, anchor: { pace: 60, from } });
    expect(beginning(60, undefined, REAL)).to.equal(REAL);
  });

  it('does not go back', () => {
    const asked = { pace: 60, from: REAL - 10_000, stood: REAL + 600_000, real: REAL };
    expect(() => goOn(asked)).to.throw(
      TimeError,
      /would be 2026-03-01T20:09:50.000Z in the pool, where it was 2026-03-01T20:10:00.000Z/,
    );
  });

  it('stands at pace 0, and at pace 1 goes beside real time, of which no anchor tells', () => {
    for (const pace of [0, 1])
      expect(goOn({ pace, from: undefined, stood: REAL - 5_000, real: REAL })).to.deep.equal({
        now: REAL - 5_000,
        anchor: undefined,
      });
  });
});
