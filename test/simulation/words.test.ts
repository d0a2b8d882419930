import { expect } from 'chai';
import { expectEnd, expectSuccess, judged, simulate, tellRun } from './rig';

describe('a person who speaks to a run that halted', () => {
  it('lets the master be upgraded again by retry, and the pool gets there', async () => {
    const run = await simulate({ faults: ['installer-fails@master'], say: ['retry'] });
    expectSuccess(run);
    expect(judged(run, 'I4')).to.be.greaterThan(0);
    expect(run.report.timeline.map(({ event }) => event)).to.include('phase Halted');
  });

  it('gives a member that used up its attempts new ones by retry', async () => {
    const run = await simulate({ faults: ['installer-fails@member:times=3'], say: ['retry'] });
    expectSuccess(run);
  });

  it('leaves a member out by skip: the others are upgraded, and the run says what is still to be done', async () => {
    const run = await simulate({ pool: { hosts: 3 }, faults: ['installer-fails@member:times=3'], say: ['skip'] });
    expectEnd(run, 'Halted', 'Skipped');
    const left = run.report.hosts.filter(({ from, to }) => from === to);
    expect(
      left.map(({ role }) => role),
      tellRun(run),
    ).to.deep.equal(['member']);
    expect(run.report.vms.runningAfter + run.report.vms.notRestored.length).to.equal(run.report.vms.runningBefore);
  });

  it('takes up later what was skipped', async () => {
    const run = await simulate({ pool: { hosts: 3 }, faults: ['installer-fails@member:times=3'], say: ['skip', 'retry'] });
    expectSuccess(run);
  });

  it('is refused by name where the word cannot be followed, and heard again with another one', async () => {
    const run = await simulate({ faults: ['installer-fails@master'], say: ['resume', 'skip', 'retry'] });
    expectSuccess(run);
  });
});
