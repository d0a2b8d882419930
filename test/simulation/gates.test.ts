// Windows, soak, pause and approvals over whole runs: what people set to keep their night, and what it does when it is set in the middle.
import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { ANNOTATIONS } from '../../src/api/poolUpgrade';
import { closedUntil, type Window } from '../../src/plan/window';
import type { HostState, RunState } from '../../src/upgrade/state';
import { Play } from './play';
import { XS } from './rig';

const HOUR = 3_600_000;
const releases = ['8.0.0', '8.2.1'].map((version) => ({
  version,
  repository: { url: `http://repository.invalid/XenServer/${version}/` },
}));
const shape = { pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.0.0') };
const begin = (spec: object = {}): Promise<Play> => Play.begin({ ...shape, spec: { releases, ...spec } });

const started = ({ startedAt }: HostState): number => Date.parse(startedAt!);
const finished = ({ finishedAt }: HostState): number => Date.parse(finishedAt!);
const masterIn =
  (phase: HostState['phase']): ((state: RunState) => boolean) =>
  ({ hosts }) =>
    hosts[0]?.phase === phase;
const pausedOf = (object: PoolUpgrade | undefined): { readonly reason?: string; readonly message?: string } =>
  object?.status?.conditions?.find(({ type }) => type === 'Paused') ?? {};
const approve = (play: Play, approval: string): Promise<PoolUpgrade> =>
  play.edit({}, { annotations: { [ANNOTATIONS.approve]: approval } });

/** Daily from 23:00, long enough for the host that takes longest and not for a second one. */
async function nightFor(play: Play): Promise<Window> {
  const planned = await play.until('planned', ({ plan, phase }) => phase === 'AwaitingApproval' && plan?.estimates !== undefined);
  const most = Math.max(...planned.plan!.estimates!.map(({ mostSeconds }) => mostSeconds));
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
  return { timeZone: 'UTC', periods: [{ days, start: '23:00', duration: most * 1000 + 5 * 60_000 }] };
}

describe('a window that has room for one host', () => {
  it('lets the second begin in the next one, and every host is done inside', async () => {
    const play = await begin({ dryRun: true });
    const window = await nightFor(play);
    const periods = window.periods.map(({ start, duration }) => ({ start, duration: `${duration / 1000}s` }));
    await play.edit({ dryRun: false, window: { timeZone: window.timeZone, periods } });
    const waiting = await play.until(
      'the second waits',
      ({ hosts, reason }) => hosts[0]?.phase === 'Upgraded' && reason === 'OutsideWindow',
    );
    expect(waiting.message).to.contain('may take').and.to.contain('xs-02');
    const [master, member] = (await play.phase('Succeeded')).hosts as [HostState, HostState];
    expect(started(member) - started(master)).to.be.within(23 * HOUR, 25 * HOUR);
    for (const host of [master, member])
      for (const instant of [started(host), finished(host)]) expect(closedUntil(window, instant), host.name).to.equal(undefined);
  });

  it('and is shortened in the middle of a host lets it be finished, and says that no other fits', async () => {
    const play = await begin();
    await play.until('the master installs', masterIn('Installing'));
    await play.edit({ window: { timeZone: 'UTC', periods: [{ start: '03:00', duration: '20m' }] } });
    const held = await play.until('no window is long enough', ({ reason }) => reason === 'WindowTooShort');
    expect(held.hosts.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Pending']);
    expect(held.stalled).to.equal(false);
    await play.edit({ window: null });
    await play.phase('Succeeded');
  });

  it('and would never have room for any refuses the run, untouched, until it is mended', async () => {
    const play = await begin({ window: { timeZone: 'UTC', periods: [{ start: '23:00', duration: '10m' }] } });
    const refused = await play.until('refused', ({ stalled }) => stalled);
    expect(refused).to.include({ phase: 'AwaitingApproval', reason: 'WindowTooShort' });
    expect(refused.message).to.match(/host xs-0\d may take .*m more to get ready; the longest opening of spec.window is 10m/);
    await play.edit({ window: null });
    await play.phase('Succeeded');
  });
});

describe('a pause asked for in the middle of a host', () => {
  it('takes effect once that host is upgraded, is announced, and comes no later than announced', async () => {
    const play = await begin();
    await play.until('the master installs', masterIn('Installing'));
    await play.edit({ paused: true });
    await play.pass('announces the pause', () => pausedOf(play.stage.object()).reason === 'PauseComing');
    const announced = pausedOf(play.stage.object()).message!;
    expect(announced).to.match(
      /^spec.paused is set: it pauses once host xs-01 is upgraded, expected by \S+, before host xs-02 begins$/,
    );
    const held = await play.until('paused', ({ reason }) => reason === 'PausedByUser');
    expect(held.hosts.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Pending']);
    expect(finished(held.hosts[0]!)).to.be.at.most(Date.parse(/expected by (\S+),/.exec(announced)![1]!));
    await play.passTime(6 * HOUR);
    expect((await play.said())!.hosts[1]!.phase).to.equal('Pending');
    await play.edit({ paused: false });
    await play.phase('Succeeded');
    expect(pausedOf(play.stage.object()).reason).to.equal('NotPaused');
  });

  it('and taken back before that changes nothing', async () => {
    const play = await begin();
    await play.until('the master installs', masterIn('Installing'));
    await play.edit({ paused: true });
    await play.pass('announces the pause', () => pausedOf(play.stage.object()).reason === 'PauseComing');
    await play.edit({ paused: false });
    await play.pass('announces none', () => pausedOf(play.stage.object()).reason === 'NotPaused');
    const { hosts } = await play.phase('Succeeded');
    expect(started(hosts[1]!) - finished(hosts[0]!)).to.be.lessThan(60_000);
  });
});

describe('a soak after the master', () => {
  const soaking = async (): Promise<{ readonly play: Play; readonly state: RunState }> => {
    const play = await begin({ gates: { soakAfterMaster: '3h' } });
    return { play, state: await play.until('soaks', ({ reason }) => reason === 'Soaking') };
  };

  it('passes before the first member begins', async () => {
    const { play, state } = await soaking();
    expect(state.hosts.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Pending']);
    const [master, member] = (await play.phase('Succeeded')).hosts as [HostState, HostState];
    expect(started(member) - finished(master)).to.be.within(3 * HOUR, 3 * HOUR + 60_000);
  });

  it('goes on while paused, and ends at once when it is taken out', async () => {
    const { play, state } = await soaking();
    await play.edit({ paused: true });
    await play.phase('Paused');
    await play.passTime(HOUR);
    await play.edit({ paused: false });
    await play.until('soaks on', ({ reason }) => reason === 'Soaking');
    await play.edit({ gates: { soakAfterMaster: '0s' } });
    const [, member] = (await play.phase('Succeeded')).hosts as [HostState, HostState];
    expect(started(member) - finished(state.hosts[0]!)).to.be.within(HOUR, 1.5 * HOUR);
  });

  it('is a safe point to cancel at', async () => {
    const { play } = await soaking();
    await play.delete();
    await play.untilGone();
    expect(play.systems()).to.deep.equal(['8.0.0', '7.1.0']);
  });
});

describe('approvals', () => {
  it('before each host are asked for one by one, and each starts its host alone', async () => {
    const play = await begin({ gates: { approval: 'BeforeEachHost' } });
    const first = await play.until('asks', ({ reason }) => reason === 'ApprovalMissing');
    const hash = first.plan!.hash!;
    await approve(play, `${hash}/xs-01`);
    const second = await play.until(
      'asks again',
      ({ reason, hosts }) => reason === 'ApprovalMissing' && hosts[0]?.phase === 'Upgraded',
    );
    expect(second.message).to.contain(`${hash}/xs-02`);
    expect(second.handled).to.deep.equal({ approve: `${hash}/xs-01` });
    await approve(play, `${hash}/xs-02`);
    expect((await play.phase('Succeeded')).handled).to.deep.equal({ approve: `${hash}/xs-02` });
  });

  it('of a plan that has changed since start nothing, and both plans are named', async () => {
    const play = await begin({ dryRun: true });
    const old = (await play.phase('AwaitingApproval')).plan!.hash!;
    await approve(play, old);
    await play.edit({ target: { version: '8.2.1' }, gates: { approval: 'BeforeUpgrade' }, dryRun: false });
    const held = await play.until('held', ({ reason }) => reason === 'ApprovalForAnotherPlan');
    const { hash } = held.plan!;
    expect(hash).to.not.equal(old);
    expect(held.message).to.contain(old).and.to.contain(hash);
    await play.passTime(24 * HOUR);
    expect(play.systems()).to.deep.equal(['7.1.0', '7.1.0']);
    await approve(play, hash!);
    expect((await play.phase('Succeeded')).handled).to.deep.equal({ approve: hash });
  });
});
