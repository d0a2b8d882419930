// A machine starts the vendor's own image, as a BMC may have kept it, or as another server of the network may give it: nobody answers its installer, and nobody may
// switch it off, because a person may be about to. A person is asked to look, boots it rightly, and the run goes on.
import { expect } from 'chai';
import { boot, leftAtBmcs, toldOf } from './boots';
import { expectSuccess, tellRun } from './rig';

for (const bootMethod of ['VirtualMedia', 'PXE'] as const) {
  describe(`a machine that by ${bootMethod} starts an image that is not ours`, () => {
    for (const [at, host] of [
      ['master', 'xs-01'],
      ['member', 'xs-02'],
    ] as const)
      it(`as ${at} is left to a person, who boots it rightly, and the run goes on`, async () => {
        const run = await boot({ bootMethod, firmware: 'UEFI', faults: [`medium-untouched@${at}`] });
        expectSuccess(run);
        expect(toldOf(run, host, /phase AwaitingOperator/), tellRun(run)).to.have.length(1);
        expect(toldOf(run, host, /installer of .*: waits/)).to.have.length(1);
        // Once into that installer; what came after was the person's hand.
        expect(toldOf(run, host, /power \(/)).to.deep.equal(['its BMC: power (On)']);
        expect(leftAtBmcs(run)).to.deep.equal([]);
      });

    it('stands as it is while nobody comes', async () => {
      const run = await boot({ bootMethod, faults: ['medium-untouched@master'], operator: false });
      expect(`${run.report.outcome} ${run.report.reason}`, tellRun(run)).to.equal('Halted BootInstaller');
      expect(toldOf(run, 'xs-01', /power \(/)).to.deep.equal(['its BMC: power (On)']);
      expect(run.report.hosts[0]?.phase).to.equal('AwaitingOperator');
      expect(run.report.invariants.violated).to.deep.equal([]);
    });
  });
}
