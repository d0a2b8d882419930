// Pools that are found in mixed mode, because a person or another tool began an upgrade: what is gone on with, with which way back, and what is refused.
import { expect } from 'chai';
import { secretBackups } from '../../src/controller/store/secretBackups';
import { CONFIG_MAPS, SECRETS } from '../../src/kubernetes/api';
import { createPerson } from '../../src/simulator/metal/person';
import type { Release } from '../../src/simulator/world';
import type { RunState } from '../../src/upgrade/state';
import { personAt } from './hand';
import { Play } from './play';
import { type Case, mustBeReady, XCP, XS } from './rig';

const FROM = XS('7.1.0');
const TO = XS('8.0.0');

const releases = (...versions: readonly Release[]): readonly object[] =>
  versions.map((release) => ({
    ...release,
    repository: { url: `http://repository.invalid/${release.brand}/${release.version}/` },
  }));

interface Given extends Case {
  /** Hosts upgraded by hand, by name, and to what. */
  readonly byHand: readonly (readonly [host: string, to: Release])[];
  readonly consent?: Readonly<Record<string, boolean>>;
  /** Whether a backup from before is stored, and of which pool. */
  readonly backup?: 'before' | 'later';
}

/** A pool whose hosts a person upgraded while the object was paused, which is then told to begin. */
async function found({ byHand, consent = {}, backup, spec, ...rest }: Given): Promise<Play> {
  const given: Case = {
    pool: { hosts: 3, vms: 6, release: FROM },
    target: TO,
    ...rest,
    spec: { releases: releases(rest.target ?? TO), paused: true, ...spec },
  };
  const play = await Play.begin(given);
  await play.until('waits', ({ reason }) => reason === 'PausedByUser');
  if (backup === 'before') await store(play, mustBeReady(given).dump());
  await forgetPlans(play);
  for (const [host, to] of byHand) await upgradeByHand(play, host, to);
  if (backup === 'later') await store(play, mustBeReady({ ...given, pool: { ...given.pool, release: byHand[0]![1] } }).dump());
  await play.edit({ paused: false, consent: { undocumentedHops: true, acceptDowntime: true, ...consent } });
  return play;
}

/** What the paused object wrote down would explain the pool: here it is to be somebody else's. */
async function forgetPlans(play: Play): Promise<void> {
  const { items } = await play.while(play.stage.api.list(CONFIG_MAPS));
  for (const { metadata } of items)
    if (metadata.labels?.['xenpool.dev/kind'] === 'plan')
      await play.while(play.stage.api.delete(CONFIG_MAPS, metadata.namespace ?? '', metadata.name));
}

/** Stored by an earlier run, whose record is gone. */
async function store(play: Play, text: string): Promise<void> {
  const pool = String([...play.stage.world.database.records('pool').values()][0]!['uuid']);
  const dump = { run: 'an-earlier-run', pool, hosts: 3, vms: 9, srs: 5, takenAt: '', text };
  await play.while(secretBackups(play.stage.api, play.manifest.metadata.namespace ?? '').save(dump));
}

/** Empties the host, takes it out of service, and boots the installer of that release from a disc. */
async function upgradeByHand(play: Play, name: string, to: Release): Promise<void> {
  const { world } = play.stage;
  const hand = personAt(play.stage);
  const host = hand.ref('host', name);
  const machine = [...world.machines.values()].find((entry) => entry.name === name)!;
  await play.while(hand.call('host.disable', host));
  for (const [vm, record] of [...world.database.records('VM')])
    if (record['resident_on'] === host && record['is_control_domain'] !== true)
      await play.while(hand.call('VM.hard_shutdown', vm));
  await play.while(hand.call('host.shutdown', host));
  createPerson(world, 60_000).asked(machine.uuid, to);
  const serves = (): boolean => machine.state === 'Up' && world.database.get('host', host)!['enabled'] === true;
  await play.pass(`${name} runs ${to.version}`, () => (machine.disk.system as Release).version === to.version && serves());
  await play.passTime(120_000);
}

const refused = (play: Play): Promise<RunState> => play.until('is refused', ({ stalled }) => stalled);

describe('a pool that somebody else began to upgrade', () => {
  const master = [['xs-01', TO]] as const;

  it('is refused for want of a backup, with both remedies', async () => {
    const play = await found({ byHand: master });
    const state = await refused(play);
    expect(state).to.include({ phase: 'Validating', reason: 'PoolMixed' });
    expect(state.message).to.match(/xs-01 XenServer 8\.0\.0.*no backup of it is stored.*backup.*spec\.consent\.withoutBackup/);
    expect(play.systems()).to.deep.equal(['8.0.0', '7.1.0', '7.1.0']);
  });

  it('is gone on with when a backup of it from before is stored: what is upgraded stays so, the rest follows', async () => {
    const play = await found({ byHand: master, backup: 'before' });
    const books = play.openBooks();
    let installs = 0;
    play.stage.world.bus.on((event) => (installs += Number(event.kind === 'installer' && event.stage === 'start')));
    const done = await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
    expect(installs, 'the master is not upgraded again').to.equal(2);
    expect(done.backup?.secrets).to.have.length(1);
    expect(done.plan?.warnings[0]).to.match(
      /found on its way from XenServer 7\.1\.0 to XenServer 8\.0\.0.*xs-01 count as upgraded/,
    );
    expect(done.debts).to.deep.equal([]);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('is not gone on with for a backup that is not from before', async () => {
    const state = await refused(await found({ byHand: master, backup: 'later' }));
    expect(state.reason).to.equal('PoolMixed');
    expect(state.message).to.contain('none is from before');
  });

  it('is gone on with without a backup when that is consented to', async () => {
    const play = await found({ byHand: [...master, ['xs-02', TO]], consent: { withoutBackup: true } });
    const books = play.openBooks();
    const done = await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
    expect(done.backup).to.equal(undefined);
    expect(done.plan?.warnings[0]).to.contain('without a backup');
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('is brought to the stop it was on its way to, then on to the target with a backup of the next hop', async () => {
    const stop = XS('8.2.1');
    const target = XS('8.4.0');
    const play = await found({
      byHand: [['xs-01', stop]],
      target,
      consent: { withoutBackup: true },
      spec: { releases: releases(stop, target) },
    });
    const books = play.openBooks();
    const done = await play.phase('Succeeded');
    expect(done.plan?.path?.map(({ version }) => version)).to.deep.equal(['7.1.0', '8.2.1', '8.4.0']);
    expect(play.systems()).to.deep.equal(['8.4.0', '8.4.0', '8.4.0']);
    expect(done.backup?.secrets, 'of the second hop').to.have.length(1);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('across brands at one number, where XAPI sees no difference of platform, is mixed all the same', async () => {
    const play = await found({
      pool: { hosts: 2, vms: 2, release: XS('8.2.1') },
      byHand: [['xs-01', XCP('8.2.1')]],
      target: XCP('8.2.1'),
      consent: { withoutBackup: true },
    });
    await play.phase('Succeeded');
    expect([...play.stage.world.machines.values()].map(({ disk }) => disk.system)).to.deep.equal([XCP('8.2.1'), XCP('8.2.1')]);
  });

  it('on its way to something newer than the target is refused, whatever is consented to', async () => {
    const state = await refused(await found({ byHand: [['xs-01', XS('8.2.1')]], consent: { withoutBackup: true } }));
    expect(state.reason).to.equal('TargetNotNewer');
    expect(state.message).to.contain('8.2.1');
  });

  it('by a hop that nobody documents wants that consent too', async () => {
    const state = await refused(await found({ byHand: master, consent: { withoutBackup: true, undocumentedHops: false } }));
    expect(state.reason).to.equal('UndocumentedHop');
  });
});

describe('consent to go without a backup', () => {
  it('changes nothing for a pool of one release: it is backed up first', async () => {
    const play = await Play.begin({
      pool: { hosts: 2, vms: 4, release: FROM },
      target: TO,
      spec: { releases: releases(TO), consent: { withoutBackup: true, undocumentedHops: true, acceptDowntime: true } },
    });
    const books = play.openBooks();
    const done = await play.phase('Succeeded');
    expect(done.backup?.secrets).to.have.length(1);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('lets an object that is made anew go on where the backup of the run before is gone', async () => {
    const play = await Play.begin({
      pool: { hosts: 3, vms: 6, release: FROM },
      target: TO,
      spec: { releases: releases(TO), consent: { withoutBackup: true, undocumentedHops: true, acceptDowntime: true } },
    });
    await play.until('the first member waits', ({ hosts }) => hosts[0]?.phase === 'Upgraded');
    await play.tearAway();
    for (const { metadata } of play.stage.secrets())
      if (metadata.labels?.['xenpool.dev/kind'] === 'backup')
        await play.while(play.stage.api.delete(SECRETS, metadata.namespace ?? '', metadata.name));
    await play.recreate();
    await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
  });
});
