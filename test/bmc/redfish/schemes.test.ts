// By which schemes a BMC takes images: what its slots say, else its row in the table of dialects, else an assumption that is told as one.
import { expect } from 'chai';
import { profileOf } from '../../../src/simulator/bmc/profiles';
import { patient } from './bench';
import { watched, withSlots } from './deviations/watched';

describe('the schemes by which a BMC takes images', () => {
  it('are those of the slot, whatever its row says; where neither says anything they are assumed', async () => {
    const told = async (id: string, protocols: readonly string[] | undefined): Promise<unknown> => {
      const { driver, run } = withSlots(id, (slots) => slots.map((slot) => ({ ...slot, protocols })));
      const { schemes, assumed } = (await run(driver.probe(patient))).media!;
      return [schemes, assumed];
    };
    expect(await told('openbmc', ['HTTP', 'HTTPS'])).to.deep.equal([['http', 'https'], false]);
    expect(await told('generic', ['CIFS', 'HTTP'])).to.deep.equal([['cifs', 'http'], false]);
    expect(await told('generic', undefined)).to.deep.equal([['http', 'https'], true]);
  });

  it('decide among slots: one that takes ours goes before one of shares alone', async () => {
    const own = profileOf('generic');
    const [, cd] = own.media.slots;
    const slots = [
      { ...cd!, id: 'Shares', protocols: ['NFS', 'CIFS'] },
      { ...cd!, id: 'Web', protocols: ['HTTPS', 'NFS'] },
    ];
    const { driver, run } = watched('generic', { profile: { ...own, media: { ...own.media, slots } } });
    const { media } = await run(driver.probe(patient));
    expect(media!.slot).to.match(/\/Web$/);
    expect([...media!.schemes].sort()).to.deep.equal(['cifs', 'https', 'nfs']);
  });
});
