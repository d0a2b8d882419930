import { expect } from 'chai';
import { known, unknown } from '../../src/foundation/fact';
import type { Decision } from '../../src/upgrade/decision';
import { poolPhases } from '../../src/upgrade/machine';
import type { Orders } from '../../src/upgrade/orders';
import type { PoolPhase } from '../../src/upgrade/state';
import { hours, iso, minutes, seconds } from '../../src/upgrade/time';
import type { HostTraits } from '../../src/plan/checks/inspection';
import { inspection, traits } from '../plan/checks/checking';
import { say } from './deciding';
import {
  guest,
  hostState,
  MARK,
  NOW,
  orders,
  pbd,
  poolOf,
  host,
  sharedWorld,
  type Setting,
  situation,
  sr,
  twoHosts,
  upgraded,
} from './situations';

const silence = unknown('silence');
const unmarked = { ...twoHosts(), mark: undefined };

function decide(phase: PoolPhase, setting: Setting = {}): Decision {
  return poolPhases[phase].step.decide(situation({ ...setting, state: { phase, ...setting.state } }));
}

const at = (phase: PoolPhase, setting: Setting = {}): string => say(decide(phase, setting));
const order = (more: Partial<Orders>): Setting => ({ orders: more });

describe('Validating', () => {
  const validate = (setting: Setting): string => at('Validating', { pool: unmarked, ...setting });

  it('lists the hosts, master first, each with how it boots, and goes on', () => {
    const decision = decide('Validating', { pool: poolOf([host('b', '7.0.0'), host('m', '7.0.0', { master: true })]) });
    expect(say(decision)).to.equal('to Planning');
    if (decision.kind !== 'next') throw new Error('it should go on');
    const { hosts, plan } = decision.remember!(situation({ state: { hosts: [] } }).state);
    expect(hosts.map((entry) => [entry.uuid, entry.role, entry.phase, entry.attempt, entry.bootMethod])).to.deep.equal([
      ['m', 'master', 'Pending', 0, 'Staged'],
      ['b', 'member', 'Pending', 0, 'Staged'],
    ]);
    expect(plan!.order).to.deep.equal(['m', 'b']);
  });

  it('refuses another pool, and one that somebody else has marked', () => {
    expect(validate(order({ poolUuid: 'another' }))).to.equal('fail PoolMismatch');
    expect(validate({ pool: { ...unmarked, mark: 'somebody' } })).to.equal('fail PoolClaimedElsewhere');
    const [cluster] = MARK.split('/');
    expect(validate({ pool: { ...unmarked, mark: `${cluster}/ops/other` } })).to.equal('wait AnotherUpgradeActive');
    expect(validate({ pool: { ...unmarked, mark: MARK } }), 'our own, after a crash').to.equal('to Planning');
  });

  it('refuses a pool that is mixed', () => {
    expect(validate({ pool: { ...twoHosts(upgraded()), mark: undefined } })).to.equal('fail PoolMixed');
    expect(validate({ pool: { ...unmarked, rollingUpgrade: true } })).to.equal('fail PoolMixed');
  });

  it('refuses orders that do not fit the pool', () => {
    expect(validate(order({ hosts: [{ name: 'zz', bootMethod: undefined }] }))).to.equal('fail UnknownHost');
    expect(validate(order({ order: ['zz'] }))).to.equal('fail BadOrder');
    expect(validate(order({ repositories: [] }))).to.equal('fail RepositoryMissing');
    expect(validate(order({ repositories: [], bootMethod: 'Manual' }))).to.equal('to Planning');
    expect(validate(order({ target: { brand: undefined, version: '6.5.0' } }))).to.equal('fail TargetNotNewer');
  });

  it('has nothing to do at a pool that is there already, whoever is away', () => {
    const there = { ...twoHosts(upgraded(), { ...upgraded(), enabled: false }), mark: undefined };
    expect(validate({ pool: there })).to.equal('to Succeeded');
  });

  it('waits for a pool out of sight', () => {
    for (const lost of ['pool', 'guests'] as const)
      expect(validate({ facts: { [lost]: silence } })).to.equal('wait PoolUnreachable');
  });
});

describe('Planning', () => {
  const stuck = sharedWorld([guest('g', 'm', { immobile: { code: 'X', text: 'x' } })]);
  const consent = { ...orders().consent, acceptDowntime: false };

  it('keeps the baseline before anything is touched: who runs where, and every setting', () => {
    const world = sharedWorld([guest('g', 'm'), guest('s', undefined, { powerState: 'Suspended' }), guest('off', undefined)]);
    const decision = decide('Planning', { world });
    if (decision.kind !== 'keep') throw new Error(`it should keep the baseline, not ${say(decision)}`);
    expect(decision.baseline.guests.map((one) => [one.uuid, one.powerState, one.host])).to.deep.equal([
      ['g', 'Running', 'm'],
      ['s', 'Suspended', undefined],
    ]);
    expect(Object.keys(decision.baseline.settings)).to.deep.equal(['m', 'b']);
  });

  it('makes the same plan of the same pool, and another of another', () => {
    const hash = (setting: Setting): string | undefined => {
      const decision = decide('Planning', setting);
      return decision.kind === 'keep' ? decision.remember(situation().state).plan?.hash : undefined;
    };
    expect(hash({})).to.match(/^[0-9a-f]{16}$/);
    expect(hash({ now: NOW + hours(1) })).to.equal(hash({}));
    expect(hash({ world: sharedWorld([guest('g', 'm')]) })).to.not.equal(hash({}));
  });

  it('stops for whoever asked to see the plan first', () => {
    const to = (more: Partial<Orders>): string => {
      const decision = decide('Planning', order(more));
      return decision.kind === 'keep' ? decision.to : say(decision);
    };
    expect(to({})).to.equal('Preparing');
    for (const more of [{ approval: 'BeforeUpgrade' as const }, { dryRun: true }, { paused: true }])
      expect(to(more)).to.equal('AwaitingApproval');
  });

  it('refuses what would block or need consent in the middle of the night', () => {
    expect(at('Planning', { world: stuck, orders: { consent } })).to.equal('fail DowntimeNotAccepted');
    expect(at('Planning', { world: stuck, orders: { whenUnmovable: 'Block' } })).to.equal('fail GuestBlocksDrain');
    expect(at('Planning', { world: stuck })).to.equal('keep');
    const rules = [{ tags: [], names: [], uuids: ['g'], action: 'Suspend' as const, return: undefined }];
    expect(at('Planning', { world: stuck, orders: { consent, rules } })).to.equal('keep');
  });

  it('refuses a pool that is not whole, and tells all that stands in the way at once', () => {
    expect(at('Planning', { pool: twoHosts({}, { live: false }) })).to.equal('fail HostNotLive');
    expect(at('Planning', { pool: twoHosts({}, { enabled: false }) })).to.equal('fail HostDisabled');
    const decision = decide('Planning', {
      pool: twoHosts({ enabled: false }, { live: false }),
      world: stuck,
      orders: { consent },
    });
    if (decision.kind !== 'fail') throw new Error(`it should refuse, not ${say(decision)}`);
    expect(decision.reason).to.equal('HostNotLive');
    for (const word of ['HostNotLive', 'HostDisabled', 'DowntimeNotAccepted', 'acceptDowntime', 'host-enable'])
      expect(decision.message).to.contain(word);
    const { checks = [] } = decision.remember!(situation().state);
    expect(
      checks.filter(({ verdict }) => verdict === 'Block').map(({ id, objects, count }) => [id, ...objects, count]),
    ).to.deep.equal([
      ['HostNotLive', 'name-b', 1],
      ['HostDisabled', 'name-m', 1],
      ['DowntimeNotAccepted', 'guest g', 1],
    ]);
  });

  it('refuses to lose local storage that nobody gave up', () => {
    const hop = { fromBrand: 'XenServer' as const, from: '6.5.0', toBrand: 'XenServer' as const, to: '7.6.0' };
    const plan = { hash: '', hop, order: ['m', 'b'], warnings: [], migrations: { bound: 0 } };
    const hosts = ['m', 'b'].map((uuid) => hostState(uuid, 'Pending', { from: '6.5.0' }));
    const old = { version: { release: { brand: 'XenServer' as const, version: '6.5.0' } } };
    const local = { srs: [sr('l', { shared: false, type: 'ext', vdis: 0 })], pbds: [pbd('b', 'l')] };
    const setting = { pool: twoHosts(old, old), world: sharedWorld([], local), state: { plan, hosts } };
    const saying = (m: string | undefined, b: string | undefined): Setting => {
      const plugin = (safe2upgrade: string | undefined): HostTraits => {
        const { plugin: usual, ...more } = traits();
        return { ...more, plugin: usual.known ? known({ ...usual.value, safe2upgrade }) : usual };
      };
      const hosts = { m: plugin(m), b: b === undefined ? { ...traits(), plugin: silence } : plugin(b) };
      return { ...setting, facts: { inspection: known(inspection(setting.pool, { hosts })) } };
    };
    expect(at('Planning', saying('false', 'true'))).to.equal('fail LocalStorageWouldBeLost');
    expect(at('Planning', saying('true', 'vdi_present'))).to.equal('keep');
    expect(at('Planning', saying('true', undefined)), 'not told').to.match(
      /^fail (RepositoryUnreachable|LocalStorageWouldBeLost)$/,
    );
  });

  it('waits while settings, or what the checks look at, are not known', () => {
    expect(at('Planning', { facts: { settings: silence } })).to.equal('wait PoolUnreachable');
    expect(at('Planning', { facts: { inspection: silence } })).to.equal('wait PoolUnreachable');
  });
});

describe('AwaitingApproval', () => {
  const wait = (more: Partial<Orders>): string => at('AwaitingApproval', order(more));
  const shut = { timeZone: 'UTC', periods: [{ days: ['Sat' as const], start: '22:00', duration: hours(4) }] };

  it('ends by exactly this plan’s approval', () => {
    expect(wait({ approval: 'BeforeUpgrade' })).to.equal('wait ApprovalMissing');
    expect(wait({ approval: 'BeforeUpgrade', approvals: ['other', 'hash/name-m'] })).to.equal('wait ApprovalMissing');
    expect(wait({ approval: 'BeforeUpgrade', approvals: ['hash'] })).to.equal('to Preparing');
  });

  it('remembers what was approved', () => {
    const { state, ...decision } = {
      state: situation().state,
      ...decide('AwaitingApproval', order({ approval: 'BeforeUpgrade', approvals: ['hash'] })),
    };
    expect(decision.kind === 'next' && decision.remember!(state).handled).to.deep.equal({ approve: 'hash' });
  });

  it('does not end while paused, rehearsing, or outside the window; deletion ends it untouched', () => {
    expect(wait({ paused: true })).to.equal('wait PausedByUser');
    expect(wait({ dryRun: true, approvals: ['hash'], approval: 'BeforeUpgrade' })).to.equal('wait DryRun');
    expect(wait({ window: shut }), 'it is Monday').to.equal('wait OutsideWindow');
    expect(wait({ cancelled: true, paused: true, dryRun: true })).to.equal('to Cancelled');
  });
});

describe('Preparing', () => {
  const ha = { heartbeatSrs: ['s'], configuration: {}, failuresToTolerate: 1 };
  const on = { ...twoHosts(), haEnabled: true, wlbEnabled: true, autoPoweron: 'true' };

  it('claims the pool first and alone, and touches nothing of one that is claimed', () => {
    expect(at('Preparing', { pool: { ...on, mark: undefined } })).to.equal('ClaimPool pool');
    expect(at('Preparing', { pool: { ...on, mark: 'somebody' } })).to.equal('fail PoolClaimedElsewhere');
  });

  it('looks again when a host was upgraded, came or went while the plan waited, but not once it has touched the pool', () => {
    const unclaimed = { ...twoHosts(), mark: undefined };
    const [master, member] = unclaimed.hosts;
    const changed = { ...unclaimed, hosts: [{ ...master!, ...upgraded() }, member!] };
    const decision = decide('Preparing', { pool: changed });
    expect(say(decision)).to.equal('to Validating');
    expect(decision.kind === 'next' && decision.remember!(situation().state)).to.not.have.any.keys('plan', 'baseline', 'pool');
    expect(at('Preparing', { pool: { ...unclaimed, hosts: [master!] } })).to.equal('to Validating');
    expect(at('Preparing', { pool: { ...changed, mark: MARK } })).to.equal('to Upgrading');
  });

  it('puts aside what is on, with its way back written down, and nothing else', () => {
    const decision = decide('Preparing', { pool: on, facts: { ha: known(ha) } });
    expect(say(decision)).to.equal('DisableHa pool, SetWlb pool, ClearAutoPoweron pool');
    if (decision.kind !== 'act') throw new Error('it should act');
    expect(decision.remember!(situation().state).undo).to.deep.equal({ ha, wlb: true, autoPoweron: 'true' });
    const before = { ha: { ...ha, failuresToTolerate: 2 } };
    expect(decision.remember!(situation({ state: { undo: before } }).state).undo.ha, 'the first record stands').to.deep.equal(
      before.ha,
    );
    expect(at('Preparing')).to.equal('to Upgrading');
  });

  it('does not switch HA off while it does not know how to switch it on', () => {
    expect(at('Preparing', { pool: on, facts: { ha: silence } })).to.equal('wait PoolUnreachable');
  });

  it('fails after three refusals, and is cancelled even out of sight', () => {
    const resisting = [{ uuid: 'pool', name: 'p', reason: 'NO', tried: { DisableHa: 3 } }];
    expect(at('Preparing', { pool: on, facts: { ha: known(ha) }, state: { resisting } })).to.equal('fail PreparationFailed');
    expect(at('Preparing', { facts: { pool: silence }, orders: { cancelled: true } })).to.equal('to Cancelled');
  });
});

describe('Upgrading, between hosts', () => {
  const begun = (setting: Setting): string => {
    const decision = decide('Upgrading', setting);
    if (decision.kind !== 'again') return say(decision);
    const started = decision.remember(situation(setting).state).hosts.filter((entry) => entry.phase === 'Draining');
    return `begins ${started.map((entry) => `${entry.uuid}, attempt ${entry.attempt}`).join(' and ')}`;
  };
  const half = { hosts: [hostState('m', 'Upgraded'), hostState('b', 'Pending')] };
  const done = { hosts: [hostState('m', 'Upgraded'), hostState('b', 'Upgraded')] };

  it('begins with the master, then one host after another, then finishes', () => {
    expect(begun({})).to.equal('begins m, attempt 1');
    expect(begun({ state: half })).to.equal('begins b, attempt 1');
    expect(begun({ state: done })).to.equal('to Finishing');
  });

  it('never begins with a member before the master is upgraded', () => {
    expect(begun({ state: { hosts: [hostState('b', 'Pending'), hostState('m', 'Pending')] } })).to.equal(
      'fail MasterNotUpgraded',
    );
  });

  it('begins none while a check is in the way, says which, and goes on by itself', () => {
    const disabled = { pool: twoHosts({}, { enabled: false }) };
    expect(begun(disabled)).to.equal('wait HostDisabled');
    expect(begun({ state: half, pool: twoHosts(upgraded(), { enabled: false }) }), 'its own turn').to.equal(
      'begins b, attempt 1',
    );
    expect(begun({})).to.equal('begins m, attempt 1');
    const decision = decide('Upgrading', disabled);
    if (decision.kind !== 'wait') throw new Error('it should wait');
    expect(decision.until).to.be.within(NOW, NOW + minutes(1));
    expect(decision.remember!(situation().state).checks?.find(({ id }) => id === 'HostDisabled')?.verdict).to.equal('Block');
  });

  it('begins none while paused, unapproved, outside the window, or cancelled', () => {
    const shut = { timeZone: 'UTC', periods: [{ days: ['Sat' as const], start: '22:00', duration: hours(4) }] };
    expect(begun({ state: half, orders: { paused: true } })).to.equal('to Paused');
    expect(begun({ state: half, orders: { window: shut } })).to.equal('wait OutsideWindow');
    expect(begun({ state: half, orders: { cancelled: true } })).to.equal('to Cancelled');
    const approval = 'BeforeEachHost' as const;
    expect(begun({ state: half, orders: { approval, approvals: ['hash', 'hash/name-m'] } })).to.equal('wait ApprovalMissing');
    expect(begun({ state: half, orders: { approval, approvals: ['hash/name-b'] } })).to.equal('begins b, attempt 1');
  });
});

describe('Finishing', () => {
  const hosts = [hostState('m', 'Upgraded'), hostState('b', 'Upgraded')];
  const finish = (now: number, setting: Setting): string =>
    at('Finishing', { now: NOW + now, ...setting, state: { hosts, ...setting.state } });
  const fresh = twoHosts(upgraded(), upgraded());

  it('waits until XAPI sees the end of mixed mode, restarts its agent once, and then asks a person', () => {
    const lagging = { pool: { ...fresh, rollingUpgrade: true } };
    expect(finish(0, lagging)).to.equal('wait MixedModeEnding');
    expect(finish(seconds(90), lagging)).to.equal('RestartAgent m');
    const restarted = { agentRestartedAt: iso(NOW + seconds(90)) };
    expect(finish(seconds(120), { ...lagging, state: restarted })).to.equal('wait MixedModeEnding');
    expect(finish(seconds(400), { ...lagging, state: restarted })).to.equal('fail MixedModeStuck');
    expect(finish(seconds(400), { pool: twoHosts(upgraded()), state: restarted })).to.equal('fail MixedModeStuck');
  });

  it('succeeds when everything is put back', () => {
    expect(finish(0, { pool: fresh })).to.equal('ReleasePool pool');
    expect(finish(0, { pool: { ...fresh, mark: undefined } })).to.equal('to Succeeded');
    expect(finish(0, { pool: fresh, facts: { pool: silence } })).to.equal('wait PoolUnreachable');
  });
});

describe('Halted', () => {
  const halted = (setting: Setting): Decision => decide('Halted', setting);
  const hosts = [hostState('m', 'Failed'), hostState('b', 'Pending')];

  it('walks the way back when the master answers in its old system', () => {
    const state = { reason: 'MasterOnOldVersion', hosts };
    expect(say(halted({ state, pool: twoHosts({ enabled: false }) }))).to.equal('EnableHost m');
    expect(say(halted({ state, world: sharedWorld([guest('g', undefined, { mark: 'run/m' })]) }))).to.equal('Start g');
  });

  it('touches nothing when the master is unknown, and lists everything', () => {
    const undo = { wlb: true };
    const decision = halted({ state: { reason: 'MasterUnknown', hosts, undo }, pool: twoHosts({ enabled: false }) });
    if (decision.kind !== 'again') throw new Error(`it should end, not ${say(decision)}`);
    const after = decision.remember(situation({ state: { hosts, undo } }).state);
    expect(after.debts.map((debt) => debt.kind)).to.have.members(['WorkloadBalancing', 'PoolMark', 'HostDisabled']);
    expect(after.run.finishedAt).to.equal(iso(NOW));
  });

  it('keeps saying why, and rests once it is over', () => {
    const state = { reason: 'MemberFailed', hosts, run: { ...situation().state.run, finishedAt: iso(NOW) } };
    expect(say(halted({ state, pool: twoHosts({ enabled: false }) }))).to.equal('wait MemberFailed');
    expect(say(halted({ state: { reason: 'MemberFailed', hosts }, facts: { pool: silence } }))).to.equal('wait MemberFailed');
  });
});
