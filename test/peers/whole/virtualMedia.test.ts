// A pool upgraded by virtual media, its BMCs played by sushy-tools: each host boots the image that the emulator really fetched from our boot server.
import { expect } from 'chai';
import { type SushyBmcs, sushyBmcs } from './sushyMachines';
import { PACE, upgraded } from './upgraded';

describe('a whole upgrade by virtual media, with BMCs of sushy-tools', () => {
  it('inserts, boots and ejects the image of each host, which the emulator fetched from our boot server', async () => {
    let bmcs: SushyBmcs | undefined;
    const { requested, said } = await upgraded({
      method: 'VirtualMedia',
      firmware: 'UEFI',
      pace: PACE,
      // A change of power shows up to 11 s later.
      hurry: 5,
      play: async (scene) => (bmcs = await sushyBmcs(scene)),
    });
    const once = ['inserted', 'power Off', 'boot Cd', 'power On', 'ejected', 'boot as usual'];
    expect(Object.fromEntries(bmcs!.told)).to.deep.equal({ 'xs-01': once, 'xs-02': once });
    const images = requested.filter(({ agent }) => agent.startsWith('python-requests/'));
    expect(images.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(new Set(images.map(({ target }) => target)).size).to.equal(2);
    // Whoever knows where an image lies can fetch it: that is told to BMCs alone.
    for (const { target } of images) expect(said).to.not.include(target);
  }).timeout(300_000);
});
