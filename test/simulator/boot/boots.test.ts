// A simulated host that is booted as the operator boots it: by a Redfish driver from the boot server's view of an image, or over the network from its scripts. Nobody
// tells the installer anything but what it boots.
import { expect } from 'chai';
import { never } from '../../boot/media/made/bytesSource';
import { NEW, OLD, Site } from './site';

const WHOLE = ['start', 'backup', 'backup-done', 'format', 'packages', 'complete'];

describe('a host booted by its BMC', () => {
  for (const firmware of ['BIOS', 'UEFI'] as const) {
    for (const target of ['Cd', 'Pxe'] as const) {
      it(`once from ${target} in ${firmware} mode is upgraded by what it was told there, and comes back`, async () => {
        const site = new Site({ firmware });
        await site.bootOnce(target);
        expect(site.stages).to.deep.equal(WHOLE);
        expect(site.machine()).to.deep.include({ state: 'Up' });
        expect(site.machine().disk).to.deep.include({ system: NEW, backup: { release: OLD, complete: true } });
        const { seen, result } = site.sightings;
        expect(result).to.equal(0);
        const expected = ['answer', 'start', 'repository', 'package', 'complete', target === 'Cd' ? 'media' : 'config'];
        expect(Object.keys(seen)).to.include.members(expected);
        expect(site.books.verdict().violated).to.deep.equal([]);
      });
    }
  }

  it('fetches its image from the address of the BMC, and its answers from the address its command line gave it', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    const from = (kind: string): readonly string[] => [
      ...new Set(site.asked.filter(({ path }) => path.startsWith(`/${kind}/`)).map((one) => one.from)),
    ];
    expect(from('media')).to.deep.equal(['bmc-xs-01.example']);
    expect(from('answer')).to.deep.equal(['10.77.0.99']);
    expect(from('repository')).to.deep.equal(['10.77.0.99']);
  });

  it('fetches packages one after the other, while it installs them', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    const packages = site.asked.filter(({ path }) => path.endsWith('.rpm'));
    const paths = packages.map(({ path }) => path.split('/').at(-1)!);
    expect(paths).to.have.length(10);
    expect([paths[0], paths.at(-1)]).to.deep.equal(['glibc-8.3.0-1.x86_64.rpm', 'branding-8.3.0-1.x86_64.rpm']);
    expect(packages.at(-1)!.at - packages[0]!.at).to.be.greaterThan(8 * 60_000);
  });

  it('takes the override for one boot, and keeps the image in its drive', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    const bmc = site.world.bmc(site.machine().uuid)!;
    expect([bmc.armed, bmc.inserted]).to.deep.equal([undefined, [site.imageUrl]]);
  });

  it('is off at the end where its command line says so, and boots the new system when it is switched on', async () => {
    const site = new Site();
    Object.assign(site.attempt.arguments, { atExit: 'poweroff' });
    await site.bootOnce('Cd');
    expect(site.machine().state).to.equal('Off');
    expect(site.machine().disk.system).to.deep.equal(NEW);
    await site.run(site.driver().setPower('On', never));
    await site.until(() => site.machine().state === 'Up');
    expect(site.machine().state).to.equal('Up');
  });

  it('again from the same image stops at its answer file, touches nothing, and boots its disk', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    site.stages.length = 0;
    await site.run(site.driver().setBootOnce('Cd', undefined, never));
    await site.shutDown();
    await site.run(site.driver().setPower('On', never));
    await site.until();
    expect(site.stages).to.deep.equal(['unanswered']);
    expect(site.details.at(-1)).to.equal('http://boot.example:8080 answers with status 410');
    expect(site.machine()).to.include({ state: 'Up' });
    expect(site.machine().disk.backup).to.deep.equal({ release: OLD, complete: true });
  });

  it('from an untouched image shows its first screen for ever', async () => {
    const site = new Site({ untouched: true });
    await site.bootOnce('Cd');
    expect(site.stages).to.deep.equal(['waits']);
    expect(site.machine()).to.include({ state: 'Installing', waitsForPerson: true });
    expect(site.machine().disk).to.deep.include({ system: OLD, backup: null });
    expect(site.books.verdict().violated).to.deep.equal([]);
  });

  it('in another mode than its system was installed in is refused before anything is touched', async () => {
    const site = new Site({ firmware: 'BIOS' });
    const driver = site.driver();
    await site.shutDown();
    await site.run(driver.insertMedia(site.imageUrl, () => true, never));
    await site.run(driver.setBootOnce('Cd', 'UEFI', never));
    await site.run(driver.setPower('On', never));
    await site.until();
    expect(site.stages).to.deep.equal(['start', 'refused']);
    expect(site.details.at(-1)).to.equal('Installer mode (UEFI) is mismatched with target boot mode (legacy)');
    expect(site.machine().disk).to.deep.include({ system: OLD, backup: null });
    expect([site.machine().state, site.sightings.result]).to.deep.equal(['Up', 1]);
  });

  it('whose start is vetoed gives up before it has touched anything', async () => {
    const site = new Site();
    site.world.bus.on((event) => {
      if (event.kind === 'installer' && event.stage === 'start')
        site.attempt = { ...site.attempt, veto: 'the pool is not ready' };
    });
    await site.bootOnce('Cd');
    expect(site.stages).to.deep.equal(['start', 'refused']);
    expect(site.details.at(-1)).to.equal('Unable to fetch script for installation-start');
    expect(site.machine()).to.include({ state: 'Up' });
    expect(site.machine().disk).to.deep.include({ system: OLD, backup: null });
  });

  it('with the card of another host cannot fetch its answers', async () => {
    const site = new Site();
    Object.assign(site.attempt.arguments, { networkDevice: '52:54:00:00:00:01' });
    await site.bootOnce('Cd');
    expect(site.stages).to.deep.equal(['unanswered']);
    expect(site.machine().state).to.equal('Up');
  });

  it('over the network boots its disk where nobody has anything for it', async () => {
    const site = new Site();
    site.attempt = { ...site.attempt, method: 'VirtualMedia' };
    await site.bootOnce('Pxe');
    expect([site.stages, site.machine().state]).to.deep.equal([[], 'Up']);
    expect(site.machine().disk.system).to.deep.equal(OLD);
  });

  for (const stage of WHOLE.slice(0, -1))
    it(`whose boot server goes away for eight minutes, when its installer comes to ${stage}, waits for it`, async () => {
      const site = new Site();
      let paused = false;
      site.world.bus.on((event) => {
        if (event.kind !== 'installer' || event.stage !== stage || paused) return;
        [paused, site.away] = [true, true];
        site.clock.after(480_000, () => void (site.away = false));
      });
      await site.bootOnce('Cd');
      expect(paused).to.equal(true);
      expect(site.stages).to.deep.equal(WHOLE);
    });

  it('whose boot server stays away past the point of no return is left with half a system', async () => {
    const site = new Site();
    site.world.bus.on((event) => {
      if (event.kind === 'installer' && event.stage === 'packages') site.away = true;
    });
    await site.bootOnce('Cd');
    expect(site.stages.at(-1)).to.equal('failed');
    expect([site.machine().state, site.machine().disk.system]).to.deep.equal(['Dead', 'broken']);
  });
});
