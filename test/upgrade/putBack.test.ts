import { expect } from 'chai';
import { putBack, stagedDebts, allDebts } from '../../src/upgrade/pool/putBack';
import type { PutBack } from '../../src/upgrade/pool/puttingBack';
import type { RunState, Undo } from '../../src/upgrade/state';
import { iso } from '../../src/upgrade/time';
import { guest, hostState, NOW, pbd, runState, sharedWorld, type Setting, situation, twoHosts, upgraded } from './situations';

const ha = { heartbeatSrs: ['s'], configuration: {}, failuresToTolerate: 1 };
const cd = { vm: 'g', vmName: 'guest g', vbd: 'v', vdi: 'i', sr: 's' };

function back(setting: Setting): PutBack {
  const made = situation(setting);
  if (!made.facts.pool.known || !made.facts.guests.known) throw new Error('a pool out of sight is not put back');
  return putBack(made, made.facts.pool.value, made.facts.guests.value);
}

const effects = (setting: Setting): readonly string[] => back(setting).effects.map((entry) => `${entry.effect} ${entry.object}`);
const debts = (setting: Setting): readonly string[] => back(setting).debts.map((debt) => `${debt.kind} ${debt.object}`);
const owing = (undo: Undo, more: Partial<RunState> = {}): Setting['state'] & object => ({ undo, ...more });
const vain = (uuid: string, effect: string, times: number): Partial<RunState> => ({
  resisting: [{ uuid, name: uuid, reason: 'NO: it will not', tried: { [effect]: times } }],
});
const begun = [hostState('m', 'Failed'), hostState('b', 'Pending')];
const unmarked = { mark: undefined };

describe('putting back', () => {
  it('gives the mark back last, and owes it when it cannot', () => {
    expect(effects({})).to.deep.equal(['ReleasePool pool']);
    expect(effects({ pool: { ...twoHosts(), ...unmarked } })).to.deep.equal([]);
    expect(effects({ pool: { ...twoHosts(), mark: 'another' } })).to.deep.equal([]);
    expect(effects({ pool: { ...twoHosts(), haEnabled: false }, state: owing({ ha }) })).to.deep.equal(['EnableHa pool']);
    expect(debts({ state: vain('pool', 'ReleasePool', 3) })).to.deep.equal(['PoolMark pool']);
  });

  it('puts hosts in service first, those the run began with and no others', () => {
    const off = twoHosts({ enabled: false }, { enabled: false });
    expect(effects({ pool: off, state: { hosts: begun } })).to.deep.equal(['EnableHost m']);
    expect(effects({ pool: twoHosts({ enabled: false, live: false }), state: { hosts: begun } })).to.not.include('EnableHost m');
    const given = { pool: { ...twoHosts({ enabled: false, live: false }), ...unmarked }, state: { hosts: begun } };
    expect(debts(given)).to.deep.equal(['HostDisabled m']);
    const refused = { hosts: begun, ...vain('m', 'EnableHost', 3) };
    expect(debts({ pool: { ...twoHosts({ enabled: false }), ...unmarked }, state: refused })).to.deep.equal(['HostDisabled m']);
  });

  it('wakes what we stopped, only where it may, and names what it cannot', () => {
    const ours = guest('g', undefined, { mark: 'run/m' });
    expect(effects({ world: sharedWorld([ours, guest('theirs', undefined)]) })).to.deep.equal(['Start g']);
    expect(effects({ world: sharedWorld([guest('g', 'm', { mark: 'run/m' })]) }), 'it runs already').to.deep.equal([
      'UnmarkGuest g',
    ]);
    const pinned = sharedWorld([{ ...ours, srs: ['local'] }], { pbds: [pbd('b', 'local')] });
    const mixed = { pool: { ...twoHosts(upgraded()), ...unmarked }, world: pinned };
    expect([effects(mixed), debts(mixed)]).to.deep.equal([[], ['VmStopped g']]);
    expect(back(mixed).debts[0]!.reason).to.contain('name-m');
    expect(
      debts({ world: sharedWorld([ours]), state: vain('g', 'Start', 6), pool: { ...twoHosts(), ...unmarked } }),
    ).to.deep.equal(['VmStopped g']);
  });

  it('does not take a guest of ours for settled while something is in flight on it', () => {
    const busy = back({ world: sharedWorld([guest('g', 'm', { mark: 'run/m', busy: ['clean_shutdown'] })]) });
    expect(busy.effects).to.deep.equal([]);
    expect(busy.pending).to.not.equal(undefined);
    expect(busy.debts.map((debt) => debt.object)).to.include('g');
  });

  it('inserts discs where the guest sees them, and owes the others', () => {
    const gone = guest('g', 'b', { cds: [] });
    expect(effects({ world: sharedWorld([gone]), state: owing({ cds: [cd] }) })).to.deep.equal(['InsertCd v']);
    const there = guest('g', 'b', { cds: [{ vbd: 'v', vdi: 'i', sr: 's' }] });
    expect(effects({ world: sharedWorld([there]), state: owing({ cds: [cd] }) })).to.deep.equal(['ReleasePool pool']);
    const unseen = { world: sharedWorld([gone], { pbds: [pbd('m', 's')] }), state: owing({ cds: [cd] }) };
    expect(effects(unseen)).to.deep.equal(['ReleasePool pool']);
    expect(debts({ ...unseen, pool: { ...twoHosts(), ...unmarked } })).to.deep.equal(['CdEjected v']);
  });

  it('sets every switch as it was, and only those that were changed', () => {
    const undo = { ha, wlb: true, autoPoweron: 'true' };
    expect(effects({ state: owing(undo) })).to.have.members(['SetAutoPoweron pool', 'SetWlb pool', 'EnableHa pool']);
    const done = { ...twoHosts(), haEnabled: true, haTolerance: 1, wlbEnabled: true, autoPoweron: 'true' };
    expect(effects({ pool: done, state: owing(undo) })).to.deep.equal(['ReleasePool pool']);
    expect(effects({ pool: { ...done, haTolerance: 0 }, state: owing(undo) })).to.deep.equal(['SetHaTolerance pool']);
  });

  it('owes HA in a mixed pool, where it is refused, and does not try', () => {
    for (const pool of [twoHosts(upgraded()), { ...twoHosts(), rollingUpgrade: true }]) {
      const mixed = { pool: { ...pool, ...unmarked }, state: owing({ ha }) };
      expect([effects(mixed), debts(mixed)]).to.deep.equal([[], ['HighAvailability pool']]);
    }
  });

  it('leaves the room for two starts at once to guests that somebody else starts there', () => {
    const many = Array.from({ length: 40 }, (_, index) => guest(`g${index}`, undefined, { mark: 'run/m', memory: 1 }));
    const other = guest('other', undefined, { arriving: 'm', busy: ['start'] });
    expect(effects({ world: sharedWorld([...many, other]) })).to.deep.equal(['Start g0']);
    const third = guest('third', undefined, { arriving: 'm', busy: ['resume'] });
    expect(effects({ world: sharedWorld([...many, other, third]) })).to.deep.equal([]);
  });

  it('sends at most 16 effects at once', () => {
    const many = Array.from({ length: 40 }, (_, index) => guest(`g${index}`, 'm', { mark: 'run/m', memory: 1 }));
    expect(effects({ world: sharedWorld(many) })).to.have.length(16);
  });
});

describe('what is owed', () => {
  it('is an installer that is staged at a host that did not leave for it', () => {
    const at = (evidence: object): readonly string[] =>
      stagedDebts(runState({ hosts: [hostState('m', 'Failed', { evidence })] })).map((debt) => debt.kind);
    expect(at({ stagedAt: iso(NOW) })).to.deep.equal(['StagedBootEntry']);
    expect(at({ stagedAt: iso(NOW), leftAt: iso(NOW) })).to.deep.equal([]);
    expect(at({})).to.deep.equal([]);
  });

  it('is everything that was put aside, when the pool cannot be seen', () => {
    const undo = { ha, wlb: true, autoPoweron: 'true', cds: [cd] };
    const hosts = [hostState('m', 'Failed', { evidence: { stagedAt: iso(NOW) } }), hostState('b', 'Pending')];
    const stopped = [{ uuid: 'g', name: 'g', by: 'Suspend' }];
    const all = allDebts(runState({ undo, hosts, stopped }), 'silence');
    expect(all.map((debt) => debt.kind)).to.have.members([
      'HighAvailability',
      'WorkloadBalancing',
      'AutoPoweron',
      'PoolMark',
      'HostDisabled',
      'VmStopped',
      'CdEjected',
      'StagedBootEntry',
    ]);
    expect(all.filter((debt) => debt.kind !== 'StagedBootEntry').every((debt) => debt.reason === 'silence')).to.equal(true);
  });
});
