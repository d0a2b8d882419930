// Every family of BMCs in front of a simulated host: what its driver can have it do ends in an upgraded host, in either mode of the firmware.
import { expect } from 'chai';
import { PROFILES } from '../../../src/simulator/bmc/profiles';
import { never } from '../../boot/media/made/bytesSource';
import { NEW, Site } from './site';

/** Some take no image over HTTP at all, or none that the machine boots from. */
const BY_NETWORK: ReadonlySet<string> = new Set(['dell-idrac8', 'openbmc', 'fujitsu-irmc-s4', 'huawei-ibmc-old']);

describe('a host behind a BMC', () => {
  for (const { id } of PROFILES) {
    for (const firmware of ['BIOS', 'UEFI'] as const) {
      const target = BY_NETWORK.has(id) ? 'Pxe' : 'Cd';
      it(`of ${id} is upgraded from ${target} in ${firmware} mode`, async () => {
        const site = new Site({ profile: id, firmware });
        const { bootOnce } = await site.run(site.driver().probe(never));
        await site.bootOnce(target, bootOnce.modes.includes(firmware) ? firmware : undefined);
        expect(site.machine().disk.system, site.details.join(', ')).to.deep.equal(NEW);
      });
    }
  }
});
