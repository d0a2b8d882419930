import { expect } from 'chai';
import { forecast } from '../../src/demo/forecast';
import { at, BEGAN, host, sight } from './sights';

describe('the forecast of the demo', () => {
  const of = (seconds: number, ...hosts: Parameters<typeof host>[]): ReturnType<typeof forecast> =>
    forecast(sight(seconds, { hosts: hosts.map((one) => host(...one)) }).object, BEGAN + seconds * 1_000);

  it('grows while a host is in a phase, and from phase to phase', () => {
    const shares = [
      of(10, ['xs-01', 'Draining', { since: at(0) }]),
      of(80, ['xs-01', 'Draining', { since: at(0) }]),
      of(100, ['xs-01', 'Installing', { since: at(100) }]),
      of(900, ['xs-01', 'Installing', { since: at(100) }]),
      of(1_500, ['xs-01', 'Restoring', { since: at(1_500) }]),
      of(1_600, ['xs-01', 'Upgraded']),
    ].map(({ share }) => share);
    expect([...shares].sort((a, b) => a - b)).to.deep.equal(shares);
    expect(new Set(shares).size).to.equal(shares.length);
    expect(shares.at(-1)).to.equal(1);
  });

  it('has a host that waits for a person stand between leaving and its installer', () => {
    const [leaving, waiting, installing] = (['Leaving', 'AwaitingOperator', 'Installing'] as const).map(
      (phase) => of(99_999, ['xs-01', phase, { since: at(phase === 'Installing' ? 99_999 : 0) }]).share,
    );
    expect(waiting).to.be.greaterThan(leaving!).and.equal(installing);
  });

  it('does not take a phase that lasts for one that is over', () => {
    const late = of(1_000_000, ['xs-01', 'Installing', { since: at(0) }]).share;
    expect(late).to.be.lessThan(of(0, ['xs-01', 'Rejoining', { since: at(0) }]).share);
  });

  it('learns from the hosts that are done', () => {
    const pending = ['xs-02', 'Pending'] as const;
    const slow = of(9_000, ['xs-01', 'Upgraded', { startedAt: at(0), finishedAt: at(9_000) }], [...pending]);
    const quick = of(900, ['xs-01', 'Upgraded', { startedAt: at(0), finishedAt: at(900) }], [...pending]);
    expect(slow.left).to.be.closeTo(9_000_000, 1);
    expect(quick.left).to.be.closeTo(900_000, 1);
  });

  it('says nothing of what nobody can tell', () => {
    expect(forecast(undefined, 0)).to.deep.equal({ shares: new Map(), share: 0, left: undefined });
    expect(forecast(sight(0, { phase: 'Halted', hosts: [host('xs-01', 'Failed')] }).object, BEGAN).left).to.equal(undefined);
  });
});
