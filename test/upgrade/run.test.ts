import { expect } from 'chai';
import { runFor } from '../../src/upgrade/run';
import type { Orders } from '../../src/upgrade/orders';
import type { Debt, PoolPhase, RunState } from '../../src/upgrade/state';
import { iso } from '../../src/upgrade/time';
import { NOW, orders, runState, TO } from './situations';

const LATER = NOW + 3_600_000;
const beginning = { id: () => 'another', generation: 5, now: LATER };
const over = (phase: PoolPhase, more: Partial<RunState> = {}): RunState =>
  runState({ phase, run: { ...runState().run, finishedAt: iso(NOW) }, ...more });
const towards = (version: string, more: Partial<Orders> = {}): Orders =>
  orders({ target: { brand: undefined, version }, basis: `basis of ${version}`, ...more });

describe('which run an object is in', () => {
  it('begins with the object, and remembers what was asked for', () => {
    const { phase, run, hosts } = runFor(undefined, towards('8.2.1'), beginning);
    expect(phase).to.equal('Validating');
    expect(run).to.include({ id: 'another', generation: 5, epoch: 0, basis: 'basis of 8.2.1' });
    expect(run.target).to.deep.equal({ version: '8.2.1' });
    expect(hosts).to.deep.equal([]);
  });

  it('starts over when what the plan is made from is edited before anything is touched, and keeps its identity', () => {
    for (const phase of ['Validating', 'Planning', 'AwaitingApproval'] as const) {
      const before = runState({ phase, handled: { approve: 'x' } });
      const after = runFor(before, towards('8.2.1'), beginning);
      expect(after, phase).to.deep.include({ phase: 'Validating', hosts: [], handled: { approve: 'x' } });
      expect(after.run).to.include({ id: 'run', generation: 5 });
      expect(after.run.target.version).to.equal('8.2.1');
      expect(after).to.not.have.any.keys('plan', 'baseline', 'pool');
    }
  });

  it('goes on when an edit leaves alone what the plan is made from', () => {
    const waiting = runState({ phase: 'AwaitingApproval' });
    expect(runFor(waiting, orders({ approval: 'BeforeUpgrade', paused: true }), beginning)).to.equal(waiting);
  });

  it('goes on whatever is edited once the pool was touched', () => {
    for (const phase of ['Preparing', 'Upgrading', 'Paused', 'Finishing'] as const) {
      const touched = runState({ phase });
      expect(runFor(touched, towards('8.2.1'), beginning), phase).to.equal(touched);
    }
    const halted = over('Halted');
    expect(runFor(halted, towards('8.2.1'), beginning)).to.equal(halted);
  });

  it('is another when it is over and another target is asked for; the old one goes into the history', () => {
    for (const phase of ['Succeeded', 'Failed'] as const) {
      const after = runFor(over(phase, { reason: 'Upgraded' }), towards('8.2.1'), beginning);
      expect(after.run.id, phase).to.equal('another');
      expect(after.phase).to.equal('Validating');
      const { from, to } = runState().plan!.hop;
      expect(after.history).to.deep.equal([
        { id: 'run', phase, reason: 'Upgraded', from, to, startedAt: iso(NOW), finishedAt: iso(NOW) },
      ]);
    }
  });

  it('stays the same when it is over and anything but the target is edited, or it is being deleted', () => {
    const ended = over('Succeeded');
    expect(runFor(ended, orders({ basis: 'another', paused: true }), beginning)).to.equal(ended);
    expect(runFor(ended, towards('8.2.1', { cancelled: true }), beginning)).to.equal(ended);
    expect(ended.run.target.version).to.equal(TO);
  });

  it('owes on what the last one owed, and knows what HA was', () => {
    const debts: Debt[] = [{ kind: 'HighAvailability', object: 'p', name: 'p', reason: 'r' }];
    const undo = { wlb: true };
    expect(runFor(over('Succeeded', { debts, undo }), towards('8.2.1'), beginning).undo).to.deep.equal(undo);
    expect(runFor(over('Succeeded', { undo }), towards('8.2.1'), beginning).undo).to.deep.equal({});
  });

  it('remembers ten earlier ones', () => {
    let state = over('Succeeded');
    for (let version = 1; version <= 12; version++) {
      const next = runFor(state, towards(`9.${version}`), { ...beginning, id: () => `run ${version}` });
      state = { ...next, phase: 'Succeeded', run: { ...next.run, finishedAt: iso(LATER) } };
    }
    expect(state.history).to.have.length(10);
    expect(state.history?.[0]?.id).to.equal('run 11');
  });
});
