// A whole upgrade by the virtual media of every family of BMC that the simulator plays, each with its own ways and faults.
import { expect } from 'chai';
import { BMC_FAMILIES } from '../../src/simulator/bmc/profiles';
import { boot, leftAtBmcs } from './boots';
import { expectSuccess } from './rig';

describe('an upgrade by virtual media', () => {
  for (const bmcs of BMC_FAMILIES)
    it(`succeeds with BMCs of the family ${bmcs}`, async () => {
      const run = await boot({ bootMethod: 'VirtualMedia', firmware: 'UEFI', bmcs });
      expectSuccess(run);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });
});
