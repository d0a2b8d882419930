// Every way by which a host comes to boot its installer, in both modes of firmware, from the first look to the last VM.
import { expect } from 'chai';
import fc from 'fast-check';
import { boot, leftAtBmcs, toldOf } from './boots';
import { type Case, expectSuccess, judged } from './rig';

const METHODS = ['Staged', 'Manual', 'VirtualMedia', 'PXE'] as const;
const MODES = ['BIOS', 'UEFI'] as const;
const ALL = METHODS.flatMap((bootMethod) => MODES.map((firmware) => ({ bootMethod, firmware })));

describe('an upgrade of a whole pool', () => {
  for (const given of ALL)
    it(`by ${given.bootMethod} of machines that boot in ${given.firmware} mode succeeds and leaves nothing behind`, async () => {
      const run = await boot(given);
      expectSuccess(run);
      expect(leftAtBmcs(run)).to.deep.equal([]);
      expect(judged(run, 'I3'), 'I3').to.be.greaterThan(0);
      expect(judged(run, 'I14') > 0, 'I14').to.equal(['VirtualMedia', 'PXE'].includes(given.bootMethod));
    });

  it('boots each host by what was asked for, and by nothing else', async () => {
    const media = await boot({ bootMethod: 'VirtualMedia' });
    expect(toldOf(media, 'xs-01', /override|insert|eject/).map((line) => line.split(' (')[0])).to.deep.equal([
      'its BMC: insert',
      'its BMC: override',
      'its BMC: eject',
    ]);
    const network = await boot({ bootMethod: 'PXE' });
    expect(toldOf(network, 'xs-01', /override/)).to.deep.equal(['its BMC: override (Pxe Once Legacy)']);
    expect(toldOf(network, 'xs-01', /insert|eject/)).to.deep.equal([]);
  });

  it('succeeds by whatever chance, with any pool of two or three hosts', async () => {
    const cases = fc.record({
      given: fc.constantFrom(...ALL),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      pool: fc.record({ hosts: fc.integer({ min: 2, max: 3 }), vms: fc.integer({ min: 0, max: 5 }) }),
    });
    const property = fc.asyncProperty(cases, async ({ given, seed, pool }) => {
      const drawn: Case = { ...given, seed };
      const run = await boot({ ...drawn, pool: { ...pool, release: { brand: 'XCP-ng', version: '8.2.1' } } });
      expectSuccess(run, seed);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });
    await fc.assert(property, { numRuns: 4 });
  });
});
