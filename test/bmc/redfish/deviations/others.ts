import { expect } from 'chai';
import { answer, complaint, IMAGE, isOurs, patient, SECURE_IMAGE, SYSTEM } from '../bench';
import { bent, bodyOf, bootOf, type Proofs, watched, withSlots } from './watched';

const withoutIfMatch = (id: string): Proofs => ({
  'If-Match is not wanted': async () => {
    const own = watched(id);
    await own.run(own.driver.setBootOnce('Pxe', undefined, patient));
    expect(own.changing().map(({ headers }) => headers['if-match'])).to.deep.equal([undefined]);
    const asking = bent(id, ({ etags }) => ({ etags: { ...etags, refused: false, required: true } }));
    await asking.run(asking.driver.setBootOnce('Pxe', undefined, patient));
    expect(asking.changing().map(({ headers }) => headers['if-match'] !== undefined)).to.deep.equal([false, true]);
  },
});

export const NVIDIA: Proofs = {
  ...withoutIfMatch('nvidia'),

  'user and password demanded also for anonymous URLs': async () => {
    const { driver, run, changing } = watched('nvidia');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(changing()).to.have.length(1);
    expect(bodyOf(changing()[0]!)).to.include({ UserName: 'none', Password: 'none', TransferProtocolType: 'HTTP' });
  },

  'no `code`': async () => {
    const { driver, failure } = watched('nvidia', { bmc: { fetchImage: () => Promise.resolve('missing') } });
    expect(await failure(driver.insertMedia(IMAGE, isOurs, patient))).to.include({ kind: 'MediaUnreachable' });
  },
};

export const OPENBMC: Proofs = {
  ...withoutIfMatch('openbmc'),

  'https and smb only': async () => {
    const { driver, run, failure, changing } = watched('openbmc');
    expect(await failure(driver.insertMedia(IMAGE, isOurs, patient))).to.include({ reason: 'SchemeNotOffered' });
    expect(changing()).to.deep.equal([]);
    expect((await run(driver.probe(patient))).media?.schemes).to.deep.equal(['https']);
    expect((await run(driver.insertMedia(SECURE_IMAGE, isOurs, patient))).outcome).to.equal('changed');
  },

  'TransferMethod must be Stream': async () => {
    const { driver, run, changing } = watched('openbmc');
    await run(driver.insertMedia(SECURE_IMAGE, isOurs, patient));
    expect(changing().map(bodyOf)).to.deep.equal([
      { Image: SECURE_IMAGE, TransferProtocolType: 'HTTPS', TransferMethod: 'Stream' },
    ]);
  },

  'proxy slots have no InsertMedia': async () => {
    const { driver, run, changing } = watched('openbmc');
    await run(driver.insertMedia(SECURE_IMAGE, isOurs, patient));
    expect(changing().map(({ path }) => /VirtualMedia\/(\w+)/.exec(path)?.[1])).to.deep.equal(['Slot_2']);
    const proxies = withSlots('openbmc', ([proxy]) => [proxy!]);
    expect(await proxies.failure(proxies.driver.insertMedia(SECURE_IMAGE, isOurs, patient))).to.include({
      reason: 'NoVirtualMedia',
    });
    expect(proxies.changing()).to.deep.equal([]);
  },
};

export const IRMC: Proofs = {
  'PATCH needs If-Match': async () => {
    const { driver, run, changing } = watched('fujitsu-irmc');
    await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(changing().map(({ headers }) => headers['if-match'] !== undefined)).to.deep.equal([true]);
  },

  'S4, S5: an OEM resource that takes NFS and SMB shares only': async () => {
    const { bench, driver, run, failure, sent, changing } = watched('fujitsu-irmc-s4');
    const own = '/redfish/v1/Systems/0/Oem/ts_fujitsu/VirtualMedia';
    const { handle } = bench.simulated;
    bench.simulated.handle = async (request, by) => {
      const seen = await handle.call(bench.simulated, request, by);
      if (request.method !== 'GET' || !SYSTEM.test(request.path)) return seen;
      const oem = { Oem: { ts_fujitsu: { VirtualMedia: { '@odata.id': own } } } };
      return { ...seen, body: JSON.stringify({ ...(JSON.parse(seen.body) as object), ...oem }) };
    };
    expect((await run(driver.probe(patient))).media).to.equal(undefined);
    expect(await failure(driver.insertMedia(IMAGE, isOurs, patient))).to.include({
      kind: 'Unsupported',
      reason: 'NoVirtualMedia',
    });
    expect([changing(), sent.filter(({ path }) => path.startsWith(own))]).to.deep.equal([[], []]);
  },

  'newer: standard virtual media': async () => {
    const { driver, run } = watched('fujitsu-irmc');
    const { observed } = await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(observed).to.deep.equal([{ slot: '/redfish/v1/Systems/0/VirtualMedia/CD', inserted: true, image: IMAGE }]);
  },
};

/** A BMC of Huawei's whose first connects fail. @returns what was sent, and what came of it */
async function connecting(failsFirst: number): Promise<readonly unknown[]> {
  const { driver, run, changing } = withSlots('huawei-ibmc', (slots) => slots.map((slot) => ({ ...slot, failsFirst })));
  const came = await run(
    driver.insertMedia(IMAGE, isOurs, patient).then(
      ({ outcome }) => outcome,
      () => 'failed',
    ),
  );
  return [came, changing().filter((request) => bodyOf(request)['VmmControlType'] === 'Connect').length];
}

export const IBMC: Proofs = {
  '`Oem.Huawei.Domain` demanded': async () => {
    const { driver, run, sent } = watched('huawei-ibmc');
    await run(driver.power(patient));
    const login = sent.find(({ path }) => path.endsWith('/Sessions'))!;
    expect(bodyOf(login)['Oem']).to.deep.equal({ Huawei: { Domain: 'LocaliBMC' } });
    expect(driver.session).not.to.equal(undefined);
  },

  '`Links.Managers` instead of `ManagedBy`': async () => {
    for (const managerLink of ['Managers', 'ManagedBy'] as const) {
      const { driver, run, sent } = bent('huawei-ibmc', () => ({ managerLink }));
      expect((await run(driver.probe(patient))).bmcFirmware, managerLink).to.equal('6.65');
      expect(sent.map(({ path }) => path)).not.to.include('/redfish/v1/Managers');
    }
  },

  'OEM action VmmControl, answered by a task': async () => {
    const { driver, run, sent, changing } = withSlots('huawei-ibmc', (slots) =>
      slots.map((slot) => ({ ...slot, failsFirst: 0, insertLagMs: 0 })),
    );
    const { observed } = await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(observed.map(({ image }) => image)).to.deep.equal([IMAGE]);
    expect(changing().map(bodyOf)).to.deep.equal([{ VmmControlType: 'Connect', Image: IMAGE }]);
    expect(sent.filter(({ path }) => path.includes('/TaskService/Tasks/')).length).to.be.greaterThan(1);
  },

  'Connect fails at times': async () => {
    expect(await connecting(0)).to.deep.equal(['changed', 1]);
    expect(await connecting(2)).to.deep.equal(['changed', 3]);
    expect(await connecting(3)).to.deep.equal(['failed', 3]);
  },

  ConnectionOccupied: async () => {
    const { bench, driver, run, changing } = withSlots('huawei-ibmc', (slots) =>
      slots.map((slot) => ({ ...slot, failsFirst: 0 })),
    );
    const occupied = answer(400, complaint('ConnectionOccupied'));
    bench.simulated.plan({ method: 'POST', path: /VmmControl$/, act: occupied });
    expect((await run(driver.insertMedia(IMAGE, isOurs, patient))).outcome).to.equal('changed');
    expect(changing().map((request) => bodyOf(request)['VmmControlType'])).to.deep.equal(['Connect', 'Disconnect', 'Connect']);
  },

  'the mode read while no override is set is not the real one': async () => {
    const { driver, run, changing } = watched('huawei-ibmc');
    expect((await run(driver.boot(patient))).mode).to.equal(undefined);
    await run(driver.setBootOnce('Pxe', undefined, patient));
    expect(changing().map(bootOf)).to.deep.equal([{ BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' }]);
  },
};

export const IBMC_OLD: Proofs = {
  'NFS and CIFS only, FileTransferProtocolMismatch for all else': async () => {
    const { driver, run, failure, changing } = watched('huawei-ibmc-old');
    for (const image of [IMAGE, SECURE_IMAGE])
      expect(await failure(driver.insertMedia(image, isOurs, patient))).to.include({ reason: 'SchemeNotOffered' });
    expect(changing()).to.deep.equal([]);
    const { media } = await run(driver.probe(patient));
    expect(media).to.deep.include({ schemes: ['nfs', 'cifs'], assumed: false });
    const insert = (await run(driver.intents(patient))).find(({ verb }) => verb === 'insert media');
    expect(insert!.would).to.match(/^nothing: /);
  },
};

export const CIMC: Proofs = {
  'no `Location` of the session': async () => {
    const { bench, driver, run } = watched('cisco-cimc');
    await run(driver.power(patient));
    expect(driver.session).to.equal('/redfish/v1/SessionService/Sessions/1');
    await run(driver.close());
    expect(bench.simulated.books.sessions()).to.equal(0);
  },

  'some slots are for the vKVM only: 400': async () => {
    const { driver, run, changing } = watched('cisco-cimc');
    const { observed } = await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(observed.filter(({ inserted }) => inserted).map(({ slot }) => slot.split('/').at(-1))).to.deep.equal(['1']);
    expect(/VirtualMedia\/(\w+)/.exec(changing()[0]!.path)?.[1], 'the first was tried').to.equal('0');
  },

  '`DVD` is the only media type': async () => {
    const own = watched('cisco-cimc');
    expect(await own.run(own.driver.media(patient))).to.have.length(2);
    const mixed = withSlots('cisco-cimc', ([first, second]) => [first!, { ...second!, mediaTypes: ['CD'] }]);
    expect((await mixed.run(mixed.driver.media(patient))).map(({ slot }) => slot.split('/').at(-1))).to.deep.equal(['1']);
  },
};

export const MEGARAC: Proofs = {
  'target, enabled and mode together or not at all': async () => {
    const { driver, run, changing } = watched('ami-megarac');
    await run(driver.setBootOnce('Cd', undefined, patient));
    expect(changing().map(bootOf)).to.deep.equal([
      { BootSourceOverrideTarget: 'Cd', BootSourceOverrideEnabled: 'Once', BootSourceOverrideMode: 'UEFI' },
    ]);
  },

  'TransferProtocolType demanded': async () => {
    const { driver, run, changing } = watched('ami-megarac');
    await run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(changing().map(bodyOf)).to.deep.equal([{ Image: IMAGE, TransferProtocolType: 'HTTP' }]);
  },
};
