// What a row of the table of dialects changes: what goes out first. Without the row the driver would find its way as well, by a refusal that hardware may not survive
// so well as a simulation does.
import { expect } from 'chai';
import { SECURE_IMAGE, IMAGE, isOurs, patient, Bench, type Shape } from './bench';
import type { RedfishBmc } from '../../../src/bmc/redfish/redfish';
import type { BmcRequest } from '../../../src/bmc/transport';
import { profileOf } from '../../../src/simulator/bmc/profiles';

interface Watched {
  readonly bench: Bench;
  readonly driver: RedfishBmc;
  /** Requests that change something, but for logins. */
  readonly changing: () => readonly BmcRequest[];
}

function watched(id: string, shape: Shape = {}): Watched {
  const bench = new Bench(id, shape);
  const inner = bench.simulated.transport();
  const sent: BmcRequest[] = [];
  const driver = bench.another({
    transport: {
      request(request, signal) {
        sent.push(request);
        return inner.request(request, signal);
      },
    },
  });
  return { bench, driver, changing: () => sent.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/Sessions')) };
}

describe('a row of the table of dialects', () => {
  for (const [id, properties] of [
    ['generic', ['Image']],
    ['nvidia', ['Image', 'TransferProtocolType', 'TransferMethod', 'UserName', 'Password']],
    ['openbmc', ['Image', 'TransferProtocolType', 'TransferMethod']],
    ['ami-megarac', ['Image', 'TransferProtocolType']],
    ['supermicro', ['Image']],
  ] as const)
    it(`says what the first insert has: ${id} takes it at once`, async () => {
      const { bench, driver, changing } = watched(id);
      await bench.run(driver.insertMedia(id === 'openbmc' ? SECURE_IMAGE : IMAGE, isOurs, patient));
      expect(changing()).to.have.length(1);
      expect(Object.keys(JSON.parse(changing()[0]!.body) as object)).to.have.members([...properties]);
    });

  it('says what the first insert of a Lenovo has that takes images by an action', async () => {
    const own = profileOf('lenovo-xcc');
    const slots = own.media.slots.map((slot) => ({ ...slot, style: 'action' as const, demands: ['Inserted'] }));
    const { bench, driver, changing } = watched('lenovo-xcc', { profile: { ...own, media: { ...own.media, slots } } });
    await bench.run(driver.insertMedia(IMAGE, isOurs, patient));
    expect(changing()).to.have.length(1);
    expect(JSON.parse(changing()[0]!.body)).to.deep.equal({ Image: IMAGE, Inserted: true });
  });

  for (const [id, sends] of [
    ['generic', true],
    ['fujitsu-irmc', true],
    ['openbmc', false],
    ['nvidia', false],
  ] as const)
    it(`says whether If-Match is sent at the first try: ${id}, ${sends ? 'yes' : 'no'}`, async () => {
      const { bench, driver, changing } = watched(id);
      await bench.run(driver.setBootOnce('Pxe', undefined, patient));
      expect(changing()).to.have.length(1);
      expect(changing()[0]!.headers['if-match'] !== undefined).to.equal(sends);
    });

  it('says which schemes are taken: OpenBMC is never offered what it would refuse', async () => {
    const { bench, driver, changing } = watched('openbmc');
    expect(await bench.failure(driver.insertMedia(IMAGE, isOurs, patient))).to.include({
      kind: 'Unsupported',
      reason: 'SchemeNotOffered',
    });
    expect(changing()).to.deep.equal([]);
    expect((await bench.run(driver.probe(patient))).media?.schemes).to.deep.equal(['https']);
  });

  it('says which schemes are taken: iBMC 6.41 none of ours', async () => {
    const { bench, driver, changing } = watched('huawei-ibmc-old');
    for (const image of [IMAGE, SECURE_IMAGE])
      expect(await bench.failure(driver.insertMedia(image, isOurs, patient))).to.include({ reason: 'SchemeNotOffered' });
    expect(changing()).to.deep.equal([]);
    const { media } = await bench.run(driver.probe(patient));
    expect(media).to.deep.include({ schemes: ['nfs', 'cifs'], assumed: false });
    const insert = (await bench.run(driver.intents(patient))).find(({ verb }) => verb === 'insert media');
    expect(insert!.would).to.match(/^nothing: /);
  });

  it('says less about schemes than the slot does, and where neither says anything they are assumed', async () => {
    const told = async (id: string, protocols: readonly string[] | undefined): Promise<unknown> => {
      const own = profileOf(id);
      const slots = own.media.slots.map((slot) => ({ ...slot, protocols }));
      const { bench, driver } = watched(id, { profile: { ...own, media: { ...own.media, slots } } });
      const { schemes, assumed } = (await bench.run(driver.probe(patient))).media!;
      return [schemes, assumed];
    };
    expect(await told('openbmc', ['HTTP', 'HTTPS'])).to.deep.equal([['http', 'https'], false]);
    expect(await told('generic', ['CIFS', 'HTTP'])).to.deep.equal([['cifs', 'http'], false]);
    expect(await told('generic', undefined)).to.deep.equal([['http', 'https'], true]);
  });

  it('leaves the choice among slots to what they take: one of ours goes before one of shares alone', async () => {
    const own = profileOf('generic');
    const [, cd] = own.media.slots;
    const slots = [
      { ...cd!, id: 'Shares', protocols: ['NFS', 'CIFS'] },
      { ...cd!, id: 'Web', protocols: ['HTTPS', 'NFS'] },
    ];
    const { bench, driver } = watched('generic', { profile: { ...own, media: { ...own.media, slots } } });
    const { media } = await bench.run(driver.probe(patient));
    expect(media!.slot).to.match(/\/Web$/);
    expect([...media!.schemes].sort()).to.deep.equal(['cifs', 'https', 'nfs']);
  });

  it('says by which name a Supermicro boots its CD, and which of its models has the standard one', async () => {
    const targetOf = async (model: string): Promise<unknown> => {
      const own = profileOf('supermicro');
      const profile = { ...own, model, boot: { ...own.boot, targets: [...own.boot.targets, 'Cd'] } };
      const { bench, driver, changing } = watched('supermicro', { profile });
      await bench.run(driver.setBootOnce('Cd', undefined, patient));
      const { Boot } = JSON.parse(changing()[0]!.body) as { readonly Boot: Readonly<Record<string, string>> };
      return Boot['BootSourceOverrideTarget'];
    };
    expect(await targetOf('SYS-510T-MR')).to.equal('UsbCd');
    expect(await targetOf('ARS-111GL-NHR')).to.equal('Cd');
  });

  for (const id of ['hpe-ilo4', 'hpe-ilo5'])
    it(`says that a slot has a mark of its own: ${id} boots from it where the override does not take`, async () => {
      const own = profileOf(id);
      const { bench, driver } = watched(id, { profile: { ...own, boot: { ...own.boot, forgetsCd: true } } });
      await bench.run(driver.insertMedia(IMAGE, isOurs, patient));
      const { observed } = await bench.run(driver.setBootOnce('Cd', undefined, patient));
      expect(observed).to.include({ target: 'Cd', once: true });
      await bench.run(driver.setPower('On', patient));
      await bench.pass(120_000);
      expect(bench.chassis.boots.map(({ device }) => device)).to.deep.equal(['Cd']);
    });
});
