// An upgrade that fails in each stage of the installer, by each way of booting it, on the master and on a member: before anything is changed, with the old system
// gone, and done with a new system that does not come up. Staged and Manual in BIOS mode are in `failures`, virtual media in BIOS mode and PXE in UEFI mode in
// `bootFailures`. By Manual a lost host is waited for a whole day, whatever its mode: that long wait is gone through in `failures` alone.
import { expect } from 'chai';
import { attemptsOf, boot, FROM, leftAtBmcs, toldOf } from './boots';
import { expectEnd, expectSuccess, tellRun } from './rig';

const WAYS = [
  { bootMethod: 'Staged', firmware: 'UEFI' },
  { bootMethod: 'Manual', firmware: 'UEFI' },
  { bootMethod: 'VirtualMedia', firmware: 'UEFI' },
  { bootMethod: 'PXE', firmware: 'BIOS' },
] as const;

const LOST = [
  { stage: 'after the point of no return', fault: (at: string): string => `installer-fails@${at}:stage=after-format` },
  { stage: 'after its end', fault: (at: string): string => `host-never-returns@${at}` },
] as const;

for (const way of WAYS)
  describe(`an upgrade by ${way.bootMethod} of machines that boot in ${way.firmware} mode that fails`, () => {
    const fail = (fault: string): ReturnType<typeof boot> =>
      boot({ ...way, pool: { hosts: 2, vms: 2, release: FROM }, faults: [fault] });

    it('before its backup at the master halts, served by the old system', async () => {
      const run = await fail('installer-fails@master');
      expectEnd(run, 'Halted', 'MasterOnOldVersion');
      expect(attemptsOf(run)).to.deep.equal([1, 0]);
      expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    it('before its backup at a member is tried once more and succeeds', async () => {
      const run = await fail('installer-fails@member');
      expectSuccess(run);
      expect(attemptsOf(run)).to.deep.equal([1, 2]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    for (const { stage, fault } of way.bootMethod === 'Manual' ? [] : LOST) {
      it(`${stage} at the master halts, and no member is touched`, async () => {
        const run = await fail(fault('master'));
        expectEnd(run, 'Halted', 'MasterUnknown');
        expect(run.report.message).to.match(
          /choose to restore the backup of 8\.2\.1 .*; if there is none, install 8\.2\.1 afresh/,
        );
        expect(attemptsOf(run)).to.deep.equal([1, 0]);
        expect(toldOf(run, 'xs-02', /told to go|installer|override|power/)).to.deep.equal([]);
      });

      it(`${stage} at a member halts, and is not tried again`, async () => {
        const run = await fail(fault('member'));
        expectEnd(run, 'Halted', 'MemberUnknown');
        expect(attemptsOf(run)).to.deep.equal([1, 1]);
        expect(run.report.hosts[0]?.phase).to.equal('Upgraded');
      });
    }
  });
