// Maintenance windows over whole runs.
import { expect } from 'chai';
import { performRun } from '../../src/rehearsal/run';
import { mustBeReady, XS } from './rig';

const shape = { pool: { hosts: 2, vms: 6, release: XS('6.2.0') }, target: XS('6.5.0') };

describe('a maintenance window', () => {
  it('is waited for before anything is put aside, and then the run goes through', async () => {
    const window = { timeZone: 'Europe/Zurich', periods: [{ days: ['Tue'], start: '20:00', duration: '8h' }] };
    const run = await performRun(mustBeReady({ ...shape, spec: { window } }));
    expect(run.report.outcome, run.report.message).to.equal('Succeeded');
    // The rehearsal begins on a Monday at 22:00 UTC; the window opens on Tuesday at 19:00 UTC.
    const early = run.report.timeline.filter((entry) => entry.at < 21 * 3600 && !entry.event.startsWith('phase'));
    expect(early).to.deep.equal([]);
  });
});
