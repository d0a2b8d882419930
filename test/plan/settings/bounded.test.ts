import { expect } from 'chai';
import { bounded, boundedForHost, countVerdicts, type Difference } from '../../../src/plan/settings';

const many = (count: number, verdict: Difference['verdict']): readonly Difference[] =>
  Array.from({ length: count }, (_, index) => ({
    path: `${verdict} ${String(index).padStart(4, '0')}/x`,
    before: 'b'.repeat(5000),
    after: 'a',
    verdict,
    reason: 'it is so',
  }));

describe('what status lists of differences', () => {
  it('is the hardest of them, in order, each text cut', () => {
    const all = [...many(100, 'expected'), ...many(3, 'hard'), ...many(30, 'look')];
    const kept = bounded(all, 40);
    expect(countVerdicts(kept)).to.deep.equal({ expected: 7, harmless: 0, look: 30, hard: 3 });
    expect(kept.map(({ path }) => path)).to.deep.equal(
      all.filter(({ path }) => kept.some((entry) => entry.path === path)).map(({ path }) => path),
    );
    expect(Math.max(...kept.map(({ before }) => before.length))).to.be.below(320);
  });

  it('is all of it where there is little', () => {
    const few = many(3, 'look');
    expect(boundedForHost(few, 3).map(({ path }) => path)).to.deep.equal(few.map(({ path }) => path));
  });

  it('stays far below what an object may weigh, even of 64 hosts with nothing but differences', () => {
    const worst = Array.from({ length: 64 }, () => boundedForHost(many(1000, 'look'), 64));
    expect(JSON.stringify(worst).length).to.be.below(400_000);
    expect(worst[0]!.length).to.be.above(4);
  });
});
