import { expect } from 'chai';
import { known, unknown } from '../../src/foundation/fact';
import { comparison } from '../../src/upgrade/pool/comparing';
import { type Comparison, type Debt, withBack, withStopped } from '../../src/upgrade/state';
import { iso, minutes } from '../../src/upgrade/time';
import { summarise } from '../../src/upgrade/summary';
import { baseline, guest, hostState, NOW, runState, settingsOf, sharedWorld, situation, twoHosts, upgraded } from './situations';

const ran = guest('v', 'm');
const POOL = { 'pool/uuid': 'pool', 'pool/high availability': 'true', 'network n/bridge': 'xenbr0' };

function compare(after: {
  readonly guests?: Parameters<typeof sharedWorld>[0];
  readonly pool?: Readonly<Record<string, string>>;
  readonly debts?: readonly Debt[];
  readonly placement?: 'Minimal' | 'Home';
}): Comparison {
  const before = baseline([ran]);
  const pool = twoHosts(upgraded(), upgraded());
  const seen = sharedWorld(after.guests ?? [ran]);
  const given = situation({
    pool,
    world: seen,
    baseline: { ...before, settings: { ...before.settings, pool: POOL } },
    state: { hosts: [hostState('m', 'Upgraded'), hostState('b', 'Upgraded')] },
    orders: { placement: after.placement ?? 'Minimal' },
    facts: { settings: known({ m: settingsOf('m'), pool: after.pool ?? POOL }) },
  });
  return comparison(given, pool, seen, after.debts ?? [])!;
}

describe('the end of a run beside its beginning', () => {
  it('finds nothing where all is as it was', () => {
    expect(compare({})).to.deep.include({ pool: [], vms: { compared: 1, same: 1, differences: [] } });
  });

  it('tells what differs of the pool and of VMs, and counts both', () => {
    const found = compare({
      pool: { ...POOL, 'pool/high availability': 'false' },
      guests: [{ ...ran, powerState: 'Halted', host: undefined }],
    });
    expect(found.pool.map(({ path, verdict }) => [path, verdict])).to.deep.equal([['pool/high availability', 'look']]);
    expect(found.vms.differences.map(({ name, path }) => [name, path])).to.deep.equal([['guest v', 'VM v/power state']]);
    expect(found.verdicts).to.deep.equal({ expected: 0, harmless: 0, look: 2, hard: 0 });
  });

  it('expects another host of a VM only where VMs were not to be brought home', () => {
    const moved = [{ ...ran, host: 'b' }];
    const verdict = (placement: 'Minimal' | 'Home'): unknown => compare({ guests: moved, placement }).vms.differences[0]?.verdict;
    expect([verdict('Minimal'), verdict('Home')]).to.deep.equal(['expected', 'look']);
  });

  it('gives the reason that a debt gives', () => {
    const debts: readonly Debt[] = [{ kind: 'VmStopped', object: 'v', name: 'guest v', reason: 'no host can take it' }];
    const found = compare({ guests: [{ ...ran, powerState: 'Halted', host: undefined }], debts });
    expect(found.vms.differences[0]?.reason).to.equal('no host can take it');
  });

  it('is not made without a baseline, nor of settings that cannot be seen', () => {
    const pool = twoHosts();
    const blind = situation({ facts: { settings: unknown('silence') } });
    expect(comparison(blind, pool, sharedWorld([]), [])).to.equal(undefined);
    expect(comparison({ ...situation(), baseline: undefined }, pool, sharedWorld([]), [])).to.equal(undefined);
  });

  it('is summed up in a condition: unknown before, true while nothing is to be looked at', () => {
    const condition = (more: Parameters<typeof runState>[0]): readonly (string | undefined)[] => {
      const subject = { generation: 1, now: 'now', deleting: false, pausing: false, weaknesses: [] };
      const found = summarise(runState(more), subject).conditions.find(({ type }) => type === 'SettingsRetained');
      return [found?.status, found?.reason];
    };
    const host = (look: number): ReturnType<typeof hostState> =>
      hostState('m', 'Upgraded', { verdicts: { expected: 3, harmless: 1, look, hard: 0 } });
    expect(condition({})).to.deep.equal(['Unknown', 'NotCompared']);
    expect(condition({ hosts: [host(0)] })).to.deep.equal(['True', 'Retained']);
    expect(condition({ hosts: [host(1)] })).to.deep.equal(['False', 'Differences']);
    const moved = { comparison: compare({ guests: [{ ...ran, host: 'b' }], placement: 'Home' }) };
    expect(condition({ hosts: [host(0)], ...moved })).to.deep.equal(['False', 'Differences']);
  });
});

describe('a guest that was stopped and is back', () => {
  const away = (uuid: string, length: number, state = runState()): ReturnType<typeof runState> =>
    withBack(withStopped(state, { uuid, name: uuid, by: 'Suspend', at: iso(NOW) }), uuid, iso(NOW + length));

  it('is kept with how long it was away', () => {
    const state = away('v', minutes(3));
    expect(state.stopped).to.deep.equal([]);
    expect(state.outages).to.deep.equal({
      count: 1,
      seconds: 180,
      longest: [{ uuid: 'v', name: 'v', by: 'Suspend', from: iso(NOW), until: iso(NOW + minutes(3)) }],
    });
  });

  it('is counted also where only the longest are listed', () => {
    let state = runState();
    for (let index = 0; index < 300; index++) state = away(`v${index}`, minutes(1 + index), state);
    expect([state.outages!.count, state.outages!.longest.length]).to.deep.equal([300, 256]);
    expect(state.outages!.longest[0]!.uuid, 'the shortest are left out').to.equal('v44');
  });

  it('whose stop an older version of the operator remembered is let go without a length', () => {
    const old = withStopped(runState(), { uuid: 'v', name: 'v', by: 'Suspend' });
    expect(withBack(old, 'v', iso(NOW)))
      .to.deep.include({ stopped: [] })
      .and.not.have.property('outages');
  });
});
