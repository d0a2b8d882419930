import { expect } from 'chai';
import type { Guest } from '../../src/plan/pool';
import { settle } from '../../src/upgrade/journal';
import type { Outcome } from '../../src/upgrade/ports';
import type { Journal, JournalItem, RunState, Transferred } from '../../src/upgrade/state';
import { iso, seconds } from '../../src/upgrade/time';
import { facts, guest, hostState, item, MARK, NOW, orders, runState, sharedWorld, twoHosts } from './situations';

const GIB = 1024 ** 3;
const accepted: Outcome = { kind: 'Accepted' };

interface Wave {
  readonly items?: readonly JournalItem[];
  readonly outcomes?: readonly (Outcome | undefined)[];
  /** Where g is seen afterwards. */
  readonly on?: string;
  readonly took?: number;
  readonly before?: Transferred;
  /** What h does meanwhile. */
  readonly other?: Partial<Guest>;
}

const move = (guestUuid: string): JournalItem => item('Migrate', guestUuid, { to: 'b' });

function measured({
  items = [move('g')],
  outcomes = [accepted],
  on = 'b',
  took = 20,
  before,
  other = {},
}: Wave): RunState['transferred'] {
  const journal: Journal = { id: 'j', host: 'm', at: iso(NOW - seconds(took)), epoch: 0, items };
  const known = before === undefined ? {} : { transferred: before };
  const state = runState({ hosts: [hostState('m', 'Draining'), hostState('b', 'Pending')], journal, ...known });
  const world = sharedWorld([guest('g', on, { memory: 3 * GIB }), guest('h', on, { memory: GIB, ...other })]);
  const told = new Map(outcomes.flatMap((outcome, at) => (outcome === undefined ? [] : [[at, outcome] as const])));
  const seen = facts(twoHosts({ enabled: false }), world);
  return settle({
    state,
    journal,
    outcomes: told,
    from: NOW - seconds(took),
    facts: seen,
    orders: orders(),
    mark: MARK,
    now: NOW,
  }).state.transferred;
}

describe('what waves of moves tell of the bandwidth', () => {
  it('is the memory that arrived, and the time it took', () => {
    expect(measured({})).to.deep.equal({ mebibytes: 3072, seconds: 20 });
  });

  it('counts guests that moved at once in one time, and adds up over waves', () => {
    const both = { items: [move('g'), move('h')], outcomes: [accepted, accepted], before: { mebibytes: 1000, seconds: 5 } };
    expect(measured(both)).to.deep.equal({ mebibytes: 5096, seconds: 25 });
  });

  it('is nothing where the answer was another controller’s, since nobody knows when it came', () => {
    expect(measured({ outcomes: [undefined] })).to.equal(undefined);
  });

  it('is nothing where a guest did something else, or a move was refused', () => {
    const items = [move('g'), item('Suspend', 'h')];
    const suspended = { items, outcomes: [accepted, accepted], other: { powerState: 'Suspended', host: undefined } } as const;
    expect(measured(suspended)).to.equal(undefined);
    const refused = { kind: 'Refused', code: 'NO', text: 'it will not' } as const;
    expect(measured({ outcomes: [refused], on: 'm' })).to.equal(undefined);
  });
});
