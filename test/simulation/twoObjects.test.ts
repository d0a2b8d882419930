// Two objects for one pool: one works, the other waits and says for which, and when its turn comes it looks afresh.
import { expect } from 'chai';
import { Play } from './play';
import { XS } from './rig';

const shape = { pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.0.0') };

/** Starts of installers, by host. */
function installs(play: Play): readonly string[] {
  const hosts: string[] = [];
  play.stage.world.bus.on((event) => {
    if (event.kind === 'installer' && event.stage === 'start') hosts.push(event.host);
  });
  return hosts;
}

describe('two objects for one pool', () => {
  it('where one is at work already: the younger waits, and finds the pool upgraded', async () => {
    const play = await Play.begin(shape);
    const hosts = installs(play);
    const { name, namespace = '' } = play.manifest.metadata;
    await play.untilSaid(name, 'the master drains', (state) => state.hosts[0]?.phase === 'Draining');
    await play.recreate('younger');
    const waiting = await play.untilSaid('younger', 'it waits', ({ reason }) => reason === 'AnotherUpgradeActive');
    expect(waiting).to.include({ phase: 'Validating', stalled: false });
    expect(waiting.message).to.include(`${namespace}/${name}`);
    const done = await play.untilSaid('younger', 'it is there', ({ phase }) => phase === 'Succeeded');
    expect(done.reason).to.equal('AlreadyAtTarget');
    expect((await play.said())?.reason).to.equal('Upgraded');
    expect(hosts).to.have.length(2);
  });

  it('created at one moment: one of them upgrades, and the other does not do it again from an old plan', async () => {
    const play = await Play.begin(shape);
    const hosts = installs(play);
    await play.recreate('twin');
    const over = ({ phase }: { readonly phase: string }): boolean => phase === 'Succeeded';
    const names = [play.manifest.metadata.name, 'twin'];
    const ends = [];
    for (const name of names) ends.push(await play.untilSaid(name, 'it is over', over));
    expect(ends.map(({ reason }) => reason).sort()).to.deep.equal(['AlreadyAtTarget', 'Upgraded']);
    expect(new Set(hosts).size).to.equal(2);
    expect(hosts).to.have.length(2);
  });
});
