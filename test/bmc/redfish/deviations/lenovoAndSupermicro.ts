import { expect } from 'chai';
import { type BmcProfile } from '../../../../src/simulator/bmc/profile';
import { IMAGE, isOurs, patient } from '../bench';
import { bent, bodyOf, bootOf, type Proofs, watched, withSlots } from './watched';

const TEN = ['Remote1', 'Remote2', 'Remote3', 'Remote4', 'RDOC1', 'RDOC2', 'EXT1', 'EXT2', 'EXT3', 'EXT4'];

export const XCC: Proofs = {
  'PATCH of the slot, no action': async () => {
    const { driver, run, changing } = watched('lenovo-xcc');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    await run(driver.ejectMedia(isOurs, patient));
    expect(changing().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).to.deep.equal([
      'PATCH EXT1',
      'PATCH EXT1',
    ]);
    expect(changing().map(bodyOf)).to.deep.equal([
      { Image: IMAGE, Inserted: true, WriteProtected: true },
      { Image: null, Inserted: false },
    ]);
  },

  'of ten slots only EXT1 to EXT4 take URLs': async () => {
    // As they look to a client, all of them can be written.
    const ten = withSlots('lenovo-xcc', (slots) => TEN.map((id) => ({ ...slots.at(-1)!, id })));
    await ten.run(ten.driver.insertMedia(IMAGE, isOurs, patient));
    expect(ten.changing().map(({ path }) => path.split('/').at(-1))).to.deep.equal(['EXT1']);
    const others = withSlots('lenovo-xcc', (slots) => TEN.slice(0, 6).map((id) => ({ ...slots.at(-1)!, id })));
    expect(await others.failure(others.driver.insertMedia(IMAGE, isOurs, patient))).to.include({ reason: 'NoVirtualMedia' });
    expect(others.changing()).to.deep.equal([]);
  },

  '`Inserted: true` is mandatory': async () => {
    const writing = watched('lenovo-xcc');
    await writing.run(writing.driver.insertMedia(IMAGE, isOurs, patient));
    expect(writing.changing().map((request) => bodyOf(request)['Inserted'])).to.deep.equal([true]);
    const acting = withSlots('lenovo-xcc', (slots) =>
      slots.map((slot) => ({ ...slot, style: 'action' as const, demands: ['Inserted'] })),
    );
    await acting.run(acting.driver.insertMedia(IMAGE, isOurs, patient));
    expect(acting.changing().map(bodyOf)).to.deep.equal([{ Image: IMAGE, Inserted: true }]);
  },

  '`Once` and `Disabled` only': async () => {
    const { driver, run, changing } = watched('lenovo-xcc');
    await run(driver.setBootOnce('Cd', undefined, patient));
    await run(driver.clearBootOverride(patient));
    expect(changing().map((request) => bootOf(request)['BootSourceOverrideEnabled'])).to.deep.equal(['Once', 'Disabled']);
  },

  'the settings object has BootOrder only': async () => {
    const { driver, run, sent, changing } = watched('lenovo-xcc');
    await run(driver.setBootOnce('Cd', undefined, patient));
    expect(sent.some(({ path }) => path.endsWith('/Settings'))).to.equal(true);
    expect(changing().map(({ path }) => path)).to.deep.equal(['/redfish/v1/Systems/1']);
  },
};

const targetOf = async (change: (own: BmcProfile) => Partial<BmcProfile>): Promise<unknown> => {
  const { driver, run, changing } = bent('supermicro', change);
  await run(driver.setBootOnce('Cd', undefined, patient));
  return bootOf(changing()[0]!)['BootSourceOverrideTarget'];
};

export const SUPERMICRO: Proofs = {
  '`UsbCd` instead of `Cd`': async () => {
    const both = ({ boot }: BmcProfile): Pick<BmcProfile, 'boot'> => ({ boot: { ...boot, targets: [...boot.targets, 'Cd'] } });
    const standard = ({ boot }: BmcProfile): Pick<BmcProfile, 'boot'> => ({ boot: { ...boot, targets: ['None', 'Cd'] } });
    expect(await targetOf(() => ({}))).to.equal('UsbCd');
    expect(await targetOf(both)).to.equal('UsbCd');
    expect(await targetOf((own) => ({ ...both(own), model: 'ARS-111GL-NHR' }))).to.equal('Cd');
    expect(await targetOf(standard)).to.equal('Cd');
  },

  'Enabled reverts and the mode falls back to BIOS where they are not sent': async () => {
    const { driver, run, changing } = watched('supermicro');
    expect((await run(driver.setBootOnce('Pxe', undefined, patient))).observed.mode).to.equal('UEFI');
    expect(changing().map(bootOf)).to.deep.equal([
      { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once', BootSourceOverrideMode: 'UEFI' },
    ]);
  },

  '`Inserted`, `WriteProtected` are 400': async () => {
    const own = watched('supermicro');
    await own.run(own.driver.insertMedia(IMAGE, isOurs, patient));
    expect(own.changing().map(bodyOf)).to.deep.equal([{ Image: IMAGE }]);
    const asking = withSlots('supermicro', (slots) => slots.map((slot) => ({ ...slot, refuses: [], demands: ['Inserted'] })));
    await asking.run(asking.driver.insertMedia(IMAGE, isOurs, patient));
    expect(asking.changing().map(bodyOf)).to.deep.equal([{ Image: IMAGE }, { Image: IMAGE, Inserted: true }]);
  },

  '`?` and `=` in a URL are refused': async () => {
    const { driver, failure, sent, changing } = watched('supermicro');
    for (const url of ['http://boot.invalid/x.iso?a', 'http://boot.invalid/a=b/x.iso'])
      expect(await failure(driver.insertMedia(url, isOurs, patient)), url).to.include({ kind: 'Fatal', reason: 'BadImageUrl' });
    expect(sent.length).to.be.greaterThan(0);
    expect(changing()).to.deep.equal([]);
  },

  '`Image` stays after an eject': async () => {
    const { driver, run, changing } = watched('supermicro');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(
      (await run(driver.ejectMedia(isOurs, patient))).observed.map(({ inserted, image }) => [inserted, image]),
    ).to.deep.equal([[false, '']]);
    expect((await run(driver.ejectMedia(isOurs, patient))).outcome).to.equal('unchanged');
    expect(changing()).to.have.length(2);
  },

  'the System’s link leads below Managers': async () => {
    const { driver, run } = watched('supermicro');
    expect((await run(driver.media(patient))).map(({ slot }) => slot)).to.deep.equal([
      '/redfish/v1/Managers/1/VirtualMedia/VirtualMedia1',
    ]);
  },

  'the list of reset types lacks a comma': async () => {
    const { driver, run, changing } = watched('supermicro');
    expect((await run(driver.probe(patient))).power).to.deep.equal({ read: true, gracefulOff: true, forceOff: true, on: true });
    await run(driver.setPower('On', patient));
    await run(driver.setPower('Off', patient));
    expect(changing().map(bodyOf)).to.deep.equal([{ ResetType: 'On' }, { ResetType: 'ForceOff' }]);
  },
};
