// From XenServer to XCP-ng of the same number: only the brand tells the new system from the old one.
import { expect } from 'chai';
import { performRun } from '../../src/rehearsal/run';
import { mustBeReady, XCP, XS } from './rig';

const shape = { pool: { hosts: 2, vms: 4, release: XS('8.2.1') }, target: XCP('8.2.1') };

describe('a cross-grade between equal version numbers', () => {
  it('succeeds', async () => {
    const { report, stage } = await performRun(mustBeReady(shape));
    expect(report.outcome, report.message).to.equal('Succeeded');
    for (const machine of stage.world.machines.values()) expect(machine.disk.system).to.deep.include({ brand: 'XCP-ng' });
    expect(report.invariants.violated).to.deep.equal([]);
  });

  it('takes a master that comes back in its old system for what it is', async () => {
    const { report } = await performRun(mustBeReady({ ...shape, faults: ['installer-fails@master'] }));
    expect(report.reason, report.message).to.equal('MasterOnOldVersion');
    expect(report.invariants.violated).to.deep.equal([]);
  });
});
