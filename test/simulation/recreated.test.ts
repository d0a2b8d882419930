// An object that vanishes in the middle of an upgrade and is made anew: the pool is not left half done, and nothing is done twice.
import { expect } from 'chai';
import { CONFIG_MAPS, SECRETS } from '../../src/kubernetes/api';
import { Play } from './play';
import { XS, type Case } from './rig';

const FROM = XS('7.1.0');
const TO = XS('8.0.0');
const shape: Case = { pool: { hosts: 3, vms: 6, release: FROM }, target: TO };

const poolConfig = (play: Play): Record<string, string> =>
  [...play.stage.world.database.records('pool').values()][0]!['other_config'] as Record<string, string>;

/** Torn away, and whatever was under way at the machines is over. */
async function tearAway(play: Play): Promise<void> {
  await play.tearAway();
  await play.pass('is gone', () => [...play.stage.world.machines.values()].every((machine) => machine.state === 'Up'));
}

describe('an object that is made anew', () => {
  it('on a pool whose master is upgraded goes on with the members, and the master is not upgraded again', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    let installs = 0;
    play.stage.world.bus.on((event) => (installs += Number(event.kind === 'installer' && event.stage === 'start')));
    const before = await play.until('the first member waits', ({ hosts }) => hosts[0]?.phase === 'Upgraded');
    await tearAway(play);
    await play.recreate();
    const done = await play.phase('Succeeded');
    expect(done.run.id).to.equal(before.run.id);
    expect(done.plan?.hash).to.equal(before.plan?.hash);
    expect(done.backup?.sha256).to.equal(before.backup?.sha256);
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
    expect(poolConfig(play)).to.not.have.any.keys('xenpool.dev/claim');
    expect(books.verdict().violated).to.deep.equal([]);
    expect(installs).to.equal(3);
  });

  it('while the master is in its installer waits until it is back, and goes on', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    await play.until('the master is away', ({ hosts }) => hosts[0]?.phase === 'Installing');
    await play.tearAway();
    await play.recreate();
    const done = await play.phase('Succeeded');
    expect(done.debts).to.deep.equal([]);
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('after it was deleted in the middle goes on where the deleted one was let go', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    await play.until('the master is away', ({ hosts }) => hosts[0]?.phase === 'Installing');
    await play.delete();
    await play.untilGone();
    expect(play.systems().filter((version) => version === '8.0.0')).to.have.length(1);
    await play.recreate();
    await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.0.0', '8.0.0', '8.0.0']);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('when an installer was staged and its host had not gone yet does not stage a second one', async () => {
    const play = await Play.begin(shape);
    const staged: string[] = [];
    play.stage.world.bus.on((event) => {
      if (event.kind === 'call' && event.method.endsWith('call_plugin') && event.params.includes('main')) staged.push(event.host);
    });
    await play.until('a member has its installer', ({ hosts }) => hosts[1]?.evidence.stagedAt !== undefined);
    await tearAway(play);
    await play.recreate();
    await play.phase('Succeeded');
    expect(staged).to.have.length(3);
  });

  it('at whatever moment comes to the same end, and nothing is done twice', async function () {
    this.timeout(120_000);
    const small: Case = { pool: { hosts: 2, vms: 4, release: FROM }, target: TO };
    const whole = await Play.begin(small);
    await whole.phase('Succeeded');
    const writes = Number((await whole.stored()).metadata.resourceVersion);
    for (let at = 6; at < writes; at += Math.ceil(writes / 9)) {
      const play = await Play.begin(small);
      const running = [...play.stage.world.domains.keys()].sort();
      const books = play.openBooks();
      await play.pass(`version ${at}`, () => Number(play.stage.object()?.metadata.resourceVersion ?? 0) >= at);
      await play.tearAway();
      await play.recreate();
      const done = await play.phase('Succeeded');
      const told = `torn away at version ${at}: ${JSON.stringify(done.debts)} ${JSON.stringify(books.verdict().violated)}`;
      expect(done.debts, told).to.deep.equal([]);
      expect(play.systems(), told).to.deep.equal(['8.0.0', '8.0.0']);
      expect([...play.stage.world.domains.keys()].sort(), told).to.deep.equal(running);
      expect(books.verdict().violated, told).to.deep.equal([]);
    }
  });

  it('without the backup of the first refuses, and says what is missing', async () => {
    const play = await Play.begin(shape);
    await play.until('the first member waits', ({ hosts }) => hosts[0]?.phase === 'Upgraded');
    await tearAway(play);
    for (const { metadata } of play.stage.secrets())
      if (metadata.labels?.['xenpool.dev/kind'] === 'backup')
        await play.while(play.stage.api.delete(SECRETS, metadata.namespace ?? '', metadata.name));
    await play.recreate();
    const refused = await play.until('is refused', ({ stalled }) => stalled);
    expect(refused).to.include({ phase: 'Validating', reason: 'PoolMixed' });
    expect(refused.message).to.match(/backup .* Secrets of kind backup/);
  });

  it('without any record or backup refuses a mixed pool', async () => {
    const play = await Play.begin(shape);
    await play.until('the first member waits', ({ hosts }) => hosts[0]?.phase === 'Upgraded');
    await tearAway(play);
    const { items } = await play.while(play.stage.api.list(CONFIG_MAPS));
    for (const { metadata } of items)
      await play.while(play.stage.api.delete(CONFIG_MAPS, metadata.namespace ?? '', metadata.name));
    for (const { metadata } of play.stage.secrets())
      if (metadata.labels?.['xenpool.dev/kind'] === 'backup')
        await play.while(play.stage.api.delete(SECRETS, metadata.namespace ?? '', metadata.name));
    await play.recreate();
    expect(await play.until('is refused', ({ stalled }) => stalled)).to.include({ reason: 'PoolMixed' });
  });

  it('under another name waits, says for whom, and what to do when that one is gone', async () => {
    const play = await Play.begin(shape);
    await play.until('the first member waits', ({ hosts }) => hosts[0]?.phase === 'Upgraded');
    await tearAway(play);
    await play.recreate('another');
    const waiting = await play.until('waits', ({ reason }) => reason === 'AnotherUpgradeActive');
    expect(waiting.message).to.include(`by rehearsal/${play.manifest.metadata.name};`).and.include('create it again');
  });
});
