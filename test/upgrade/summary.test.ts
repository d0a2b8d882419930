import { expect } from 'chai';
import fc from 'fast-check';
import { poolPhases } from '../../src/upgrade/machine';
import { CONDITIONS } from '../../src/api/reasons';
import { type Subject, summarise } from '../../src/upgrade/summary';
import type { HostPhase, PoolPhase, RunState } from '../../src/upgrade/state';
import { backup, hostState, runState } from './situations';

const phases = Object.keys(poolPhases) as PoolPhase[];
const SUBJECT: Subject = { generation: 7, now: 'now', deleting: false, pausing: false, weaknesses: [] };
const conditions = (more: Partial<RunState>): Readonly<Record<string, string>> =>
  Object.fromEntries(summarise(runState(more), SUBJECT).conditions.map(({ type, status }) => [type, status]));

/** How kstatus reads an object of these conditions, step by step of its rules. */
function kstatus(seen: Readonly<Record<string, string>>): string {
  if (seen['Reconciling'] === 'True') return 'InProgress';
  if (seen['Stalled'] === 'True') return 'Failed';
  return seen['Ready'] === 'True' ? 'Current' : 'InProgress';
}

describe('the conditions', () => {
  it('never say Stalled and Reconciling at once, and say each once, of the generation asked for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...phases), fc.boolean(), fc.boolean(), (phase, stalled, owes) => {
        const debts = owes ? [{ kind: 'HighAvailability' as const, object: 'p', name: 'p', reason: 'r' }] : [];
        const { conditions: made } = summarise(runState({ phase, stalled, debts }), SUBJECT);
        const types = made.map(({ type }) => type);
        expect(new Set(types).size).to.equal(types.length);
        expect(made.every(({ observedGeneration }) => observedGeneration === 7)).to.equal(true);
        for (const { reason } of made)
          expect(reason, 'a reason is one word').to.match(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
        expect(
          made.filter(({ type, status }) => ['Stalled', 'Reconciling'].includes(type) && status === 'True').length,
        ).to.be.at.most(1);
      }),
    );
  });

  it('are read by kstatus as the phase is meant', () => {
    const cases: [Partial<RunState>, string][] = [
      [{ phase: 'Validating' }, 'InProgress'],
      [{ phase: 'Planning', stalled: true, reason: 'NoDirectPath' }, 'Failed'],
      [{ phase: 'AwaitingApproval', reason: 'ApprovalMissing' }, 'InProgress'],
      [{ phase: 'Upgrading' }, 'InProgress'],
      [{ phase: 'Paused', reason: 'PausedByUser' }, 'InProgress'],
      [{ phase: 'Halted', stalled: true, reason: 'MasterUnknown' }, 'Failed'],
      [{ phase: 'Failed' }, 'Failed'],
      [{ phase: 'Succeeded', reason: 'Upgraded' }, 'Current'],
    ];
    for (const [state, expected] of cases) expect(kstatus(conditions(state)), String(state.phase)).to.equal(expected);
  });

  it('raise no alarm while the master is expectedly away', () => {
    const away = conditions({ reason: 'Installing', hosts: [hostState('m', 'Installing'), hostState('b', 'Pending')] });
    expect([away['Stalled'], away['Degraded'], away['AwaitingOperator']]).to.deep.equal(['False', 'False', 'False']);
  });

  it('say when a person must act, and when a person made it wait', () => {
    expect(conditions({ hosts: [hostState('m', 'AwaitingOperator')] })['AwaitingOperator']).to.equal('True');
    expect(conditions({ phase: 'Halted', stalled: true })['AwaitingOperator']).to.equal('True');
    for (const reason of ['PausedByUser', 'OutsideWindow', 'ApprovalMissing'])
      expect(conditions({ reason })['Paused'], reason).to.equal('True');
    expect(conditions({ reason: 'Installing' })['Paused']).to.equal('False');
  });

  it('say that versions are mixed from the first host that is new to the last that is not', () => {
    const mixed = (
      m: 'Pending' | 'Installing' | 'Restoring' | 'Upgraded',
      b: 'Pending' | 'Installing' | 'Upgraded',
    ): string | undefined => conditions({ hosts: [hostState('m', m), hostState('b', b)] })['MixedVersions'];
    expect(mixed('Installing', 'Pending')).to.equal('False');
    expect(mixed('Restoring', 'Pending')).to.equal('True');
    expect(mixed('Upgraded', 'Installing')).to.equal('True');
    expect(mixed('Upgraded', 'Upgraded')).to.equal('False');
  });

  it('name the plan, the backup and what is owed', () => {
    const { conditions: made } = summarise(
      runState({ backup, debts: [{ kind: 'CdEjected', object: 'v', name: 'disc of db', reason: 'r' }] }),
      SUBJECT,
    );
    const message = (type: string): string => made.find((entry) => entry.type === type)?.message ?? '';
    expect(message('PlanReady')).to.contain('hash');
    expect(message('BackupTaken')).to.contain(backup.sha256);
    expect(message('Degraded')).to.contain('CdEjected disc of db');
    expect(conditions({})['BackupTaken']).to.equal('False');
  });
});

describe('the documented conditions', () => {
  it('are those that are set', () => {
    expect(Object.keys(conditions({}))).to.have.members(Object.keys(CONDITIONS));
  });
});

describe('the progress', () => {
  it('grows with each host, and is whole only at the very end', () => {
    const percent = (done: number, phase: PoolPhase): number =>
      summarise(
        runState({ phase, hosts: [0, 1, 2].map((index) => hostState(`h${index}`, index < done ? 'Upgraded' : 'Pending')) }),
        SUBJECT,
      ).progress.percent;
    const seen = [0, 1, 2, 3].map((done) => percent(done, 'Upgrading'));
    expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).to.equal(4);
    expect(seen[3]).to.be.lessThan(100);
    expect(percent(3, 'Succeeded')).to.equal(100);
  });

  it('names the host whose turn it is, else one that failed, and none at the end', () => {
    const named = (phase: PoolPhase, ...each: readonly HostPhase[]): string | undefined =>
      summarise(runState({ phase, hosts: each.map((host, index) => hostState(`h${index}`, host)) }), SUBJECT).progress.host;
    expect(named('Upgrading', 'Upgraded', 'Failed', 'Draining')).to.equal('name-h2');
    expect(named('Halted', 'Upgraded', 'Failed', 'Pending')).to.equal('name-h1');
    expect(named('Upgrading', 'Upgraded', 'Pending')).to.equal(undefined);
    expect(named('Failed', 'Upgraded', 'Failed')).to.equal(undefined);
  });
});
