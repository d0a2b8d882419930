// A controller that is told to stop puts everything down, in whatever phase, and the next one goes on without waiting for leases to run out.
import { expect } from 'chai';
import { LEASES } from '../../src/kubernetes/api';
import type { Lease } from '../../src/kubernetes/lease';
import type { HostPhase } from '../../src/upgrade/state';
import { Play } from './play';
import { XS } from './rig';

const shape = { pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.0.0') };

async function holderOfClaim(play: Play): Promise<string | undefined> {
  const { items } = await play.while(play.stage.api.list<Lease>(LEASES));
  return items.find(({ metadata }) => metadata.name.startsWith('xenpool-pool-'))?.spec.holderIdentity;
}

describe('a controller that is told to stop', () => {
  it('lets go of the claim, and the next one takes it up within seconds', async () => {
    const play = await Play.begin(shape);
    const { run: before } = await play.until('the master drains', ({ hosts }) => hosts[0]?.phase === 'Draining');
    expect(await holderOfClaim(play)).to.match(/^controller-1\//);
    const stopped = play.stage.clock.monotonic();
    await play.while(play.stage.relieve());
    await play.until('another epoch', ({ run }) => run.epoch > before.epoch);
    expect(await holderOfClaim(play)).to.match(/^controller-2\//);
    expect(play.stage.clock.monotonic() - stopped).to.be.below(15_000);
  });

  it('does so in each phase of a host, and nothing is done twice', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    const phases: readonly HostPhase[] = ['Draining', 'Leaving', 'Installing', 'Rejoining', 'Restoring'];
    for (const host of [0, 1])
      for (const phase of phases) {
        await play.until(`host ${host} is ${phase}`, ({ hosts }) => hosts[host]?.phase === phase);
        await play.while(play.stage.relieve());
      }
    const done = await play.phase('Succeeded');
    expect(done.debts).to.deep.equal([]);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('leaves the claim of a run that is over with nobody', async () => {
    const play = await Play.begin(shape);
    await play.phase('Succeeded');
    await play.passTime(1_000);
    expect(await holderOfClaim(play)).to.equal('');
  });
});
