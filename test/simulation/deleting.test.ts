// Deleting the object is the only cancel: what may be is put back, a host in work is finished, the rest is said.
import { expect } from 'chai';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import { performRun } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import type { WorldEvent } from '../../src/simulator/world';
import { Play } from './play';
import { mustBeReady, XS } from './rig';

const shape = { pool: { hosts: 3, vms: 6, release: XS('6.2.0') }, target: XS('6.5.0') };

describe('deleting the object', () => {
  /** Deletes the object at the first event that `when` picks. */
  async function deletedAt(when: (event: WorldEvent) => boolean): ReturnType<typeof performRun> {
    let stage: Stage | undefined;
    let deleted = false;
    const prepared = mustBeReady(shape);
    return performRun(prepared, {
      onStage(begun) {
        stage = begun;
        begun.world.bus.on((event) => {
          if (deleted || !when(event)) return;
          deleted = true;
          const { metadata } = prepared.manifest;
          void stage?.api.delete(POOL_UPGRADES, metadata.namespace ?? '', metadata.name);
        });
      },
    });
  }

  it('before the first host leaves puts everything back and ends Cancelled', async () => {
    const { report } = await deletedAt((event) => event.kind === 'migrated');
    expect(report.outcome, report.message).to.equal('Cancelled');
    expect(report.hosts.map((host) => host.to)).to.deep.equal(report.hosts.map((host) => host.from));
    expect(report.invariants.violated).to.deep.equal([]);
    expect(report.vms.notRestored).to.deep.equal([]);
  });

  it('while the master is away finishes the master, starts nothing new, and says what stays', async () => {
    const { report } = await deletedAt((event) => event.kind === 'machine' && event.change === 'leaving');
    expect(report.outcome, report.message).to.equal('Cancelled');
    const [master, ...members] = report.hosts;
    expect(master?.to).to.equal('6.5.0');
    expect(members.map((host) => host.to)).to.deep.equal(members.map((host) => host.from));
    expect(report.invariants.violated).to.deep.equal([]);
  });

  it('while a later member drains finishes that member, and starts no other', async () => {
    let masterUp = false;
    const { report } = await deletedAt((event) => {
      if (event.kind === 'machine' && event.change === 'agent-up') masterUp = true;
      return masterUp && event.kind === 'migrated';
    });
    expect(report.outcome, report.message).to.equal('Cancelled');
    expect(report.hosts.filter((host) => host.to === '6.5.0')).to.have.length(2);
    expect(report.invariants.violated).to.deep.equal([]);
  });

  it('at whatever moment ends with the object gone, nothing violated, and every VM running that ran', async function () {
    this.timeout(120_000);
    const small = { pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.0.0') };
    const whole = await Play.begin(small);
    await whole.phase('Succeeded');
    const writes = Number((await whole.stored()).metadata.resourceVersion);
    for (let at = 5; at < writes; at += Math.ceil(writes / 10)) {
      const play = await Play.begin(small);
      const books = play.openBooks();
      const running = [...play.stage.world.domains.keys()].sort();
      await play.pass(`version ${at}`, () => Number(play.stage.object()?.metadata.resourceVersion ?? 0) >= at);
      await play.delete();
      await play.untilGone();
      const told = `deleted at version ${at}: ${JSON.stringify(books.verdict().violated)}`;
      expect(books.verdict().violated, told).to.deep.equal([]);
      expect([...play.stage.world.domains.keys()].sort(), told).to.deep.equal(running);
    }
  });
});
