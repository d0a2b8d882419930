// A proof for every deviation of the table of dialects, by the words of the table: what the driver does about it, on a simulation that is strict about it. Without what
// the row says the driver would mostly find its way as well, by a refusal that hardware may not survive so well as a simulation does; so what goes out is looked at.
import { expect } from 'chai';
import { DIALECTS } from '../../../../src/bmc/redfish/dialects';
import { IMAGE, isOurs, patient } from '../bench';
import { IDRAC_10, IDRAC_8, IDRAC_9 } from './dell';
import { ILO_4, ILO_5 } from './hpe';
import { SUPERMICRO, XCC } from './lenovoAndSupermicro';
import { CIMC, IBMC, IBMC_OLD, IRMC, MEGARAC, NVIDIA, OPENBMC } from './others';
import { bodyOf, type Proofs, watched } from './watched';

/** By the id of the row. */
const PROOFS: Readonly<Record<string, Proofs>> = {
  'dell-idrac10': IDRAC_10,
  'dell-idrac8': IDRAC_8,
  'dell-idrac9': IDRAC_9,
  'hpe-ilo4': ILO_4,
  'hpe-ilo5': ILO_5,
  'lenovo-xcc': XCC,
  supermicro: SUPERMICRO,
  nvidia: NVIDIA,
  openbmc: OPENBMC,
  'fujitsu-irmc': IRMC,
  'huawei-ibmc-old': IBMC_OLD,
  'huawei-ibmc': IBMC,
  'cisco-cimc': CIMC,
  'ami-megarac': MEGARAC,
  generic: {},
};

for (const { id, name, deviations } of DIALECTS)
  describe(`what is done about the deviations of ${name}`, () => {
    it('is proved for each of them, and for nothing else', () => {
      expect(Object.keys(PROOFS[id] ?? {})).to.have.members(deviations.map(({ what }) => what));
    });

    for (const { what, met } of deviations) it(`${what}: ${met}`, () => PROOFS[id]![what]!());
  });

describe('a BMC that deviates in nothing', () => {
  it('is told no more than the image, and with the condition that nobody else changed what is written', async () => {
    const { driver, run, changing } = watched('generic');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(changing()).to.have.length(2);
    expect(bodyOf(changing()[0]!)).to.deep.equal({ Image: IMAGE });
    expect(changing()[1]!.headers['if-match']).to.match(/^"/);
  });
});
