// Maintenance windows and cancelling by delete, over whole runs.
import { expect } from 'chai';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import { performRun } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import type { WorldEvent } from '../../src/simulator/world';
import { mustBeReady, XS } from './rig';

const shape = { pool: { hosts: 2, vms: 6, release: XS('6.2.0') }, target: XS('6.5.0') };

describe('a maintenance window', () => {
  it('is waited for before anything is put aside, and then the run goes through', async () => {
    const window = { timeZone: 'Europe/Zurich', periods: [{ days: ['Tue'], start: '20:00', duration: '8h' }] };
    const run = await performRun(mustBeReady({ ...shape, spec: { window } }));
    expect(run.report.outcome, run.report.message).to.equal('Succeeded');
    const first = run.report.timeline.find((entry) => entry.event.includes('told to go') || entry.event.includes('migrates'));
    // The rehearsal begins on a Monday at 22:00 UTC; the window opens on Tuesday at 19:00 UTC.
    expect(first?.at).to.be.greaterThan(21 * 3600);
  });
});

describe('deleting the object', () => {
  /** Deletes the object at the first event that `when` picks. */
  async function deletedAt(when: (event: WorldEvent) => boolean): ReturnType<typeof performRun> {
    let stage: Stage | undefined;
    let deleted = false;
    const prepared = mustBeReady({ ...shape, pool: { ...shape.pool, hosts: 3 } });
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
});
