// What is stored stays within bounds, and what is read back and stored again stays as it is.
import { expect } from 'chai';
import type { PoolUpgrade } from '../../../src/api/poolUpgrade';
import { readState, statusOf } from '../../../src/controller/store/status';
import type { RunState } from '../../../src/upgrade/state';
import { manifestOf } from '../../api/sample';

const object = manifestOf('');
const now = '2026-01-12T22:00:00.000Z';

function state(change: Partial<RunState>): RunState {
  const run = { id: 'r', generation: 1, epoch: 0, startedAt: now, target: { version: '6.5.0' }, basis: 'b' };
  const words = { phase: 'Planning', reason: 'DowntimeNotAccepted', message: 'm', since: now } as const;
  return { ...words, run, undo: {}, hosts: [], resisting: [], stopped: [], debts: [], stalled: true, ...change };
}

const names = Array.from({ length: 2000 }, (_, index) => `guest-${index}`).join(', ');

describe('the stored status', () => {
  it('cuts a sentence that names thousands of guests, in the message and in every condition made of it', () => {
    const status = statusOf(state({ message: names }), object, now);
    expect(status.message.length).to.be.at.most(1001);
    for (const condition of status.conditions) expect(condition.message.length).to.be.at.most(1200);
  });

  it('is the same after it was read back and made again', () => {
    const hop = { fromBrand: 'XenServer', from: '6.2.0', toBrand: 'XenServer', to: '6.5.0' } as const;
    const warnings = Array.from({ length: 300 }, (_, index) => `guest ${index} ${names}`);
    const plan = { hash: 'abcdef01', hop, order: [], warnings, migrations: { bound: 0 } };
    const first = statusOf(state({ message: names, plan }), object, now);
    const again = statusOf(readState({ status: first } as unknown as PoolUpgrade)!, object, now);
    expect(again).to.deep.equal(first);
    expect(first.plan?.warnings).to.have.length(50);
  });
});
