import { expect } from 'chai';
import fc from 'fast-check';
import { integer, type Random, seededRandom, uuid } from '../../src/foundation/random';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('the seeded random source', () => {
  it('gives the same numbers for the same seed, others for another, all in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, other) => {
        const numbers = draw(seededRandom(seed), 20);
        expect(draw(seededRandom(seed), 20)).to.deep.equal(numbers);
        expect(numbers.every((number) => number >= 0 && number < 1)).to.equal(true);
        fc.pre(seed >>> 0 !== other >>> 0);
        expect(draw(seededRandom(other), 20)).not.to.deep.equal(numbers);
      }),
    );
  });

  it('spreads over the whole range', () => {
    const buckets = new Array<number>(10).fill(0);
    for (const number of draw(seededRandom(11), 10_000)) buckets[Math.floor(number * 10)]!++;
    for (const count of buckets) expect(count).to.be.within(850, 1_150);
  });

  it('draws integers that include both ends and nothing beyond', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 5 }), (seed, low, width) => {
        const random = seededRandom(seed);
        const drawn = new Set(Array.from({ length: 400 }, () => integer(random, low, low + width)));
        const whole = Array.from({ length: width + 1 }, (_, step) => low + step);
        expect([...drawn].sort((a, b) => a - b)).to.deep.equal(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('makes version-4 uuids of the standard variant, no two alike', () => {
    const random = seededRandom(3);
    const made = Array.from({ length: 500 }, () => uuid(random));
    for (const text of made) expect(text).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).to.equal(made.length);
    expect(new Set(made.map((text) => text[19])).size, 'all four variants').to.equal(4);
  });
});
