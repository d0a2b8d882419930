// Real firmware and real boot loaders start from our boot server: each way must hand this host's arguments to the installer's kernel, the modules whole, and lead to
// its answer file; the untouched ISO must not.
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readAnswerFile } from '../../../src/simulator/metal/answerFile';
import { type BootSite, fetchTold, type Named, openBootSite } from './bootSite';
import { asCd, asUsbCd, asUsbDisk, byNetwork, startMachine, type Wiring } from './machine';
import { makeMedium, type Medium } from './medium';
import { expectedStart, readStarted, type Started, withVendors } from './started';

describe('the boot server, before real firmware', () => {
  let medium: Medium;
  let site: BootSite;
  let folder: string;

  before(async () => {
    medium = makeMedium();
    site = await openBootSite(medium.file);
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-tftp-'));
  });
  after(async () => {
    await site.close();
    medium.remove();
    rmSync(folder, { recursive: true });
  });

  const started = async (firmware: Wiring['firmware'], wiring: readonly string[]): Promise<Started> =>
    readStarted(await startMachine({ firmware, wiring }));
  const told = (name: Named): Started => expectedStart(medium, withVendors(site.words(name)));

  for (const firmware of ['BIOS', 'UEFI'] as const) {
    it(`untouched, in ${firmware} mode: the vendor's menu starts the vendor's line`, async () => {
      expect(await started(firmware, asCd(medium.file))).to.deep.equal(expectedStart(medium, 'console=hvc0 console=tty0'));
    });

    for (const [name, wired] of [
      ['CD', asCd],
      ['USB CD', asUsbCd],
      ['USB disk', asUsbDisk],
    ] as const)
      it(`in ${firmware} mode, as ${name}: this host's arguments arrive`, async () => {
        expect(await started(firmware, wired(site.image('upgrade')))).to.deep.equal(told('upgrade'));
        expect(site.sightings('upgrade').seen.media?.count).to.be.greaterThan(3);
      });

    it(`in ${firmware} mode, by iPXE's sanboot, without a medium: this host's arguments arrive`, async () => {
      const image = site.image('upgrade').replace('127.0.0.1', '10.0.2.2');
      writeFileSync(path.join(folder, 'sanboot.ipxe'), `#!ipxe\nsanboot ${image}\n`);
      expect(await started(firmware, byNetwork('sanboot.ipxe', `tftp=${folder}`))).to.deep.equal(told('upgrade'));
    });
  }

  it('leads an upgrade from the CD to its answer file, which asks for an upgrade', async () => {
    const [line = ''] = (await started('BIOS', asCd(site.image('upgrade')))).modules;
    const url = / answerfile=(\S+) /.exec(line)?.[1] ?? '';
    expect(readAnswerFile((await fetchTold(url)).text).intent).to.deep.equal({ kind: 'upgrade' });
  });

  it('starts a restore without a dialog that would wait for a key, and leads it to an answer file that asks for a restore', async () => {
    for (const firmware of ['BIOS', 'UEFI'] as const) {
      const { xen, modules } = await started(firmware, asCd(site.image('restore')));
      expect({ xen, modules }).to.deep.equal(told('restore'));
      const url = / rt_answerfile=(\S+) /.exec(modules[0]!)?.[1] ?? '';
      expect(modules[0]).not.to.match(/ answerfile=/);
      expect(readAnswerFile((await fetchTold(url)).text).intent).to.deep.equal({ kind: 'restore' });
    }
  });
});
