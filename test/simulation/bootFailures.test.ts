// The installer that a machine booted by its BMC gives up: before it has touched anything, and after the point of no return; on the master and on a member. What
// the boot server saw decides what may be done, and is told to whoever has to look.
import { expect } from 'chai';
import { attemptsOf, boot, leftAtBmcs, toldOf } from './boots';
import { expectEnd, expectSuccess, expectUnbroken, judged, tellRun } from './rig';

const WAYS = [
  { bootMethod: 'VirtualMedia', firmware: 'BIOS' },
  { bootMethod: 'PXE', firmware: 'UEFI' },
] as const;

for (const given of WAYS) {
  describe(`an installer booted by ${given.bootMethod} in ${given.firmware} mode that fails`, () => {
    it('at the master before its backup halts, and the pool is served by the old system', async () => {
      const run = await boot({ ...given, faults: ['installer-fails@master'] });
      expectEnd(run, 'Halted', 'MasterOnOldVersion');
      expect(attemptsOf(run)).to.deep.equal([1, 0]);
      expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
      expect(toldOf(run, 'xs-02', /told to go|installer|override|power/)).to.deep.equal([]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
      expect(judged(run, 'I4')).to.be.greaterThan(0);
    });

    it('at the master after the point of no return halts, touches nothing more, and says on which side it is', async () => {
      const run = await boot({ ...given, faults: ['installer-fails@master:stage=after-format'] });
      expectEnd(run, 'Halted', 'MasterUnknown');
      expect(run.report.message).to.include('its installer is past the point of no return: packages were fetched');
      expect(toldOf(run, 'xs-01', /by .*BMC|power \(/)).to.deep.equal(['its BMC: power (On)']);
      expect(toldOf(run, 'xs-02', /told to go|installer|override|power/)).to.deep.equal([]);
    });

    it('at a member before its backup is tried once more and succeeds', async () => {
      const run = await boot({ ...given, faults: ['installer-fails@member'] });
      expectSuccess(run);
      expect(attemptsOf(run)).to.deep.equal([1, 2]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    it('at a member after the point of no return is left to a person, and not tried again', async () => {
      const run = await boot({ ...given, faults: ['installer-fails@member:stage=after-format'] });
      expectEnd(run, 'Halted', 'MemberUnknown');
      expect(run.report.message).to.include('past the point of no return');
      expect(attemptsOf(run)).to.deep.equal([1, 1]);
    });

    it('at a member every time halts after the last attempt allowed', async () => {
      const run = await boot({ ...given, faults: ['installer-fails@member:times=3'] });
      expectUnbroken(run);
      expect(run.report.outcome, tellRun(run)).to.equal('Halted');
      expect(attemptsOf(run)).to.deep.equal([1, 3]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    for (const [fault, reason] of [
      ['host-never-returns@master', 'MasterUnknown'],
      ['host-never-returns@member', 'MemberUnknown'],
    ] as const)
      it(`and is done, but whose system does not boot (${fault}) is left to a person`, async () => {
        const run = await boot({ ...given, faults: [fault] });
        expectEnd(run, 'Halted', reason);
        expect(run.report.message).to.include('the installer told that it has succeeded');
      });
  });
}
