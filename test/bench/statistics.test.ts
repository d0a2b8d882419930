import { expect } from 'chai';
import fc from 'fast-check';
import { median, quantile } from '../../bench/clients/statistics';

describe('the statistics of the benches', () => {
  it('know the middle of laps in any order', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([7])).to.equal(7);
  });

  it('take a quantile between the two nearest values, in proportion', () => {
    expect(quantile([0, 10], 0.99)).to.be.closeTo(9.9, 1e-9);
    expect(quantile([5, 1, 3], 1)).to.equal(5);
  });

  it('never leave what was measured, grow with the share, and change no list', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (list, one, other) => {
        const before = [...list];
        const [low, high] = [quantile(list, Math.min(one, other)), quantile(list, Math.max(one, other))];
        expect(low).to.be.at.least(Math.min(...list));
        expect(high).to.be.at.most(Math.max(...list) + 1e-9);
        expect(low).to.be.at.most(high + 1e-9);
        expect(list).to.deep.equal(before);
      }),
    );
  });
});
