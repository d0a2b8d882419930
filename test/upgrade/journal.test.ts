import { expect } from 'chai';
import fc from 'fast-check';
import { unknown } from '../../src/foundation/fact';
import { effectNamed } from '../../src/upgrade/effects';
import type { Facts } from '../../src/upgrade/facts';
import { abandon, settle, type Outcomes, type Settling } from '../../src/upgrade/journal';
import type { Outcome } from '../../src/upgrade/ports';
import { type Journal, type JournalItem, timesTried } from '../../src/upgrade/state';
import { iso, minutes } from '../../src/upgrade/time';
import { facts, guest, hostState, item, MARK, NOW, orders, runState, sharedWorld, twoHosts } from './situations';

const accepted: Outcome = { kind: 'Accepted' };
const refused: Outcome = { kind: 'Refused', code: 'NO', text: 'it will not' };
const lost: Outcome = { kind: 'Ambiguous', why: 'the line went dead' };
const silence = unknown('silence');

function close(items: readonly JournalItem[], seen: Facts, outcomes: readonly (Outcome | undefined)[], age = 0): Settling {
  const journal: Journal = { id: 'j', host: 'm', at: iso(NOW - age), epoch: 0, items };
  const told: Outcomes = new Map([...outcomes.entries()].filter((entry): entry is [number, Outcome] => entry[1] !== undefined));
  const evidence = { hostTime: '5000', agentStartTime: '1000.' };
  const state = runState({ hosts: [hostState('m', 'Leaving', { evidence }), hostState('b', 'Pending')], journal });
  return settle({ state, journal, outcomes: told, from: NOW - age, facts: seen, orders: orders(), mark: MARK, now: NOW });
}

const seen = (on: string, more: Partial<Facts> = {}): Facts =>
  facts(twoHosts({ enabled: false }), sharedWorld([guest('g', on)]), more);
const move = item('Migrate', 'g', { to: 'b' });
const tried = ({ state }: Settling, object = 'g', effect = 'Migrate'): number => timesTried(state, object, effect);

describe('closing a journal entry', () => {
  it('closes what is seen done, whatever became of the answer', () => {
    for (const outcome of [accepted, lost, undefined]) {
      const closed = close([move], seen('b'), [outcome]);
      expect([closed.state.journal, closed.pending, tried(closed)]).to.deep.equal([undefined, undefined, 0]);
    }
  });

  it('counts what was refused, with the reason, at once', () => {
    const closed = close([move], seen('m'), [refused]);
    expect(closed.state.journal).to.equal(undefined);
    expect(closed.state.resisting).to.deep.equal([
      { uuid: 'g', name: 'name-g', reason: 'NO: it will not', tried: { Migrate: 1 } },
    ]);
  });

  it('believes NotDone only after the effect has had time to show', () => {
    const settled = effectNamed('Migrate').settle;
    for (const outcome of [accepted, lost, undefined]) {
      const early = close([move], seen('m'), [outcome], settled - 1);
      expect(early.pending).to.include({ until: NOW + 1, forever: false });
      expect(early.state.journal).to.not.equal(undefined);
      expect(tried(close([move], seen('m'), [outcome], settled))).to.equal(1);
    }
  });

  it('never takes Unknown for NotDone, however old the entry is', () => {
    fc.assert(
      fc.property(fc.constantFrom(accepted, lost, undefined), fc.nat(minutes(600)), (outcome, age) => {
        const open = close([move], seen('m', { guests: silence }), [outcome], age);
        expect(open.pending?.why).to.equal('silence');
        expect(open.state.journal).to.not.equal(undefined);
        expect(open.state.resisting).to.deep.equal([]);
      }),
    );
  });

  it('stays open as a whole until the last item is accounted for, and counts none twice', () => {
    const other = item('Migrate', 'h', { to: 'b' });
    const both = facts(twoHosts(), sharedWorld([guest('g', 'm'), guest('h', 'm', { busy: ['pool_migrate'] })]));
    const open = close([move, other], both, [refused, accepted]);
    expect(open.pending?.why).to.contain('pool_migrate');
    expect(open.state.resisting).to.deep.equal([]);
  });

  it('trusts an accepted answer only where nothing can be seen afterwards', () => {
    const stage = item('StageInstaller', 'm', { url: 'u', tasksBefore: '', masterAgent: '1000.' });
    const closed = close([stage], seen('b'), [accepted]);
    expect(closed.state.journal).to.equal(undefined);
    expect(closed.state.hosts[0]!.evidence.stagedAt).to.equal(iso(NOW));
    expect(close([move], seen('m'), [accepted]).state.journal, 'a move can be seen').to.not.equal(undefined);
  });

  it('does not take what the guard forbade for done because the pool is silent', () => {
    const guarded: Outcome = { kind: 'Refused', code: 'GUARD', text: 'the pool is not in sight' };
    for (const effect of ['RebootHost', 'ShutdownHost']) {
      const closed = close([item(effect, 'm')], seen('b', { pool: silence, guests: silence, hostTime: silence }), [guarded]);
      expect(closed.state.hosts[0]!.evidence.leftAt, effect).to.equal(undefined);
      expect(tried(closed, 'm', effect)).to.equal(1);
    }
  });

  it('says forever when nobody will ever know', () => {
    const stage = item('StageInstaller', 'm', { url: 'u', tasksBefore: '', masterAgent: 'another' });
    expect(close([stage], seen('b'), [lost], minutes(5)).pending).to.include({ forever: true });
  });

  it('remembers a stop as ours only with the mark on the guest', () => {
    const stop = item('Suspend', 'g');
    const asleep = (mark: string | undefined): Facts =>
      facts(twoHosts(), sharedWorld([guest('g', undefined, { powerState: 'Suspended', mark })]));
    expect(close([stop], asleep('run/m'), [accepted]).state.stopped).to.deep.equal([
      { uuid: 'g', name: 'name-g', by: 'Suspend', at: iso(NOW) },
    ]);
    expect(close([stop], asleep(undefined), [accepted]).state.stopped).to.deep.equal([]);
  });
});

describe('giving an entry up', () => {
  it('keeps an installer that may be staged on record, and nothing else', () => {
    const journal: Journal = { id: 'j', host: 'm', at: iso(NOW), epoch: 0, items: [item('StageInstaller', 'm'), move] };
    const state = runState({ hosts: [hostState('m', 'Leaving')], journal });
    const after = abandon(state);
    expect(after.journal).to.equal(undefined);
    expect(after.hosts[0]!.evidence).to.deep.equal({ stagedAt: iso(NOW) });
    expect(abandon({ ...state, journal: { ...journal, items: [move] } }).hosts[0]!.evidence).to.deep.equal({});
  });
});
