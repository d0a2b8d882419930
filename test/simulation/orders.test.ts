// What a user can order beside the upgrade itself: approvals, a pause, a plan only.
import { expect } from 'chai';
import { expectEnd, expectSuccess, expectUnbroken, simulate, tellRun } from './rig';

const vms = { forceShutdownAfter: '10m' };

describe('an upgrade that waits for people', () => {
  for (const approval of ['BeforeUpgrade', 'BeforeEachHost']) {
    it(`with approval ${approval} goes on when it is given`, async () => {
      expectSuccess(await simulate({ spec: { vms, gates: { approval } } }));
    });

    it(`with approval ${approval} and nobody there stops before anything is touched`, async () => {
      const run = await simulate({ spec: { vms, gates: { approval } }, operator: false });
      expectUnbroken(run);
      expect(run.report.reason, tellRun(run)).to.equal('ApprovalMissing');
      expect(run.report.hosts.map(({ to }) => to)).to.deep.equal(['6.2.0', '6.2.0']);
    });
  }

  for (const [order, reason] of [
    ['paused', 'PausedByUser'],
    ['dryRun', 'DryRun'],
  ] as const) {
    it(`with ${order} touches nothing`, async () => {
      const run = await simulate({ spec: { vms, [order]: true } });
      expectEnd(run, 'Refused', reason);
      expect(run.report.timeline.filter(({ event }) => !event.startsWith('phase'))).to.deep.equal([]);
    });
  }
});
