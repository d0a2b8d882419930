// What can go wrong between a host, its BMC and the boot server, as each fault's text says; and what the books make of it.
import { expect } from 'chai';
import { BmcError } from '../../../src/bmc/bmc';
import type { EndReport } from '../../../src/simulator/books/createBooks';
import { never } from '../../boot/media/made/bytesSource';
import { OLD, NEW, Site } from './site';

const SUCCEEDED: EndReport = { outcome: 'Succeeded', debts: [], notRestored: [], differences: [] };

async function failure(work: Promise<unknown>): Promise<BmcError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BmcError) return error;
  throw new Error(`expected a BmcError, found ${String(error)}`);
}

const violated = (site: Site): readonly string[] => [...new Set(site.books.verdict().violated.map(({ id }) => id))];

describe('a fault of booting', () => {
  it('installer-fails strikes whatever the installer was booted from', async () => {
    for (const target of ['Cd', 'Pxe'] as const) {
      const early = new Site({ faults: ['installer-fails'] });
      await early.bootOnce(target);
      expect([early.stages, early.sightings.result, early.machine().state]).to.deep.equal([['start', 'failed'], 1, 'Up']);
      const late = new Site({ faults: ['installer-fails:stage=after-format'] });
      await late.bootOnce(target);
      expect([late.stages.at(-1), late.sightings.result, late.machine().state]).to.deep.equal(['failed', 1, 'Dead']);
      expect(late.asked.filter(({ path }) => path.endsWith('.rpm'))).to.have.length(5);
    }
  });

  it('media-not-fetched leaves the drive empty, and the host boots its disk', async () => {
    const site = new Site({ faults: ['media-not-fetched'] });
    await site.bootOnce('Cd');
    expect([site.stages, site.machine().state]).to.deep.equal([[], 'Up']);
    expect(site.asked).to.deep.equal([]);
    expect((await site.run(site.driver().media(never))).some(({ inserted }) => inserted)).to.equal(true);
  });

  it('override-forgotten boots the disk once', async () => {
    const site = new Site({ faults: ['override-forgotten'] });
    await site.bootOnce('Cd');
    expect([site.stages, site.machine().state]).to.deep.equal([[], 'Up']);
    expect(site.world.bmc(site.machine().uuid)!.armed).to.equal(undefined);
  });

  it('pxe-silent sends a host on to its disk', async () => {
    const site = new Site({ faults: ['pxe-silent'] });
    await site.bootOnce('Pxe');
    expect([site.stages, site.asked, site.machine().state]).to.deep.equal([[], [], 'Up']);
  });

  it('answerfile-unreachable ends an installer that has touched nothing', async () => {
    const site = new Site({ faults: ['answerfile-unreachable'] });
    await site.bootOnce('Cd');
    expect([site.stages, site.machine().state]).to.deep.equal([['unanswered'], 'Up']);
    expect(site.machine().disk).to.deep.include({ system: OLD, backup: null });
  });

  it('media-unlicensed is refused as such, every time', async () => {
    const site = new Site({ faults: ['media-unlicensed@master'] });
    const insert = (index: number): Promise<unknown> =>
      site.run(site.driver(index).insertMedia('http://mirror.example/8.3.0.iso', () => true, never));
    for (let time = 0; time < 2; time++)
      expect(await failure(insert(0))).to.include({ kind: 'Unsupported', reason: 'LicenceMissing' });
    await insert(1);
  });

  it('media-foreign keeps the drive for somebody else', async () => {
    const site = new Site({ faults: ['media-foreign'] });
    const error = await failure(site.run(site.driver().insertMedia(site.imageUrl, () => false, never)));
    expect(error).to.include({ kind: 'Conflict', reason: 'MediaOfSomebodyElse' });
    site.books.judgeEnd(SUCCEEDED);
    expect(violated(site)).to.deep.equal([]);
  });

  it('power-on-ignored leaves the machine off once', async () => {
    const site = new Site({ faults: ['power-on-ignored'] });
    await site.shutDown();
    const driver = site.driver();
    await site.run(driver.setPower('On', never).catch((error: unknown) => error));
    expect(site.machine().state).to.equal('Off');
    await site.run(driver.setPower('On', never));
    expect(site.machine().state).to.equal('Booting');
  });

  it('bmc-unreachable lets nobody be answered for its time', async () => {
    const site = new Site({ faults: ['bmc-unreachable@master:after=600,for=1800'] });
    expect(await site.run(site.driver().power(never))).to.equal('On');
    site.clock.after(900_000, () => undefined);
    await site.clock.run(() => site.clock.monotonic() >= 900_000, 901_000);
    const error = await failure(site.run(site.driver().power(never)));
    expect(['Unreachable', 'Timeout', 'Transient']).to.include(error.kind);
    expect(await site.run(site.driver(1).power(never))).to.equal('On');
    site.clock.after(7_200_000, () => undefined);
    await site.until();
    expect(await site.run(site.driver().power(never))).to.equal('On');
  });

  it('bmc-slow makes every answer late', async () => {
    const site = new Site({ faults: ['bmc-slow@master:by=3'] });
    const before = site.clock.monotonic();
    await site.run(site.driver().power(never));
    expect(site.clock.monotonic() - before).to.be.greaterThan(3_000);
  });

  it('bmc-session-lost is mended by another login', async () => {
    const site = new Site({ faults: ['bmc-session-lost'] });
    expect(await site.run(site.driver().power(never))).to.equal('On');
    expect(site.faults.untouched()).to.deep.equal([]);
  });

  it('post-refuses takes no override while the machine tests itself', async () => {
    const site = new Site({ faults: ['post-refuses'] });
    await site.shutDown();
    const driver = site.driver();
    await site.run(driver.setPower('On', never));
    const bmc = site.world.bmc(site.machine().uuid)!;
    let settled = false;
    const set = driver.setBootOnce('Pxe', undefined, never).catch((error: unknown) => error);
    void set.finally(() => (settled = true));
    await site.clock.run(() => settled || bmc.armed !== undefined, site.clock.monotonic() + 30_000);
    expect(bmc.armed).to.equal(undefined);
    await site.until(() => settled);
  });
});

describe('the books on BMCs', () => {
  it('find nothing wrong when image and override are gone at the end', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    await site.run(site.driver().ejectMedia(() => true, never));
    site.books.judgeEnd(SUCCEEDED);
    const verdict = site.books.verdict();
    expect(verdict.violated.filter(({ id }) => id === 'I9' || id === 'I14')).to.deep.equal([]);
    expect(verdict.checked.find(({ id }) => id === 'I14')!.judged).to.be.greaterThan(2);
  });

  it('catch an image and an override that are left behind, and take no debt for them where the BMC answers', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    await site.run(site.driver().setBootOnce('Pxe', undefined, never));
    const { uuid } = site.machine();
    site.books.judgeEnd({ ...SUCCEEDED, debts: [{ kind: 'media', object: uuid }] });
    const left = site.books.verdict().violated.filter(({ id }) => id === 'I9');
    expect(left.map(({ detail }) => detail.split(' of a host')[0])).to.deep.equal(["image in the BMC's drive", 'boot override']);
  });

  it('take a debt for what lies in a BMC that does not answer', async () => {
    const site = new Site();
    await site.bootOnce('Cd');
    const { uuid } = site.machine();
    site.world.bmc(uuid)!.silence(true);
    site.books.judgeEnd({ ...SUCCEEDED, debts: [{ kind: 'media', object: uuid }] });
    expect(violated(site)).not.to.include('I9');
  });

  it('catch what is done to another host through a crossed address', async () => {
    const site = new Site({ faults: ['bmc-of-other@master'] });
    const driver = site.driver();
    const { identity } = await site.run(driver.probe(never));
    expect(identity.serial).to.equal('MADE-0002');
    expect(violated(site)).to.deep.equal([]);
    await site.run(driver.setPower('Off', never));
    expect([site.machine(0).state, site.machine(1).state]).to.deep.equal(['Up', 'Off']);
    expect(violated(site)).to.include('I14');
  });

  it('catch power that is taken from a host with a guest on it, and put it down to whoever did it', async () => {
    const site = new Site();
    const { uuid } = site.machine();
    site.world.domains.set('a guest', { vm: 'a guest', host: uuid, state: 'Running' });
    const causes: unknown[] = [];
    site.world.bus.on((event) => {
      if (event.kind === 'machine' && event.change === 'off') causes.push(event.cause);
    });
    await site.run(site.driver().setPower('Off', never));
    expect(violated(site)).to.include('I1');
    expect(causes).to.deep.equal([{ by: 'call', caller: 'controller' }]);
    const [cut] = site.books.destructiveEffects();
    expect(cut).to.deep.include({ host: uuid, kind: 'cut' });
  });

  it('do not take a second try after a failure for a repetition, and do take one that came by itself', async () => {
    const site = new Site({ faults: ['installer-fails'] });
    await site.bootOnce('Cd');
    site.attempt = { ...site.attempt, attempt: 2 };
    await site.bootOnce('Pxe');
    expect(site.machine().disk.system).to.deep.equal(NEW);
    expect(violated(site)).to.deep.equal(['I4']);
    const looping = new Site({ profile: 'never-once', faults: ['installer-fails:times=2'] });
    looping.world.bus.on((event) => {
      if (event.kind === 'installer' && event.stage === 'failed') looping.attempt = { ...looping.attempt, attempt: 2 };
    });
    await looping.bootOnce('Pxe');
    expect(violated(looping)).to.include('I11');
  });
});

describe('a host whose backup is put back', () => {
  const RESTORE = { attempt: { intent: 'restore' } } as const;

  /** A site whose first host failed past the point of no return, and is to be restored. */
  async function failed(more: ConstructorParameters<typeof Site>[0] = {}): Promise<Site> {
    const site = new Site({ faults: ['installer-fails:stage=after-format'], ...more });
    await site.bootOnce('Cd');
    expect(site.machine().disk.system).to.equal('broken');
    site.attempt = { ...site.attempt, attempt: 2, ...RESTORE.attempt };
    site.stages.length = 0;
    site.world.powerOff(site.machine().uuid, { by: 'person' });
    await site.run(site.driver().ejectMedia(() => true, never));
    return site;
  }

  it('comes back with its old system', async () => {
    const site = await failed({ restoreAsked: true });
    await site.bootOnce('Cd');
    expect(site.stages).to.deep.equal(['restoring', 'restored']);
    expect([site.machine().state, site.machine().disk.system, site.sightings.result]).to.deep.equal(['Up', OLD, 0]);
    expect(violated(site)).to.deep.equal([]);
  });

  it('that nobody asked for is caught', async () => {
    const site = await failed();
    await site.bootOnce('Pxe');
    expect(violated(site)).to.include('I3');
  });

  it('and has none is left as it is', async () => {
    const site = new Site({ ...RESTORE, restoreAsked: true });
    await site.bootOnce('Cd');
    expect(site.stages).to.deep.equal(['restoring', 'refused']);
    expect(site.details.at(-1)).to.equal('Could not locate exsisting backup.');
    expect(site.machine()).to.deep.include({ state: 'Up' });
  });
});
