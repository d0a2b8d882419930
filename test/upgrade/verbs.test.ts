import { expect } from 'chai';
import { unknown } from '../../src/foundation/fact';
import type { Decision } from '../../src/upgrade/decision';
import { decideNow, follow, needsNow } from '../../src/upgrade/machine';
import type { Verb } from '../../src/upgrade/orders';
import { withWordsNoted } from '../../src/upgrade/pool/verbs';
import { hostInWork, type HostState, type RunState } from '../../src/upgrade/state';
import { summarise } from '../../src/upgrade/summary';
import { iso } from '../../src/upgrade/time';
import { hostState, NOW, runState, type Setting, situation, twoHosts, upgraded } from './situations';

const ENDED = { ...runState().run, finishedAt: iso(NOW) };

/** A run that halted and is over, with these hosts. */
function halted(hosts: readonly HostState[], more: Partial<RunState> = {}): Partial<RunState> {
  return { phase: 'Halted', reason: 'MemberFailed', message: 'b failed', stalled: true, hosts, run: ENDED, ...more };
}

const doneMaster = hostState('m', 'Upgraded', { attempt: 1 });
const failedMember = hostState('b', 'Failed', { attempt: 3, reason: 'MemberFailed', evidence: { returnedAt: iso(NOW) } });
const failedMaster = hostState('m', 'Failed', { attempt: 1, reason: 'MasterOnOldVersion' });
const pendingMember = hostState('b', 'Pending');
const mixed = twoHosts(upgraded());

function say(verb: Verb, state: Partial<RunState>, setting: Setting = {}): { decision: Decision; after: RunState } {
  const told = situation({ ...setting, state, orders: { verbs: { [verb]: '1' } } });
  const decision = decideNow(told);
  if (decision.kind !== 'next' && decision.kind !== 'again') throw new Error(`it should answer, and says ${decision.kind}`);
  return { decision, after: follow(told.state, decision, told.orders, NOW) };
}

const hostOf = (state: RunState, uuid: string): HostState => state.hosts.find((host) => host.uuid === uuid)!;

describe('a word to a halted run', () => {
  it('retry begins a failed member anew, with all its attempts, and puts aside again what was put back', () => {
    const { after } = say(
      'retry',
      halted([doneMaster, failedMember], { resisting: [{ uuid: 'b', name: 'b', tried: { X: 9 }, reason: 'no' }] }),
      { pool: mixed },
    );
    expect(after.phase).to.equal('Preparing');
    expect(after.run.finishedAt).to.equal(undefined);
    expect(after.stalled).to.equal(false);
    expect(after.resisting).to.deep.equal([]);
    expect(hostOf(after, 'b')).to.include({ phase: 'Pending', attempt: 0 }).and.to.have.deep.property('evidence', {});
    expect(after.handled).to.deep.equal({ retry: '1' });
  });

  it('retry lets the master be upgraded again, resume does not while it runs its old system', () => {
    const state = halted([failedMaster, pendingMember], { reason: 'MasterOnOldVersion' });
    expect(hostOf(say('retry', state, { pool: twoHosts() }).after, 'm').phase).to.equal('Pending');
    const refused = say('resume', state, { pool: twoHosts() }).after;
    expect(refused.phase).to.equal('Halted');
    expect(refused.handled?.['answer']).to.match(/resume was not followed.*xenpool\.dev\/retry/);
    const condition = summarise(refused, {
      generation: 1,
      now: iso(NOW),
      deleting: false,
      pausing: false,
      weaknesses: [],
    }).conditions.find(({ type }) => type === 'AwaitingOperator');
    expect(condition?.message).to.contain('xenpool.dev/retry');
  });

  it('resume awaits a host that has the new release by now, whatever had failed', () => {
    for (const verb of ['resume', 'retry'] as const) {
      const { after } = say(verb, halted([failedMaster, pendingMember], { reason: 'MasterUnknown' }), { pool: mixed });
      expect(hostOf(after, 'm')).to.include({ phase: 'Rejoining', attempt: 1 });
      expect(hostOf(after, 'm').evidence.returnedAt).to.equal(iso(NOW));
    }
  });

  it('skip leaves out a failed member or the next one, never the master', () => {
    const left = say('skip', halted([doneMaster, failedMember]), { pool: mixed }).after;
    expect(hostOf(left, 'b')).to.include({ phase: 'Failed', reason: 'Skipped' });
    expect(hostInWork(left)).to.equal(undefined);
    expect(hostOf(say('skip', halted([doneMaster, pendingMember]), { pool: mixed }).after, 'b').reason).to.equal('Skipped');
    const master = say('skip', halted([failedMaster, pendingMember]), { pool: twoHosts() }).after;
    expect(master).to.include({ phase: 'Halted' });
    expect(master.handled?.['answer']).to.contain('is the master');
  });

  it('a run whose every other host is done halts again because of the one that was left out, which retry takes up', () => {
    const skipped = { ...failedMember, reason: 'Skipped' };
    const decision = decideNow(situation({ pool: mixed, state: { phase: 'Upgrading', hosts: [doneMaster, skipped] } }));
    expect(decision).to.include({ kind: 'fail', reason: 'Skipped' });
    expect(hostOf(say('retry', halted([doneMaster, skipped]), { pool: mixed }).after, 'b').phase).to.equal('Pending');
  });

  it('keeps an installer that is staged from being staged again before the host has booted', () => {
    const staged = { stagedAt: iso(NOW), hostTime: '5000', agentStartTime: '1000.' };
    const state = halted([doneMaster, { ...failedMember, evidence: staged }]);
    expect(hostOf(say('retry', state, { pool: mixed }).after, 'b').evidence).to.deep.equal(staged);
    const booted = twoHosts(upgraded(), { agentStartTime: '7000.' });
    expect(hostOf(say('retry', state, { pool: booted }).after, 'b').evidence).to.deep.equal({});
  });

  it('is refused for a host that is not up, and taken up once', () => {
    const away = say('retry', halted([doneMaster, failedMember]), { pool: twoHosts(upgraded(), { live: false }) }).after;
    expect(away.handled?.['answer']).to.contain('bring it up first');
    const again = situation({ pool: mixed, state: away, orders: { verbs: { retry: '1' } } });
    expect(decideNow(again).kind).to.equal('wait');
    expect(needsNow(again.state, again.orders, NOW)).to.deep.equal([]);
    const anew = situation({ pool: mixed, state: away, orders: { verbs: { retry: '2' } } });
    expect(decideNow(anew).kind).to.equal('next');
  });

  it('waits while the pool is silent', () => {
    const silent = situation({
      state: halted([doneMaster, failedMember]),
      orders: { verbs: { retry: '1' } },
      facts: { pool: unknown('silence') },
    });
    expect(decideNow(silent).kind).to.equal('wait');
    expect(needsNow(silent.state, silent.orders, NOW)).to.deep.equal(['pool']);
  });

  it('is taken note of and leads to nothing while the run goes on', () => {
    const told = situation({ state: { phase: 'Upgrading' }, orders: { verbs: { retry: 'old', skip: 'x' } } });
    const noted = withWordsNoted(told.state, told.orders);
    expect(noted.handled).to.deep.equal({ retry: 'old', skip: 'x' });
    expect(withWordsNoted(noted, told.orders)).to.equal(noted);
    const later = situation({
      pool: mixed,
      state: { ...halted([doneMaster, failedMember]), handled: noted.handled! },
      orders: told.orders,
    });
    expect(decideNow(later).kind).to.equal('wait');
  });

  it('without a failed host goes on where the run stood', () => {
    const stuck = halted([doneMaster, hostState('b', 'Upgraded')], { reason: 'MixedModeStuck', agentRestartedAt: iso(NOW) });
    const { after } = say('resume', stuck, { pool: mixed });
    expect(after).to.include({ phase: 'Preparing' }).and.not.to.have.property('agentRestartedAt');
  });
});
