import { expect } from 'chai';
import { answer, complaint, IMAGE, isOurs, patient, RESET } from '../bench';
import { bent, bodyOf, bootedBy, bootOf, type Proofs, watched, withSlots } from './watched';

/** The override does not take, and the mark on the slot boots the virtual CD. */
const byItsMark = (id: string, maker: string) => async (): Promise<void> => {
  const bmc = bent(id, ({ boot }) => ({ boot: { ...boot, forgetsCd: true } }));
  await bmc.run(bmc.driver.insertMedia(IMAGE, isOurs, patient));
  expect((await bmc.run(bmc.driver.setBootOnce('Cd', undefined, patient))).observed).to.include({ target: 'Cd', once: true });
  expect(bodyOf(bmc.changing().at(-1)!)).to.deep.equal({ Oem: { [maker]: { BootOnNextServerReset: true } } });
  expect(await bootedBy(bmc)).to.deep.equal(['Cd']);
  const taking = bent(id, ({ boot }) => ({ boot: { ...boot, forgetsCd: false } }));
  await taking.run(taking.driver.setBootOnce('Cd', undefined, patient));
  expect(taking.changing().filter(({ body }) => body.includes('Oem'))).to.deep.equal([]);
};

export const ILO_4: Proofs = {
  'no mode': async () => {
    const { driver, run, failure, changing } = watched('hpe-ilo4');
    expect(await failure(driver.setBootOnce('Pxe', 'BIOS', patient))).to.include({
      kind: 'Unsupported',
      reason: 'ModeNotOffered',
    });
    expect(changing()).to.deep.equal([]);
    await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(changing().map(bootOf)).to.deep.equal([{ BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' }]);
  },

  'PATCH of the slot, or an OEM action that takes `Image` alone': async () => {
    const acting = watched('hpe-ilo4');
    await acting.run(acting.driver.insertMedia(IMAGE, isOurs, patient));
    expect(acting.changing().map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /redfish/v1/Managers/1/VirtualMedia/2/Actions/Oem/Hp/HpiLOVirtualMedia.InsertVirtualMedia',
    ]);
    expect(bodyOf(acting.changing()[0]!)).to.deep.equal({ Image: IMAGE });
    const written = withSlots('hpe-ilo4', (slots) => slots.map((slot) => ({ ...slot, style: 'patch' })));
    const { observed } = await written.run(written.driver.insertMedia(IMAGE, isOurs, patient));
    expect(observed.map(({ image }) => image)).to.deep.equal([IMAGE]);
    expect(written.changing().at(-1)).to.include({ method: 'PATCH', path: '/redfish/v1/Managers/1/VirtualMedia/2' });
    expect(bodyOf(written.changing().at(-1)!)).to.deep.equal({ Image: IMAGE });
  },

  'a slot has `Oem.Hp.BootOnNextServerReset`': byItsMark('hpe-ilo4', 'Hp'),
};

export const ILO_5: Proofs = {
  'EjectMedia without a body is 415': async () => {
    const { driver, run, changing } = watched('hpe-ilo5');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect((await run(driver.ejectMedia(isOurs, patient))).outcome).to.equal('changed');
    expect(changing().map(({ body }) => body)).to.deep.equal([JSON.stringify({ Image: IMAGE }), '{}']);
  },

  '400 UnableToModifyDuringSystemPOST during POST': async () => {
    const { bench, driver, run, failure } = watched('hpe-ilo5');
    await run(driver.setPower('On', patient));
    const { observed } = await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(observed).to.include({ target: 'Pxe', once: true });
    await run(driver.clearBootOverride(patient));
    const before = bench.simulated.books.requests.length;
    bench.simulated.plan({ method: 'PATCH', times: 99, act: answer(400, complaint('UnableToModifyDuringSystemPOST')) });
    expect(await failure(driver.setBootOnce('Pxe', undefined, patient))).to.include({ reason: 'PowerOnSelfTest' });
    const tries = bench.simulated.books.requests.slice(before).filter(({ method }) => method === 'PATCH');
    const gaps = tries.slice(1).map(({ at }, index) => at - tries[index]!.at);
    expect(gaps).to.have.length(5);
    expect([Math.min(...gaps), Math.max(...gaps)].map((ms) => Math.floor(ms / 5_000) * 5)).to.deep.equal([5, 30]);
  },

  '400 InvalidOperationForSystemState after a change': async () => {
    const { bench, driver, run, changing } = watched('hpe-ilo5', { power: 'On' });
    await run(driver.setPower('Off', patient));
    expect((await run(driver.setPower('On', patient))).observed).to.equal('On');
    expect(changing().filter(({ path }) => RESET.test(path)).length).to.be.greaterThan(2);
    expect(bench.changes).to.deep.equal(['power ForceOff', 'power On']);
  },

  'the mode cannot be set': async () => {
    const { driver, run, failure, changing } = watched('hpe-ilo5');
    expect((await run(driver.probe(patient))).bootOnce.modes).to.deep.equal([]);
    expect(await failure(driver.setBootOnce('Pxe', 'BIOS', patient))).to.include({ kind: 'Unsupported' });
    expect((await run(driver.boot(patient))).target).to.equal('None');
    const before = changing().length;
    expect((await run(driver.setBootOnce('Pxe', 'UEFI', patient))).observed).to.include({ target: 'Pxe', mode: 'UEFI' });
    const modes = changing().map((request) => bootOf(request)['BootSourceOverrideMode']);
    expect(modes.slice(before).every((mode) => mode === undefined || mode === 'UEFI')).to.equal(true);
  },

  '406 for `Accept-Encoding: identity`': async () => {
    const { bench, driver, run, sent } = watched('hpe-ilo5');
    await run(driver.power(patient));
    expect(bench.simulated.books.requests.filter(({ status }) => status === 406)).to.have.length(1);
    expect(sent.filter(({ headers }) => headers['accept-encoding'] === 'identity')).to.have.length(1);
  },

  'a slot has `Oem.Hpe.BootOnNextServerReset`': byItsMark('hpe-ilo5', 'Hpe'),
};
