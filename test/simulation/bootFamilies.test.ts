// A whole upgrade by the virtual media of every family of BMC that the simulator plays, each with its own ways and faults.
import { expect } from 'chai';
import { BMC_FAMILIES } from '../../src/simulator/bmc/profiles';
import { attemptsOf, boot, disturbances, fromImage, HOSTS, leftAtBmcs, withBmc } from './boots';
import { expectEnd, expectSuccess } from './rig';

/** Those that a plain HTTP server of images is of no use to, or that have no virtual drive to be used: the run says so before anything stops. */
const UNFIT: Readonly<Record<string, string>> = {
  'dell-idrac8': 'BootNotOffered',
  openbmc: 'MediaSchemeNotOffered',
  'fujitsu-irmc-s4': 'MediaNotOffered',
  'huawei-ibmc-old': 'MediaSchemeNotOffered',
};

describe('an upgrade by virtual media', () => {
  for (const bmcs of BMC_FAMILIES)
    it(`${UNFIT[bmcs] === undefined ? 'succeeds' : `stops with ${UNFIT[bmcs]}`} with BMCs of the family ${bmcs}`, async () => {
      const run = await boot({ bootMethod: 'VirtualMedia', firmware: 'UEFI', bmcs });
      if (UNFIT[bmcs] === undefined) expectSuccess(run);
      else {
        expectEnd(run, 'Refused', UNFIT[bmcs]!);
        expect(attemptsOf(run)).to.deep.equal([0, 0]);
        expect(disturbances(run)).to.deep.equal([]);
      }
      expect(run.report.invariants.violated).to.deep.equal([]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

  it('succeeds with BMCs that take https alone, where they reach the boot server so', async () => {
    const boots = { method: 'VirtualMedia', firmware: 'UEFI', serverURLs: { bmcs: 'https://boot.rehearsal.invalid:8443' } };
    const spec = { ...fromImage('VirtualMedia'), boot: boots, hosts: HOSTS.map((name) => withBmc(name)) };
    expectSuccess(await boot({ spec, bmcs: 'openbmc', firmware: 'UEFI' }));
  });
});
