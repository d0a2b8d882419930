// A whole upgrade by the virtual media of every family of BMC that the simulator plays, each with its own ways and faults.
import { expect } from 'chai';
import { BMC_FAMILIES } from '../../src/simulator/bmc/profiles';
import { boot, leftAtBmcs } from './boots';
import { expectSuccess } from './rig';

/** Those that a plain HTTP server of images is of no use to, or that have no virtual drive to be used: the run says so, and nothing was taken down for it. */
const UNFIT: Readonly<Record<string, string>> = {
  'dell-idrac8': 'BootNotOffered',
  openbmc: 'MediaNotInserted',
  'fujitsu-irmc-s4': 'MediaNotOffered',
  'huawei-ibmc-old': 'MediaNotInserted',
};

describe('an upgrade by virtual media', () => {
  for (const bmcs of BMC_FAMILIES)
    it(`${UNFIT[bmcs] === undefined ? 'succeeds' : `stops with ${UNFIT[bmcs]}`} with BMCs of the family ${bmcs}`, async () => {
      const run = await boot({ bootMethod: 'VirtualMedia', firmware: 'UEFI', bmcs });
      if (UNFIT[bmcs] === undefined) expectSuccess(run);
      else expect(run.report.reason).to.equal(UNFIT[bmcs]);
      expect(run.report.invariants.violated).to.deep.equal([]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });
});
