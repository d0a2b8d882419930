// Every hop the catalogue knows, walked by a small pool; and pools of every size a rack usually has. What the planner offers and the simulated installers
// accept are two tables, so a mistake in one of them shows here. Every release is left once and reached once; walking all pairs would take a minute.
import { expect } from 'chai';
import { type Edge, edges } from '../../src/plan/catalogue';
import { printRelease } from '../../src/plan/release';
import { expectSuccess, judged, simulate } from './rig';

const OF_POOLS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11'];

/** A hop is taken when it leaves or reaches a release that no hop before it did. */
function sample(): readonly Edge[] {
  const seen = new Set<string>();
  const isNew = (name: string): boolean => !seen.has(name) && seen.add(name).has(name);
  const walkable = edges.filter(({ kind }) => kind !== 'refused');
  return walkable.filter(({ brand, from, to }) => {
    const names = [`from ${brand} ${from}`, `to ${printRelease(to)}`];
    return names.map(isNew).includes(true) && names[0] !== `from ${printRelease(to)}`;
  });
}

describe('a made pool of two hosts', () => {
  for (const { brand, from, to } of sample()) {
    const release = { brand, version: from };
    it(`goes from ${brand} ${from} to ${printRelease(to)}`, async () => {
      const run = await simulate({ pool: { release }, target: to });
      expectSuccess(run);
      expect(run.report.hosts.map((host) => [host.from, host.to])).to.deep.equal([
        [from, to.version],
        [from, to.version],
      ]);
      for (const id of OF_POOLS) expect(judged(run, id), `${id} was never judged`).to.be.greaterThan(0);
    });
  }
});

describe('a made pool', () => {
  for (const hosts of [1, 3, 5, 8]) {
    it(`of ${hosts} hosts is upgraded and every VM is served again`, async () => {
      const run = await simulate({ pool: { hosts, vms: 3 * hosts } });
      expectSuccess(run);
      expect(run.report.hosts.map(({ attempts }) => attempts)).to.deep.equal(run.report.hosts.map(() => 1));
      for (const id of OF_POOLS.filter((name) => hosts > 1 || name !== 'I5'))
        expect(judged(run, id), `${id} was never judged`).to.be.greaterThan(0);
    });
  }

  it('without any guest is upgraded as well', async () => {
    const run = await simulate({ pool: { hosts: 2, vms: 0 } });
    expectSuccess(run);
    expect(run.report.vms.runningBefore).to.equal(0);
  });
});
