import { expect } from 'chai';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { exitCode, type PlanReport } from '../../../src/cli/plan/report';
import { reportOf } from '../../../src/cli/plan/reportOf';
import type { PlanDocument } from '../../../src/plan/document';
import type { DryRun } from '../../../src/rehearsal/dryRun';
import type { RunState } from '../../../src/upgrade/state';
import { BLOCK, CHECKS, madePlan } from './madePlan';
import { expectValid } from './runPlan';

const STATE: RunState = {
  phase: 'AwaitingApproval',
  reason: 'DryRun',
  message: 'the plan is ready',
  since: '2026-01-12T22:00:00Z',
  run: { id: 'run', generation: 1, epoch: 1, startedAt: '2026-01-12T22:00:00Z', target: { version: '8.2.1' }, basis: '0' },
  pool: { uuid: 'pool-uuid', name: 'rack7', master: 'host-a' },
  plan: {
    hash: '0123456789abcdef',
    hop: { fromBrand: 'XenServer', from: '7.6.0', toBrand: 'XenServer', to: '8.2.1' },
    order: ['host-a'],
    warnings: ['mind the gap'],
    migrations: { bound: 4 },
  },
  undo: {},
  hosts: [],
  resisting: [],
  stopped: [],
  debts: [],
  stalled: false,
};

function reported(state: Partial<RunState>, run: Partial<DryRun> = {}): PlanReport {
  const object = { metadata: { name: 'rack7' }, status: { ...STATE, ...state } } as unknown as PoolUpgrade;
  const beforehand = {
    seen: { by: 'dump', of: 'pool.xml' },
    manifest: null,
    object: { namespace: '', name: '' },
    notes: [],
  } as const;
  const report = reportOf({ object, rested: true, plan: undefined, defect: undefined, warnings: [], ...run }, beforehand);
  expectValid(JSON.parse(JSON.stringify(report)));
  return report;
}

const outcome = (report: PlanReport): readonly [number, string] => [exitCode(report), report.outcome];
const refused = { phase: 'Planning', reason: 'CertificateKeyLength', stalled: true } as const;

describe('what is reported of a run that only planned', () => {
  it('is the plan as it was made, with path, order and checks drawn from it', () => {
    const report = reported({}, { plan: madePlan() });
    expect(outcome(report)).to.deep.equal([0, 'Planned']);
    expect(report.plan).to.deep.equal(madePlan());
    expect(report.path.map(({ legal, source }) => [legal, source])).to.deep.equal([['accepted', 'xenserver.md 1.5']]);
    expect(report.order.map(({ name }) => name)).to.deep.equal(['xs-01', 'xs-02']);
    expect(report.checks.map(({ id }) => id)).to.deep.equal(CHECKS.map(({ id }) => id));
    expect(report.warnings).to.deep.equal(['mind the gap']);
  });

  it('is Blocked when a check blocks, cannot tell, or a VM keeps its host', () => {
    const [hop] = madePlan().hops;
    const stuck = { guest: 'vm-db', host: 'host-a', why: { code: 'GuestPaused', text: 'it is paused' } };
    const plans: readonly PlanDocument[] = [
      madePlan({ checks: [BLOCK] }),
      madePlan({ checks: [{ ...BLOCK, verdict: 'Unknown' }] }),
      madePlan({ hops: [{ ...hop!, pass: { ...hop!.pass, blocked: [stuck] } }] }),
    ];
    for (const plan of plans) expect(outcome(reported(refused, { plan }))).to.deep.equal([4, 'Blocked']);
  });

  it('is no Block when what blocks is mended first, as consented', () => {
    const plan = madePlan({ checks: [{ ...BLOCK, fixing: true }] });
    expect(outcome(reported({}, { plan }))).to.deep.equal([0, 'Planned']);
  });

  it('is Refused, with what the status knows, where no plan was made', () => {
    const report = reported({ ...refused, reason: 'LocalStorageWouldBeLost' });
    expect(outcome(report)).to.deep.equal([4, 'Refused']);
    expect(report.path.map(({ to }) => to.version)).to.deep.equal(['8.2.1']);
    expect(report.plan).to.equal(null);
  });

  it('is Refused where the run still waits for what it cannot see', () => {
    expect(outcome(reported({ phase: 'Planning', reason: 'StagingUnknown' }, { rested: false }))).to.deep.equal([4, 'Refused']);
  });

  it('is bad input where the pool cannot be asked', () => {
    for (const reason of ['PoolUnreachable', 'CertificateChanged', 'InvalidManifest'])
      expect(outcome(reported({ phase: 'Validating', reason }, { rested: false }))).to.deep.equal([2, 'Invalid']);
  });

  it('is a defect where the controller had one', () => {
    const report = reported({}, { defect: new Error('broken by a test') });
    expect([...outcome(report), report.reason]).to.deep.equal([1, 'Failed', 'Defect']);
    expect(report.message).to.match(/broken by a test[^]*reportOf\.test/);
  });
});
