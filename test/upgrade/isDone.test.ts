import { expect } from 'chai';
import fc from 'fast-check';
import { unknown, known } from '../../src/foundation/fact';
import type { Guest, Host } from '../../src/plan/pool';
import { effectNamed } from '../../src/upgrade/effects';
import type { FactName, Facts, TaskSight } from '../../src/upgrade/facts';
import type { Evidence, JournalItem } from '../../src/upgrade/state';
import { hours, iso, minutes } from '../../src/upgrade/time';
import {
  everyFact,
  facts,
  guest,
  hostState,
  item,
  MARK,
  NOW,
  orders,
  pbd,
  runState,
  sharedWorld,
  twoHosts,
  upgraded,
} from './situations';

const evidence: Evidence = { hostTime: '5000', agentStartTime: '1000.' };

interface Look {
  readonly facts: Facts;
  readonly evidence?: Evidence;
  /** Age of the entry. */
  readonly age?: number;
  readonly role?: 'master' | 'member';
}

/** `Done`, `NotDone`, `Unknown`, or `lost` when nobody will ever tell. */
function sight(of: JournalItem, look: Look): string {
  const phase = hostState(of.object, 'Leaving', { role: look.role ?? 'master', evidence: look.evidence ?? evidence });
  const state = runState({ hosts: [phase] });
  const entry = { id: 'j', host: of.object, at: iso(NOW - (look.age ?? 0)), epoch: 0, items: [of] };
  const seen = { item: of, facts: look.facts, state, orders: orders(), host: of.object, mark: MARK, now: NOW };
  const found = effectNamed(of.effect).isDone(seen, entry);
  return found.kind === 'Unknown' && found.forever === true ? 'lost' : found.kind;
}

const seeing = (m: Partial<Host> = {}, more: Partial<Facts> = {}): Facts => facts(twoHosts(m), sharedWorld([]), more);
const silence = unknown('silence');

describe('recognising a staged installer', () => {
  const stage = item('StageInstaller', 'm', { url: 'u', tasksBefore: 'old-1,old-2', masterAgent: '1000.' });
  const task = (uuid: string, status: TaskSight['status'], name = 'Async.host.call_plugin'): TaskSight => ({
    uuid,
    name,
    status,
  });
  const ask = (tasks: readonly TaskSight[], m: Partial<Host> = {}, age = 0): string =>
    sight(stage, { facts: seeing(m, { tasks: known(tasks) }), age });

  it('goes by the task that was not there before, whatever its neighbours say', () => {
    const others = [task('old-1', 'failure'), task('old-2', 'success'), task('x', 'success', 'Async.VM.start')];
    expect(ask([...others, task('new', 'success')])).to.equal('Done');
    expect(ask([...others, task('new', 'failure')])).to.equal('NotDone');
    expect(ask([...others, task('new', 'pending')])).to.equal('Unknown');
    expect(ask(others)).to.equal('NotDone');
  });

  it('cannot be told, ever, after a task was cancelled or an agent restarted without a trace', () => {
    expect(ask([task('new', 'cancelled')])).to.equal('lost');
    expect(ask([], { agentStartTime: '4000.' })).to.equal('lost');
    expect(ask([task('new', 'success')], { agentStartTime: '4000.' }), 'a trace is a trace').to.equal('Done');
    const restartedMaster = item('StageInstaller', 'm', { ...stage.params, masterAgent: '999.' });
    expect(sight(restartedMaster, { facts: seeing() })).to.equal('lost');
  });

  it('takes no trace for no staging only while a task would not yet be forgotten', () => {
    expect(ask([], {}, minutes(59))).to.equal('NotDone');
    expect(ask([], {}, minutes(61))).to.equal('lost');
  });

  it('waits when tasks or pool are out of sight', () => {
    expect(sight(stage, { facts: seeing({}, { tasks: silence }) })).to.equal('Unknown');
    expect(sight(stage, { facts: seeing({}, { pool: silence }) })).to.equal('Unknown');
  });
});

describe('recognising a reboot', () => {
  for (const effect of ['RebootHost', 'ShutdownHost']) {
    const ask = (m: Partial<Host>, more: Partial<Facts> = {}, role: 'master' | 'member' = 'member'): string =>
      sight(item(effect, 'm'), { facts: seeing(m, more), role });

    it(`${effect}: a host that answers unchanged has not gone; one that rebooted, changed its release, or is dead has`, () => {
      expect(ask({})).to.equal('NotDone');
      expect(ask({ bootTime: 5_200, agentStartTime: '5250.' })).to.equal('Done');
      expect(ask({ ...upgraded(), bootTime: 10, agentStartTime: '1000.' })).to.equal('Done');
      expect(ask({ live: false })).to.equal('Done');
      expect(ask({}, { hostTime: silence }), 'its own clock does not answer').to.equal('Done');
    });

    it(`${effect}: neither a clock that steps nor an agent that restarts is a reboot`, () => {
      expect(ask({ bootTime: 9_999 })).to.equal('NotDone');
      expect(ask({ agentStartTime: '5100.' })).to.equal('NotDone');
      expect(ask({ bootTime: 4_994, agentStartTime: '5100.' })).to.equal('NotDone');
      expect(ask({ bootTime: undefined, agentStartTime: '5100.' })).to.equal('NotDone');
    });

    it(`${effect}: a member out of sight may be anywhere`, () => {
      expect(ask({}, { pool: silence })).to.equal('Unknown');
    });
  }
});

describe('recognising effects on guests and pool', () => {
  const seen = (g: Partial<Guest>, on: string | null = 'm'): Look => ({
    facts: facts(twoHosts(), sharedWorld([guest('g', on ?? undefined, g)])),
  });

  it('a move is done on its host when nothing is in flight, or when the guest stopped meanwhile', () => {
    const move = item('Migrate', 'g', { to: 'b' });
    expect(sight(move, seen({}, 'b'))).to.equal('Done');
    expect(sight(move, seen({ busy: ['pool_migrate'] }, 'b'))).to.equal('Unknown');
    expect(sight(move, seen({}))).to.equal('NotDone');
    expect(sight(move, seen({ busy: ['pool_migrate'] }))).to.equal('Unknown');
    expect(sight(move, seen({}, null))).to.equal('Done');
  });

  for (const effect of ['Suspend', 'CleanShutdown', 'HardShutdown'])
    it(`${effect} is done when no domain is left, and unknown while it is in flight`, () => {
      expect(sight(item(effect, 'g'), seen({}, null))).to.equal('Done');
      expect(sight(item(effect, 'g'), seen({ powerState: 'Suspended' }, null))).to.equal('Done');
      expect(sight(item(effect, 'g'), seen({}))).to.equal('NotDone');
      expect(sight(item(effect, 'g'), seen({ busy: ['suspend'] }))).to.equal('Unknown');
    });

  it('a start is done only when the mark is gone too', () => {
    expect(sight(item('Start', 'g'), seen({ mark: 'run/m' }))).to.equal('NotDone');
    expect(sight(item('Start', 'g'), seen({}))).to.equal('Done');
    expect(sight(item('Start', 'g'), seen({}, null))).to.equal('NotDone');
  });

  it('switches of the pool are read off the pool', () => {
    const pool = { ...twoHosts(), haEnabled: true, wlbEnabled: true, autoPoweron: 'true', haTolerance: 2 };
    const look = { facts: facts(pool, sharedWorld([])) };
    const cases: [JournalItem, string][] = [
      [item('DisableHa', 'pool'), 'NotDone'],
      [item('EnableHa', 'pool'), 'Done'],
      [item('SetWlb', 'pool', { enabled: 'true' }), 'Done'],
      [item('SetWlb', 'pool', { enabled: 'false' }), 'NotDone'],
      [item('SetAutoPoweron', 'pool', { value: 'true' }), 'Done'],
      [item('SetAutoPoweron', 'pool', { value: 'false' }), 'NotDone'],
      [item('ClaimPool', 'pool'), 'Done'],
      [item('ReleasePool', 'pool'), 'NotDone'],
      [item('PlugPbd', 'pbd-m-s'), 'Done'],
      [item('TakeBackup', 'm'), 'Done'],
    ];
    for (const [of, expected] of cases) expect(sight(of, look), of.effect).to.equal(expected);
    const unplugged = { facts: facts(pool, sharedWorld([], { pbds: [pbd('m', 's', false)] }), { backup: known(null) }) };
    expect(sight(item('PlugPbd', 'pbd-m-s'), unplugged)).to.equal('NotDone');
    expect(sight(item('TakeBackup', 'm'), unplugged)).to.equal('NotDone');
  });
});

describe('what cannot be seen', () => {
  const blind = (lost: readonly FactName[]): Facts => ({
    ...facts(twoHosts(), sharedWorld([guest('g', 'm')])),
    ...Object.fromEntries(lost.map((name) => [name, silence])),
  });
  const byGuests = ['Migrate', 'Suspend', 'CleanShutdown', 'HardShutdown', 'Start', 'UnmarkGuest', 'PlugPbd'];
  const byPool = ['DisableHost', 'EnableHost', 'DisableHa', 'EnableHa', 'SetHaTolerance', 'SetWlb', 'ClaimPool', 'ReleasePool'];
  const recognisedBy: readonly (readonly [string, FactName])[] = [
    ...byGuests.map((effect) => [effect, 'guests'] as const),
    ...byPool.map((effect) => [effect, 'pool'] as const),
    ['StageInstaller', 'tasks'],
  ];

  it('is never taken for NotDone, nor for Done, whatever else is known and however old the entry is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recognisedBy), fc.subarray([...everyFact]), fc.nat(hours(3)), ([effect, by], lost, age) => {
        const object = by === 'guests' ? 'g' : 'm';
        const params = { to: 'b', tasksBefore: '', masterAgent: '1000.', enabled: 'true', hosts: '1' };
        expect(sight(item(effect, object, params), { facts: blind([...lost, by]), age }), effect).to.be.oneOf([
          'Unknown',
          'lost',
        ]);
      }),
    );
  });
});
