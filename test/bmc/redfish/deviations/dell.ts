import { expect } from 'chai';
import { dialectOf } from '../../../../src/bmc/redfish/dialects';
import { answer, Bench, complaint, IMAGE, isOurs, patient, RESET, SYSTEM } from '../bench';
import { bent, bodyOf, bootedBy, bootOf, type Proofs, watched } from './watched';

const ATTRIBUTES = { 'ServerBoot.1.BootOnce': 'Enabled', 'ServerBoot.1.FirstBootDevice': 'VCD-DVD' };

const generation = (managerModel: string): string =>
  dialectOf({ vendor: 'Dell', product: '', oem: ['Dell'], manufacturer: '', model: '', managerModel, firmware: '' }).id;

const serviceTag = (id: string): Proofs => ({
  'the service tag, which SMBIOS tells as serial number, is `SKU`; `SerialNumber` is the board’s': async () => {
    for (const serialIn of ['SKU', 'SerialNumber'] as const) {
      const { driver, run } = bent(id, () => ({ serialIn }));
      expect((await run(driver.probe(patient))).identity.serial, serialIn).to.equal('7TBFHT2');
    }
  },
});

export const IDRAC_10: Proofs = {
  ...serviceTag('dell-idrac10'),

  '409 ActionParameterValueConflict on `On` up to 60 s after off': async () => {
    const { bench, driver, run, changing } = watched('dell-idrac10', { power: 'On' });
    await run(driver.setPower('Off', patient));
    const before = bench.clock.monotonic();
    expect((await run(driver.setPower('On', patient))).observed).to.equal('On');
    expect(bench.clock.monotonic() - before).to.be.within(50_000, 90_000);
    expect(changing().filter(({ path }) => RESET.test(path)).length).to.be.greaterThan(3);
    expect(bench.changes).to.deep.equal(['power ForceOff', 'power On']);
  },

  'override and its allowable values only in the Settings object': async () => {
    const { driver, run, changing } = watched('dell-idrac10');
    expect((await run(driver.probe(patient))).bootOnce.targets).to.deep.equal(['Cd', 'Pxe', 'Hdd']);
    await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(changing().map(({ path }) => path)).to.deep.equal(['/redfish/v1/Systems/System.Embedded.1/Settings']);
  },

  'only slot `1` is bootable': async () => {
    const { driver, run, changing } = watched('dell-idrac10');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(changing().map(({ path }) => /VirtualMedia\/(\w+)\//.exec(path)?.[1])).to.deep.equal(['1']);
  },

  'numbers begin anew': async () => {
    expect(['14G Monolithic', '16G Monolithic', '17G Monolithic'].map(generation)).to.deep.equal([
      'dell-idrac9',
      'dell-idrac9',
      'dell-idrac10',
    ]);
    // 1.20 is older than 6.00, and its `Cd` is no physical drive.
    const { driver, run, changing } = watched('dell-idrac10');
    await run(driver.setBootOnce('Cd', undefined, patient));
    expect(changing().map((request) => bootOf(request)['BootSourceOverrideTarget'])).to.deep.equal(['Cd']);
  },
};

export const IDRAC_8: Proofs = {
  ...serviceTag('dell-idrac8'),

  '`Cd` is the physical drive': async () => {
    const { bench, driver, run, failure } = watched('dell-idrac8');
    expect((await run(driver.probe(patient))).bootOnce.targets).to.deep.equal(['Pxe', 'Hdd']);
    const error = await failure(driver.setBootOnce('Cd', undefined, patient));
    expect(error).to.include({ kind: 'Unsupported', reason: 'CdIsPhysical' });
    expect(bench.changes).to.deep.equal([]);
  },

  'virtual media can be read only': async () => {
    const { driver, run, failure, changing } = watched('dell-idrac8');
    expect((await run(driver.probe(patient))).media).to.equal(undefined);
    expect(await failure(driver.insertMedia(IMAGE, isOurs, patient))).to.include({ reason: 'NoVirtualMedia' });
    expect(changing()).to.deep.equal([]);
  },
};

export const IDRAC_9: Proofs = {
  ...serviceTag('dell-idrac9'),

  '`Cd` is the physical drive before 6.00 (AMD; Intel before 4.40.10)': async () => {
    const old = watched('dell-idrac9-old');
    await old.run(old.driver.insertMedia(IMAGE, isOurs, patient));
    await old.run(old.driver.setBootOnce('Cd', undefined, patient));
    expect(bodyOf(old.changing().at(-1)!)).to.deep.equal({ Attributes: ATTRIBUTES });
    expect(await bootedBy(old)).to.deep.equal(['Cd']);
    const bare = bent('dell-idrac9-old', ({ boot }) => ({ boot: { ...boot, attributes: false } }));
    expect(await bare.failure(bare.driver.setBootOnce('Cd', undefined, patient))).to.include({ reason: 'CdIsPhysical' });
    expect(bare.changing()).to.deep.equal([]);
    const newer = watched('dell-idrac9');
    await newer.run(newer.driver.setBootOnce('Cd', undefined, patient));
    expect(bootOf(newer.changing()[0]!)).to.include({ BootSourceOverrideTarget: 'Cd' });
  },

  'below Managers up to 5.x, below Systems from 6.00.02; the same slot may show at both': async () => {
    for (const at of ['manager', 'system', 'linked'] as const) {
      const { driver, run } = bent('dell-idrac9', ({ media }) => ({ media: { ...media, at } }));
      const slots = (await run(driver.media(patient))).map(({ slot }) => slot.split('/').slice(-2).join('/'));
      expect(slots, at).to.deep.equal(['VirtualMedia/1', 'VirtualMedia/2']);
    }
  },

  '`Inserted` lags behind an eject': async () => {
    const { bench, driver, run, changing } = watched('dell-idrac9');
    const ejects = (): number => changing().filter(({ path }) => path.endsWith('EjectMedia')).length;
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    const before = bench.clock.monotonic();
    expect((await run(driver.ejectMedia(isOurs, patient))).observed.some(({ inserted }) => inserted)).to.equal(false);
    expect(bench.clock.monotonic() - before).to.be.greaterThan(8_000);
    expect(ejects(), 'not asked again for being slow').to.equal(1);
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    bench.simulated.plan({ method: 'POST', path: /EjectMedia$/, act: answer(500, complaint('InternalError')) });
    expect((await run(driver.ejectMedia(isOurs, patient))).outcome).to.equal('changed');
    expect(ejects(), 'asked again after a 500').to.equal(3);
  },

  '8, then 503 RAC0218': async () => {
    const { bench, driver, run, sent } = watched('dell-idrac9');
    for (let other = 0; other < 8; other++) await run(bench.another().power(patient));
    await run(driver.power(patient));
    expect(driver.session).to.equal(undefined);
    expect(sent.find(({ path }) => SYSTEM.test(path))?.headers['authorization']).to.match(/^Basic /);
  },

  'LC068, RAC0679 while jobs run': async () => {
    for (const [id, reason] of [
      ['LC068', 'ConfigurationPending'],
      ['RAC0679', 'JobRunning'],
    ] as const) {
      const bench = new Bench('dell-idrac9');
      bench.simulated.plan({ method: 'PATCH', times: 99, act: answer(400, complaint(id)) });
      const error = await bench.failure(bench.driver.setBootOnce('Pxe', undefined, patient));
      expect(error, id).to.include({ kind: 'Busy', reason });
    }
  },
};
