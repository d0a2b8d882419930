import { expect } from 'chai';
import { drawStateMachine } from '../../src/upgrade/diagram';
import { decideNow, follow, hostPhases, hostWithTheWord, needsNow, poolPhases, toPoolPhase } from '../../src/upgrade/machine';
import { fail } from '../../src/upgrade/decision';
import { hostInWork, type HostPhase, type PoolPhase, untouched } from '../../src/upgrade/state';
import { hostState, NOW, orders, runState, situation } from './situations';

type Rows = Readonly<Record<string, { readonly to: readonly string[] }>>;

function reachable(rows: Rows, from: string): ReadonlySet<string> {
  const seen = new Set([from]);
  for (const phase of seen) for (const to of rows[phase]!.to) seen.add(to);
  return seen;
}

describe('the tables of phases', () => {
  for (const [name, rows] of Object.entries<Rows>({ pool: poolPhases, host: hostPhases })) {
    it(`of the ${name} lead only to phases they have`, () => {
      for (const { to } of Object.values(rows)) for (const target of to) expect(Object.keys(rows)).to.include(target);
    });

    it(`of the ${name} are drawn edge by edge`, () => {
      const drawing = drawStateMachine();
      for (const [from, { to }] of Object.entries(rows))
        for (const target of to) expect(drawing).to.contain(`    ${from} --> ${target}\n`);
    });
  }

  it('reach every phase: by an edge, by a failure, or by no code yet', () => {
    const pool = reachable(poolPhases, 'Pending');
    const unreached = Object.keys(poolPhases).filter((phase) => !pool.has(phase));
    expect(unreached.sort()).to.deep.equal(['Failed', 'Halted']);
    const host = reachable(hostPhases, 'Pending');
    expect(
      Object.keys(hostPhases)
        .filter((phase) => !host.has(phase))
        .sort(),
    ).to.deep.equal(['Failed', 'RestoringBackup']);
  });

  it('let no edge pass that they do not have', () => {
    expect(() => toPoolPhase(runState({ phase: 'Preparing' }), 'Succeeded', NOW)).to.throw(
      'Preparing does not lead to Succeeded',
    );
    const state = runState({ hosts: [hostState('m', 'Draining')] });
    expect(() => follow(state, { kind: 'next', to: 'Upgraded' }, orders(), NOW)).to.throw('Draining does not lead to Upgraded');
  });
});

describe('who has the word', () => {
  it('is the host in work, and the pool while there is none', () => {
    const state = runState({ hosts: [hostState('m', 'Upgraded'), hostState('b', 'Leaving')] });
    expect(hostWithTheWord(state, orders())?.uuid).to.equal('b');
    expect(hostWithTheWord(runState(), orders())).to.equal(undefined);
    for (const phase of ['Halted', 'Finishing', 'Paused', 'Cancelled'] as const)
      expect(hostWithTheWord({ ...state, phase }, orders()), phase).to.equal(undefined);
  });

  it('is taken from a host by delete only until an installer may be staged, and never under an open entry', () => {
    const cancelled = orders({ cancelled: true });
    const word = (phase: HostPhase, more: object = {}): string | undefined =>
      hostWithTheWord(runState({ hosts: [hostState('m', phase, { evidence: more })] }), cancelled)?.uuid;
    expect(word('Draining')).to.equal(undefined);
    expect(word('Leaving')).to.equal(undefined);
    expect(word('Leaving', { stagedAt: 'then' })).to.equal('m');
    expect(word('Leaving', { leftAt: 'then' })).to.equal('m');
    for (const phase of ['Installing', 'AwaitingOperator', 'Rejoining', 'Verifying', 'Restoring', 'Retrying'] as const)
      expect(word(phase), phase).to.equal('m');
    const entry = { id: 'j', at: '', epoch: 0, items: [] };
    const state = runState({ hosts: [hostState('m', 'Leaving')], journal: entry });
    expect(hostWithTheWord(state, cancelled)?.uuid).to.equal('m');
  });

  it('is with one host at most', () => {
    const state = runState({ hosts: [hostState('m', 'Upgraded'), hostState('b', 'Failed')] });
    expect(hostInWork(state)?.uuid).to.equal('b');
    expect(hostWithTheWord(state, orders()), 'a failed host decides nothing').to.equal(undefined);
  });
});

describe('a failure', () => {
  const refusal = fail('Why', 'because');

  it('before anything was touched is a refusal: the phase stays, it is stalled, and may be tried again', () => {
    for (const phase of ['Pending', 'Validating', 'Planning'] as const) {
      const after = follow(runState({ phase }), refusal, orders(), NOW);
      expect([after.phase, after.reason, after.stalled, untouched(after)]).to.deep.equal([phase, 'Why', true, true]);
    }
  });

  it('afterwards halts, and marks the host in work as failed', () => {
    for (const phase of ['Preparing', 'Upgrading', 'Finishing'] as const) {
      const state = runState({
        phase,
        hosts: [hostState('m', 'Upgraded'), hostState('b', phase === 'Upgrading' ? 'Leaving' : 'Pending')],
      });
      const after = follow(state, refusal, orders(), NOW);
      expect([after.phase, after.reason, after.message, after.stalled]).to.deep.equal(['Halted', 'Why', 'because', true]);
      expect(after.hosts[1]!.phase).to.equal(phase === 'Upgrading' ? 'Failed' : 'Pending');
    }
  });
});

describe('deciding', () => {
  it('asks for no fact at rest', () => {
    for (const phase of ['Succeeded', 'Failed', 'Paused', 'AwaitingApproval'] as const)
      expect(needsNow(runState({ phase }), orders(), NOW), phase).to.deep.equal([]);
  });

  it('never touches a pool whose master is unknown', () => {
    const state = { phase: 'Halted', reason: 'MasterUnknown' } as const;
    expect(needsNow(runState(state), orders(), NOW)).to.deep.equal([]);
    const decision = decideNow(situation({ state }));
    expect(decision.kind).to.equal('again');
  });

  it('leads on from a resting phase in no case', () => {
    for (const phase of ['Succeeded', 'Failed'] satisfies PoolPhase[])
      expect(decideNow(situation({ state: { phase } })).kind, phase).to.equal('wait');
  });
});
