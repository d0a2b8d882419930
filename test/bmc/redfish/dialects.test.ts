// Every row of the table of dialects against the simulation of that family, every verb. The simulations are strict about the deviations of the row.
import { expect } from 'chai';
import { DIALECTS, dialectOf, older } from '../../../src/bmc/redfish/dialects';
import { PROFILES } from '../../../src/simulator/bmc/profiles';
import { Bench, IMAGE, isOurs, patient, SECURE_IMAGE } from './bench';

interface Expected {
  readonly dialect: string;
  /** Id of the slot that takes images; undefined: none does. */
  readonly slot: string | undefined;
  readonly schemes?: readonly string[];
  readonly targets?: readonly string[];
  readonly modes?: readonly string[];
  readonly once?: boolean;
}

const ALL = ['Cd', 'Pxe', 'Hdd'];
const WEB = ['http', 'https'];

/** By the profile of the simulation. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  generic: { dialect: 'generic', slot: 'Cd' },
  'never-once': { dialect: 'generic', slot: 'Cd', once: false },
  'dell-idrac8': { dialect: 'dell-idrac8', slot: undefined, targets: ['Pxe', 'Hdd'] },
  'dell-idrac9': { dialect: 'dell-idrac9', slot: '1' },
  'dell-idrac9-old': { dialect: 'dell-idrac9', slot: 'CD' },
  'dell-idrac10': { dialect: 'dell-idrac10', slot: '1' },
  'hpe-ilo4': { dialect: 'hpe-ilo4', slot: '2', modes: [] },
  'hpe-ilo5': { dialect: 'hpe-ilo5', slot: '2', modes: [] },
  'lenovo-xcc': { dialect: 'lenovo-xcc', slot: 'EXT1' },
  supermicro: { dialect: 'supermicro', slot: 'VirtualMedia1' },
  openbmc: { dialect: 'openbmc', slot: 'Slot_2', schemes: ['https'] },
  nvidia: { dialect: 'nvidia', slot: 'CD1' },
  'fujitsu-irmc': { dialect: 'fujitsu-irmc', slot: 'CD' },
  'fujitsu-irmc-s4': { dialect: 'fujitsu-irmc', slot: undefined },
  'huawei-ibmc': { dialect: 'huawei-ibmc', slot: 'CD' },
  'huawei-ibmc-old': { dialect: 'huawei-ibmc-old', slot: 'CD', schemes: ['nfs', 'cifs'] },
  'cisco-cimc': { dialect: 'cisco-cimc', slot: '0' },
  'ami-megarac': { dialect: 'ami-megarac', slot: 'CD1' },
};

describe('the table of dialects', () => {
  it('has a simulation for every row, and every simulation a row', () => {
    expect(PROFILES.map(({ id }) => id).sort()).to.deep.equal(Object.keys(EXPECTED).sort());
    expect([...new Set(Object.values(EXPECTED).map(({ dialect }) => dialect))].sort()).to.deep.equal(
      DIALECTS.map(({ id }) => id).sort(),
    );
  });

  it('gives every deviation its source', () => {
    for (const { deviations } of DIALECTS) for (const { source, met } of deviations) expect([source, met]).not.to.include('');
  });

  it('goes by the maker of the firmware, not of the machine', () => {
    const said = { vendor: 'AMI', product: '', oem: [], manufacturer: 'Dell Inc.', model: '', managerModel: '', firmware: '' };
    expect(dialectOf(said).id).to.equal('ami-megarac');
    expect(dialectOf({ ...said, vendor: '' }).id).to.equal('dell-idrac9');
    expect(dialectOf({ ...said, vendor: 'Nobody' }).id).to.equal('generic');
  });

  it('compares versions number by number', () => {
    expect([older('1.13.0', [2, 0, 0]), older('2.0.0', [1, 13, 0]), older('6.10.30.00', [6]), older('5.9', [6])]).to.deep.equal([
      true,
      false,
      false,
      true,
    ]);
  });
});

for (const { id } of PROFILES) {
  const { dialect, slot, schemes = WEB, targets = ALL, modes = ['UEFI', 'BIOS'], once = true } = EXPECTED[id]!;
  const image = schemes.includes('http') ? IMAGE : SECURE_IMAGE;

  describe(`the dialect ${dialect}, played by ${id}`, () => {
    it('is recognised, and says what it can do, who it is, and what would be sent, changing nothing', async () => {
      const bench = new Bench(id);
      const probed = await bench.run(bench.driver.probe(patient));
      const intents = await bench.run(bench.driver.intents(patient));
      await bench.run(bench.driver.close());
      expect(probed.dialect).to.equal(dialect);
      expect(probed.identity).to.include({ serial: '7TBFHT2', uuid: '4c4c4544-0054-4210-8046-b7c04f485432' });
      expect(probed.identity.macs).to.deep.equal(['00:16:3e:00:00:01']);
      expect(probed.power).to.deep.equal({ read: true, gracefulOff: true, forceOff: true, on: true });
      expect(probed.bootOnce).to.deep.equal({ targets, modes });
      expect(probed.media?.slot.split('/').at(-1)).to.equal(slot);
      if (slot !== undefined) expect([...probed.media!.schemes].sort()).to.include.members([...schemes]);
      if (schemes !== WEB) expect(probed.media).to.include({ assumed: false });
      expect(intents).to.have.length(6);
      expect(bench.changes).to.deep.equal([]);
      expect(bench.simulated.books.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method)).to.deep.equal([
        'POST',
        'DELETE',
      ]);
      expect(bench.simulated.books.sessions()).to.equal(0);
    });

    it('is switched on and off, and not again when it is so', async () => {
      const { driver, chassis, ...bench } = aside(new Bench(id));
      expect(await bench.run(driver.setPower('On', patient))).to.deep.equal({ outcome: 'changed', observed: 'On' });
      expect(await bench.run(driver.setPower('On', patient))).to.deep.equal({ outcome: 'unchanged', observed: 'On' });
      expect(await bench.run(driver.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
      expect(await bench.run(driver.setPower('On', patient))).to.deep.equal({ outcome: 'changed', observed: 'On' });
      expect(chassis.power()).to.equal('On');
      expect(bench.changes().map((text) => text.split(' ')[0])).to.deep.equal(['power', 'power', 'power']);
    });

    for (const target of (['Cd', 'Pxe'] as const).filter((one) => targets.includes(one)))
      it(`boots from ${target} once, and tells when that is over`, async () => {
        const { driver, chassis, ...bench } = aside(new Bench(id));
        const { outcome, observed } = await bench.run(driver.setBootOnce(target, undefined, patient));
        expect({ outcome, target: observed.target, once: observed.once }).to.deep.equal({ outcome: 'changed', target, once });
        const again = await bench.run(driver.setBootOnce(target, undefined, patient));
        expect(again.outcome).to.equal(once ? 'unchanged' : 'changed');
        await bench.run(driver.setPower('On', patient));
        await bench.pass(120_000);
        expect(chassis.boots.map(({ device }) => device)).to.deep.equal([target]);
        expect((await bench.run(driver.boot(patient))).target).to.equal(once ? 'None' : target);
      });

    it('forgets an override that is cleared', async () => {
      const { driver, chassis, ...bench } = aside(new Bench(id));
      await bench.run(driver.setBootOnce(targets[0] as 'Cd' | 'Pxe', undefined, patient));
      const cleared = await bench.run(driver.clearBootOverride(patient));
      expect([cleared.outcome, cleared.observed.target]).to.deep.equal(['changed', 'None']);
      expect((await bench.run(driver.clearBootOverride(patient))).outcome).to.equal('unchanged');
      await bench.run(driver.setPower('On', patient));
      await bench.pass(120_000);
      expect(chassis.boots.map(({ device }) => device)).to.deep.equal([undefined]);
    });

    if (slot !== undefined && id !== 'huawei-ibmc-old')
      it('takes an image, boots from it, gives it back', async () => {
        const { driver, chassis, ...bench } = aside(new Bench(id));
        const inserted = await bench.run(driver.insertMedia(image, isOurs, patient));
        expect(inserted.outcome).to.equal('changed');
        expect(inserted.observed.filter((one) => one.inserted).map((one) => one.image)).to.deep.equal([image]);
        await bench.run(driver.setBootOnce('Cd', undefined, patient));
        await bench.run(driver.setPower('On', patient));
        await bench.pass(120_000);
        expect(chassis.boots).to.have.length(1);
        expect(chassis.boots[0]).to.include({ device: 'Cd', image });
        await bench.run(driver.insertMedia(image, isOurs, patient));
        const ejected = await bench.run(driver.ejectMedia(isOurs, patient));
        expect(ejected.outcome).to.equal('changed');
        expect(ejected.observed.some((one) => one.inserted)).to.equal(false);
        expect((await bench.run(driver.ejectMedia(isOurs, patient))).outcome).to.equal('unchanged');
      });
    else
      it('says that it takes no image of ours', async () => {
        const bench = new Bench(id);
        const error = await bench.failure(bench.driver.insertMedia(image, isOurs, patient));
        expect(error).to.include({ kind: 'Unsupported', reason: slot === undefined ? 'NoVirtualMedia' : 'SchemeNotOffered' });
        expect(bench.changes).to.deep.equal([]);
      });

    it('is asked one thing at a time, with a breath in between', async () => {
      const bench = new Bench(id);
      await bench.run(Promise.all([bench.driver.probe(patient), bench.driver.power(patient), bench.driver.boot(patient)]));
      const { requests } = bench.simulated.books;
      expect(requests.some(({ overlapping }) => overlapping)).to.equal(false);
      const gaps = requests.slice(1).map(({ at }, index) => at - requests[index]!.at);
      expect(Math.min(...gaps)).to.be.at.least(200);
    });

    it('ends its session when it is closed', async () => {
      const bench = new Bench(id);
      await bench.run(bench.driver.power(patient));
      expect(bench.simulated.books.sessions()).to.equal(1);
      await bench.run(bench.driver.close());
      expect(bench.simulated.books.sessions()).to.equal(0);
    });
  });
}

/** The bench, with what a test reads most. */
function aside(bench: Bench): Pick<Bench, 'driver' | 'chassis'> & {
  run: Bench['run'];
  pass: Bench['pass'];
  changes: () => readonly string[];
} {
  const { driver, chassis } = bench;
  return { driver, chassis, run: (work) => bench.run(work), pass: (ms) => bench.pass(ms), changes: () => bench.changes };
}
