import { expect } from 'chai';
import type { Window } from '../../src/plan/window';
import type { Decision } from '../../src/upgrade/decision';
import { poolPhases } from '../../src/upgrade/machine';
import { hostTime } from '../../src/upgrade/pool/hostTime';
import type { HostState, PlanSummary, PoolPhase, RunState } from '../../src/upgrade/state';
import { type Condition, summarise } from '../../src/upgrade/summary';
import { hours, iso, minutes } from '../../src/upgrade/time';
import { say } from './deciding';
import { guest, hostState, NOW, runState, type Setting, sharedWorld, situation } from './situations';

/** NOW is a Monday, 22:00 UTC. */
const from = (start: string, hoursLong: number): Window => ({
  timeZone: 'UTC',
  periods: [{ days: ['Mon'], start, duration: hours(hoursLong) }],
});
const planWith = (mostMinutes: Readonly<Record<string, number>>): PlanSummary => ({
  ...runState().plan!,
  estimates: Object.entries(mostMinutes).map(([host, most]) => ({ host, likelySeconds: most * 30, mostSeconds: most * 60 })),
});
const half = [hostState('m', 'Upgraded', { finishedAt: iso(NOW - minutes(10)) }), hostState('b', 'Pending')];

function decide(phase: PoolPhase, setting: Setting = {}): Decision {
  return poolPhases[phase].step.decide(situation({ ...setting, state: { phase, ...setting.state } }));
}
const messageOf = (decision: Decision): string => (decision.kind === 'wait' || decision.kind === 'fail' ? decision.message : '');
const untilOf = (decision: Decision): number | undefined => (decision.kind === 'wait' ? decision.until : undefined);

describe('a window before a host', () => {
  const plan = planWith({ m: 45, b: 50 });
  const at = (now: number, window: Window, hosts: readonly HostState[] = half): Decision =>
    decide('Upgrading', { now, orders: { window }, state: { hosts, plan } });

  it('is open for a host that may take as long as is left of it, and not for one minute less', () => {
    const window = from('21:00', 2);
    expect(say(at(NOW + minutes(10), window))).to.equal('again');
    expect(say(at(NOW + minutes(11), window))).to.equal('wait OutsideWindow');
  });

  it('says why the host does not begin although it is open, and when it does', () => {
    const late = at(NOW + minutes(30), from('21:00', 2));
    expect(messageOf(late)).to.match(/closes at 2026-01-12T23:00.* host name-b may take 50m; it begins when .* 2026-01-19T21:00/);
    expect(untilOf(late)).to.equal(Date.parse('2026-01-19T21:00:00Z'));
  });

  it('of two periods that touch has room for what neither has', () => {
    const window: Window = { timeZone: 'UTC', periods: [...from('21:30', 1).periods, ...from('22:30', 0.5).periods] };
    expect(say(at(NOW, window))).to.equal('again');
  });

  it('that no host may ever fit waits for an edit while hosts are under way, and touches nothing', () => {
    const never = at(NOW, from('22:00', 0.5));
    expect(say(never)).to.equal('wait WindowTooShort');
    expect(untilOf(never)).to.equal(undefined);
    expect(messageOf(never)).to.match(
      /host name-b may take 50m, and 5m more to get ready; the longest opening of spec.window is 30m; lengthen/,
    );
  });

  it('that any host can never fit refuses the run before anything is touched, even a run that is approved', () => {
    const hosts = [hostState('m', 'Pending'), hostState('b', 'Pending')];
    const refused = decide('AwaitingApproval', {
      orders: { window: from('22:00', 0.8), approval: 'BeforeUpgrade', approvals: ['hash'] },
      state: { hosts, plan },
    });
    expect(say(refused)).to.equal('fail WindowTooShort');
    expect(messageOf(refused)).to.contain('name-b').and.to.contain('50m').and.to.contain('48m');
    expect(say(decide('AwaitingApproval', { orders: { window: from('22:00', 1) }, state: { hosts, plan } }))).to.equal(
      'to Preparing',
    );
  });

  it('that is just long enough is not missed by who wakes a little late', () => {
    const window: Window = { timeZone: 'UTC', periods: [{ days: ['Mon'], start: '22:00', duration: minutes(55) }] };
    const before = at(NOW - minutes(1), window);
    expect(untilOf(before)).to.equal(NOW);
    expect(say(at(NOW + minutes(4), window))).to.equal('again');
  });

  it('holds up the preparation, too, when the first host would not be done in time', () => {
    const hosts = [hostState('m', 'Pending'), hostState('b', 'Pending')];
    const late = decide('AwaitingApproval', {
      now: NOW + minutes(20),
      orders: { window: from('22:00', 1) },
      state: { hosts, plan },
    });
    expect(say(late)).to.equal('wait OutsideWindow');
  });

  it('does not hold up a host that an earlier object left in work', () => {
    const hosts = [hostState('m', 'Installing'), hostState('b', 'Pending')];
    expect(
      say(decide('AwaitingApproval', { now: NOW + hours(5), orders: { window: from('22:00', 1) }, state: { hosts, plan } })),
    ).to.equal('to Preparing');
  });

  it('is asked of the gate as soon as there is one, whatever the clock says', () => {
    const planned = decide('Planning', { orders: { window: from('22:00', 8) } });
    expect(planned.kind === 'keep' && planned.to).to.equal('AwaitingApproval');
  });
});

describe('the time a host is in work', () => {
  it('is written down with the plan, more for who has more to move, and reckoned without it otherwise', () => {
    const timesOf = (setting: Setting): RunState => {
      const decision = decide('Planning', setting);
      if (decision.kind !== 'keep') throw new Error(`it should plan, not ${say(decision)}`);
      return decision.remember(situation().state);
    };
    const empty = timesOf({});
    const full = timesOf({ world: sharedWorld([guest('g', 'b', { memory: 64 * 1024 ** 3 })]) });
    const [master, member] = runState().hosts as [HostState, HostState];
    expect(empty.plan!.estimates!.map(({ host }) => host)).to.deep.equal(['m', 'b']);
    expect(hostTime(full, member).most).to.be.greaterThan(hostTime(empty, member).most);
    expect(hostTime(full, master)).to.deep.equal(hostTime(empty, master));
    expect(hostTime(runState(), member).most, 'of a plan without').to.be.greaterThan(hostTime(empty, member).most);
  });

  it('does not change the identity of the plan', () => {
    const hash = (setting: Setting): string | undefined => {
      const decision = decide('Planning', setting);
      return decision.kind === 'keep' ? decision.remember(situation().state).plan?.hash : undefined;
    };
    expect(hash({ orders: { maxParallel: 1 } })).to.equal(hash({ orders: { maxParallel: 16 } }));
  });
});

describe('the soak after the master', () => {
  const soak = { soakAfterMaster: hours(1) };
  const at = (setting: Setting): Decision => decide('Upgrading', { ...setting, state: { hosts: half, ...setting.state } });

  it('is waited for before the first member, and says until when', () => {
    const waiting = at({ orders: soak });
    expect(say(waiting)).to.equal('wait Soaking');
    expect(untilOf(waiting)).to.equal(NOW + minutes(50));
    expect(messageOf(waiting)).to.contain('1h with master name-m on 7.6.0, until 2026-01-12T22:50').and.to.contain('name-b');
    expect(say(at({ now: NOW + minutes(50), orders: soak }))).to.equal('again');
  });

  it('is not waited for before the master, nor before the second member', () => {
    const before = [hostState('m', 'Pending'), hostState('b', 'Pending')];
    expect(say(decide('Upgrading', { orders: soak, state: { hosts: before } }))).to.equal('again');
    const later = [...half.slice(0, 1), hostState('b', 'Upgraded'), hostState('c', 'Pending')];
    expect(say(at({ orders: soak, state: { hosts: later } }))).to.equal('again');
  });

  it('gives way to pause and cancel, and comes before approval and window', () => {
    expect(say(at({ orders: { ...soak, paused: true } }))).to.equal('to Paused');
    expect(say(at({ orders: { ...soak, cancelled: true } }))).to.equal('to Cancelled');
    expect(say(at({ orders: { ...soak, approval: 'BeforeEachHost' } }))).to.equal('wait Soaking');
    const after = { now: NOW + minutes(50), orders: { ...soak, approval: 'BeforeEachHost' as const, window: from('01:00', 2) } };
    expect(say(at(after)), 'whom to ask is told before the clock is').to.equal('wait ApprovalMissing');
    expect(say(at({ ...after, orders: { ...after.orders, approvals: ['hash/name-b'] } }))).to.equal('wait OutsideWindow');
  });
});

describe('an approval', () => {
  const gate = (approvals: readonly string[]): Decision =>
    decide('AwaitingApproval', { orders: { approval: 'BeforeUpgrade', approvals } });
  const eachHost = (approvals: readonly string[]): Decision =>
    decide('Upgrading', { orders: { approval: 'BeforeEachHost', approvals }, state: { hosts: half } });

  it('for another plan counts for nothing, and both plans are named', () => {
    for (const decision of [gate(['01d0000000000000']), eachHost(['01d0000000000000/name-b'])]) {
      expect(say(decision)).to.equal('wait ApprovalForAnotherPlan');
      expect(messageOf(decision)).to.contain('approved is plan 01d0000000000000, and the plan is hash');
    }
  });

  it('for this plan beside one for another is enough, and one for another host is merely not enough', () => {
    expect(say(gate(['01d0000000000000', 'hash']))).to.equal('to Preparing');
    expect(say(eachHost(['hash/name-m', '01d0000000000000/name-b']))).to.equal('wait ApprovalMissing');
    expect(say(gate([]))).to.equal('wait ApprovalMissing');
  });

  it('that holds anything at all is told in few words', () => {
    expect(messageOf(gate(['x'.repeat(100_000)])).length).to.be.lessThan(400);
  });

  it('is taken note of once, when it is made use of', () => {
    const decision = gate(['hash']);
    expect(decision.kind === 'next' && decision.remember!(runState()).handled).to.deep.equal({ approve: 'hash' });
  });
});

describe('a pause that is asked for while a host is in work', () => {
  const plan = planWith({ m: 45, b: 50 });
  const said = (more: Partial<RunState>, pausing = true, now = NOW, deleting = false): Condition =>
    summarise(runState({ plan, ...more }), { generation: 1, now: iso(now), deleting, pausing, weaknesses: [] }).conditions.find(
      ({ type }) => type === 'Paused',
    )!;
  const working = { hosts: [hostState('m', 'Installing'), hostState('b', 'Pending')] };

  it('is said to come, at which point, when it is expected, and before which host', () => {
    const condition = said(working);
    expect([condition.status, condition.reason]).to.deep.equal(['False', 'PauseComing']);
    expect(condition.message).to.equal(
      'spec.paused is set: it pauses once host name-m is upgraded, expected by 2026-01-12T22:45:00.000Z, before host name-b begins',
    );
    expect(said(working, true, NOW + hours(1)).message).to.contain('which was expected by 2026-01-12T22:45');
  });

  it('is said to come before the first host while the pool is prepared, and never after the last', () => {
    expect(said({ phase: 'Validating', hosts: [] }).message).to.contain('pauses once the plan stands');
    expect(said({ phase: 'Preparing' }).message).to.contain('pauses before host name-m begins');
    expect(said({ hosts: [hostState('m', 'Upgraded'), hostState('b', 'Draining')] }).message).to.contain('is the last one');
    for (const phase of ['Finishing', 'Halted', 'Succeeded'] as const) expect(said({ phase }).reason).to.equal('NotPaused');
  });

  it('is not said where none was asked for, nor of an object that is being deleted', () => {
    expect(said(working, false).reason).to.equal('NotPaused');
    expect(said(working, true, NOW, true).reason).to.equal('NotPaused');
  });

  it('and has come names the next host', () => {
    const waiting = decide('Paused', { orders: { paused: true }, state: { hosts: half } });
    expect(messageOf(waiting)).to.contain('host name-b is next');
  });

  it('is True for every wait that a person, a gate or the clock ends', () => {
    for (const reason of ['OutsideWindow', 'WindowTooShort', 'Soaking', 'ApprovalMissing', 'ApprovalForAnotherPlan'])
      expect(said({ reason }).status, reason).to.equal('True');
  });
});
