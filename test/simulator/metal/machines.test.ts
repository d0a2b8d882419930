// What machines, their installer and the person at the console do, told by the disk they leave behind.
import { expect } from 'chai';
import { createPerson } from '../../../src/simulator/metal/person';
import type { Cause, Release } from '../../../src/simulator/world';
import { metalBench, REPOSITORY, UPGRADE } from './bench';

const xs = (version: string): Release => ({ brand: 'XenServer', version });
const CALL: Cause = { by: 'call', caller: 'test' };
const PERSON: Cause = { by: 'person' };
const WHOLE = ['start', 'backup', 'backup-done', 'format', 'packages', 'complete'];

describe('a simulated machine', () => {
  it('that is told to reboot goes ten seconds later and comes back on the same system', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
    bench.metal.leave('h1', 'reboot', CALL);
    expect(bench.machine).to.include({ state: 'Up', leaving: 'reboot' });
    await bench.settle();
    const off = bench.events.find((event) => event.kind === 'machine' && event.change === 'off');
    expect(off?.at).to.equal(10_000);
    expect(bench.told).to.deep.equal(['gone h1', 'booted h1 6.1.0']);
    expect(bench.machine).to.include({ state: 'Up', leaving: null });
    expect(bench.machine.bootedAt).to.equal(bench.clock.now());
  });

  it('that is told to shut down stays off until someone switches it on', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
    bench.metal.leave('h1', 'shutdown', CALL);
    await bench.settle();
    expect(bench.machine.state).to.equal('Off');
    bench.metal.powerOn('h1', PERSON);
    await bench.settle();
    expect(bench.machine.state).to.equal('Up');
  });

  it('hears a second reboot while the first still waits, and reboots once', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
    bench.metal.leave('h1', 'reboot', CALL);
    bench.metal.leave('h1', 'reboot', CALL);
    await bench.settle();
    const changes = bench.events.flatMap((event) => (event.kind === 'machine' ? [event.change] : []));
    expect(changes).to.deep.equal(['leaving', 'leaving', 'off', 'up']);
  });

  it('steps its clock at the boot it was told to, and not before', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'), ['clock-steps:by=-420']);
    expect(bench.machine.clockSkew).to.equal(0);
    bench.metal.leave('h1', 'reboot', CALL);
    await bench.settle();
    expect(bench.machine.clockSkew).to.equal(-420_000);
  });

  it('steps its clock while it runs, when asked for that', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'), ['clock-steps:by=90,when=up,after=30']);
    await bench.settle();
    expect(bench.machine).to.include({ clockSkew: 90_000, state: 'Up' });
  });
});

describe('the simulated installer', () => {
  for (const [from, to] of [
    ['6.1.0', '6.2.0'],
    ['8.1.0', '8.2.1'],
  ] as const) {
    it(`upgrades ${from} from its staged entry, keeps the old system as backup and leaves no entry`, async () => {
      const bench = metalBench(xs(from), xs(to));
      bench.machine.disk.staged = bench.staged();
      bench.metal.leave('h1', 'reboot', CALL);
      expect(await bench.settle()).to.deep.equal(WHOLE);
      expect(bench.machine).to.include({ state: 'Up' });
      expect(bench.machine.disk).to.deep.include({
        system: xs(to),
        backup: { release: xs(from), complete: true },
        staged: null,
      });
      expect(bench.told.at(-1)).to.equal(`booted h1 ${to}`);
    });

    it(`that gives up before the backup leaves ${from} as it was, by the same reboot`, async () => {
      const bench = metalBench(xs(from), xs(to), ['installer-fails']);
      bench.machine.disk.staged = bench.staged();
      bench.metal.leave('h1', 'reboot', CALL);
      expect(await bench.settle()).to.deep.equal(['start', 'failed']);
      expect(bench.machine.disk).to.deep.include({ system: xs(from), backup: null, staged: null });
      expect(bench.told.at(-1)).to.equal(`booted h1 ${from}`);
    });
  }

  it('that fails after the point of no return leaves nothing that boots', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'), ['installer-fails@master:stage=after-format']);
    bench.machine.disk.staged = bench.staged();
    bench.metal.leave('h1', 'reboot', CALL);
    expect(await bench.settle()).to.deep.equal(['start', 'backup', 'backup-done', 'format', 'packages', 'failed']);
    expect(bench.machine).to.include({ state: 'Dead' });
    expect(bench.machine.disk.system).to.equal('broken');
    expect(bench.machine.disk.backup).to.deep.equal({ release: xs('6.1.0'), complete: true });
  });

  it('ends in a machine that hangs when the fault says the host never returns', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'), ['host-never-returns']);
    bench.machine.disk.staged = bench.staged();
    bench.metal.leave('h1', 'reboot', CALL);
    expect((await bench.settle()).at(-1)).to.equal('complete');
    expect(bench.machine.state).to.equal('Dead');
    expect(bench.told).to.deep.equal(['gone h1']);
  });

  it('whose staged entry was written twice before plugin 1.2.0 has spoilt the way back', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'), ['installer-fails']);
    bench.machine.disk.staged = bench.staged(2);
    bench.metal.leave('h1', 'reboot', CALL);
    await bench.settle();
    expect(bench.machine.state).to.equal('Dead');
    expect(bench.machine.disk.system).to.deep.equal(xs('6.1.0'));
  });

  it('whose staged entry was written twice from plugin 1.2.0 on still comes back', async () => {
    const bench = metalBench(xs('8.1.0'), xs('8.2.1'), ['installer-fails']);
    bench.machine.disk.staged = bench.staged(2);
    bench.metal.leave('h1', 'reboot', CALL);
    await bench.settle();
    expect(bench.machine.state).to.equal('Up');
  });

  it('without the revert script boots again and again before plugin 1.2.0, and once from then on', async () => {
    for (const [from, to, starts] of [
      ['6.1.0', '6.2.0', 3],
      ['8.1.0', '8.2.1', 1],
    ] as const) {
      const bench = metalBench(xs(from), xs(to), ['installer-fails:times=2']);
      const answerFile = UPGRADE.replace(/<script.*<\/script>/, '');
      bench.machine.disk.staged = { ...bench.staged(), answerFile };
      bench.metal.leave('h1', 'reboot', CALL);
      const stages = await bench.settle();
      expect(stages.filter((stage) => stage === 'start').length, from).to.equal(starts);
    }
  });

  for (const root of ['<installation>', '<installation mode="fresh">', '<installation mode="reinstall">']) {
    it(`wipes the host when its answer file begins with ${root}`, async () => {
      const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
      bench.machine.disk.staged = { ...bench.staged(), answerFile: UPGRADE.replace('<installation mode="upgrade">', root) };
      bench.metal.leave('h1', 'reboot', CALL);
      expect(await bench.settle()).to.deep.equal(['start', 'wiped']);
      expect(bench.machine.disk.system).to.equal(null);
      expect(bench.machine.state).to.equal('Dead');
      expect(bench.told).to.deep.equal(['gone h1', 'storage h1']);
    });
  }

  it('touches nothing for an answer file that is not whole', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
    bench.machine.disk.staged = { ...bench.staged(), answerFile: UPGRADE.slice(0, -10) };
    bench.metal.leave('h1', 'reboot', CALL);
    expect(await bench.settle()).to.deep.equal(['start', 'refused']);
    expect(bench.machine.disk).to.deep.include({ system: xs('6.1.0'), backup: null });
    expect(bench.machine.state).to.equal('Up');
  });

  it('without an answer file and without a person waits at its first question', async () => {
    const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
    bench.metal.leave('h1', 'shutdown', CALL);
    await bench.settle();
    bench.metal.bootInstaller('h1', xs('6.2.0'), null, CALL);
    expect(await bench.settle()).to.deep.equal(['start']);
    expect(bench.machine.state).to.equal('Installing');
  });

  const WINDOW: readonly (readonly [Release, Release, boolean])[] = [
    [xs('5.5.0'), xs('5.6.100'), true],
    [xs('5.5.0'), xs('6.1.0'), false],
    [xs('5.6.100'), xs('6.1.0'), true],
    [xs('5.6.100'), xs('7.0.0'), false],
    [xs('6.0.0'), xs('7.6.0'), true],
    [xs('6.5.0'), xs('8.2.1'), false],
    [xs('7.0.0'), xs('8.2.1'), true],
    [xs('6.2.0'), xs('6.1.0'), false],
    [xs('7.6.0'), { brand: 'XCP-ng', version: '8.2.1' }, true],
    [{ brand: 'XCP-ng', version: '7.6.0' }, xs('8.2.1'), false],
  ];
  for (const [from, to, accepted] of WINDOW) {
    it(`of ${to.brand} ${to.version} ${accepted ? 'takes' : 'refuses'} ${from.brand} ${from.version}`, async () => {
      const bench = metalBench(from, to);
      bench.metal.leave('h1', 'shutdown', CALL);
      await bench.settle();
      bench.metal.bootInstaller('h1', to, UPGRADE, PERSON);
      expect(await bench.settle()).to.deep.equal(accepted ? WHOLE : ['start', 'refused']);
      expect(bench.machine.disk.system).to.deep.equal(accepted ? to : from);
    });
  }

  it('re-cuts an old disk only when the host was found safe to convert, and the local storage is gone then', async () => {
    for (const safe of [false, true]) {
      const bench = metalBench(xs('6.5.0'), xs('7.6.0'));
      bench.machine.disk.safe2upgrade = safe;
      bench.machine.disk.staged = bench.staged();
      bench.metal.leave('h1', 'reboot', CALL);
      await bench.settle();
      expect(bench.machine.disk).to.deep.include({ system: xs('7.6.0'), layout: safe ? 'new' : 'old' });
      expect(bench.told.includes('storage h1')).to.equal(safe);
    }
  });

  it('of 8.3 and later refuses the old layout', async () => {
    const bench = metalBench(xs('7.6.0'), xs('8.4.0'));
    bench.machine.disk.layout = 'old';
    bench.machine.disk.staged = bench.staged();
    bench.metal.leave('h1', 'reboot', CALL);
    expect(await bench.settle()).to.deep.equal(['start', 'refused']);
    expect(bench.machine.disk.system).to.deep.equal(xs('7.6.0'));
  });

  it('leaves what its stage has made of the disk when the power is cut', async () => {
    const left: Record<string, unknown> = {};
    for (const stage of ['start', 'backup', 'backup-done', 'format', 'packages']) {
      const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
      const reached = (): boolean => bench.events.some((event) => event.kind === 'installer' && event.stage === stage);
      bench.machine.disk.staged = bench.staged();
      bench.metal.leave('h1', 'reboot', CALL);
      await bench.clock.run(reached, 3_600_000);
      bench.metal.powerOff('h1', PERSON);
      bench.metal.powerOn('h1', PERSON);
      await bench.settle();
      left[stage] = [bench.machine.state, bench.machine.disk.backup?.complete ?? null];
    }
    expect(left).to.deep.equal({
      start: ['Up', null],
      backup: ['Up', false],
      'backup-done': ['Up', true],
      format: ['Dead', true],
      packages: ['Dead', true],
    });
  });
});

describe('the person at the console', () => {
  it('upgrades a host that is off, once, by the installer from the disc', async () => {
    const bench = metalBench(xs('5.5.0'), xs('5.6.100'));
    const person = createPerson({ clock: bench.clock, machines: bench.metal.machines, links: bench.links }, 300_000);
    bench.metal.leave('h1', 'shutdown', CALL);
    person.asked('h1', xs('5.6.100'));
    person.asked('h1', xs('5.6.100'));
    expect(await bench.settle()).to.deep.equal(WHOLE);
    expect(bench.machine.disk.system).to.deep.equal(xs('5.6.100'));
    const starts = bench.events.filter((event) => event.kind === 'machine' && event.change === 'installer');
    expect(starts).to.have.length(1);
    expect(starts[0]).to.deep.include({ cause: { by: 'person' } });
  });

  it('waits while the host is still on, and stays away when no longer wanted', async () => {
    const bench = metalBench(xs('5.5.0'), xs('5.6.100'));
    const person = createPerson({ clock: bench.clock, machines: bench.metal.machines, links: bench.links }, 300_000);
    const takeBack = person.asked('h1', xs('5.6.100'));
    await bench.clock.run(() => false, 3_000_000);
    expect(bench.machine.state).to.equal('Up');
    takeBack();
    bench.metal.leave('h1', 'shutdown', CALL);
    expect(await bench.settle()).to.deep.equal([]);
    expect(bench.machine.state).to.equal('Off');
  });
});

it('a boot entry from an address that serves no installer is a fault of the world, and is told', async () => {
  const bench = metalBench(xs('6.1.0'), xs('6.2.0'));
  bench.machine.disk.staged = { ...bench.staged(), url: REPOSITORY.replace('target', 'nowhere') };
  bench.metal.leave('h1', 'reboot', CALL);
  const error = await bench.settle().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(String(error)).to.contain('no repository');
});
