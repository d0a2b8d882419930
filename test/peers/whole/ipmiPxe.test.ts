// A pool upgraded over the network, its BMCs each an ipmi_sim: told once to boot from the network, and switched on.
import { expect } from 'chai';
import { type IpmiBmcs, ipmiBmcs } from './ipmiMachines';
import { PACE, upgraded } from './upgraded';

describe('a whole upgrade over the network, with BMCs that are ipmi_sim', () => {
  it('has each machine told to boot from the network once and switched on, and it asks our boot server', async () => {
    let bmcs: IpmiBmcs | undefined;
    const { requested } = await upgraded({
      method: 'PXE',
      firmware: 'BIOS',
      pace: PACE,
      hurry: 10,
      play: async (scene) => (bmcs = await ipmiBmcs(scene)),
    });
    const once = ['boot pxe', 'power 1'];
    expect(Object.fromEntries(bmcs!.told)).to.deep.equal({ 'xs-01': once, 'xs-02': once });
    const scripts = requested.filter(({ target }) => target.startsWith('/pxe/ipxe/'));
    expect(scripts.map(({ status }) => status)).to.deep.equal([200, 200]);
  }).timeout(300_000);
});
