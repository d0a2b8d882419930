import { expect } from 'chai';
import { known } from '../../src/foundation/fact';
import type { Host, Pool } from '../../src/plan/pool';
import type { Release } from '../../src/plan/release';
import { hopInWork, backupKey } from '../../src/upgrade/state';
import { foundMixed } from '../../src/upgrade/pool/foundMixed';
import { messageOf } from '../../src/upgrade/summary';
import { host, poolOf } from '../plan/smallPool';
import { backup, orders, runState, sharedWorld, situation } from './situations';

const OLD = '7.0.0';
const NEW = '7.6.0';
const world = sharedWorld([]);

function decide(
  hosts: readonly Host[],
  more: Partial<Pool> = {},
  kept: readonly Readonly<Record<string, Release>>[] = [],
): string {
  const pool = poolOf(hosts, more);
  const consent = { ...orders().consent, withoutBackup: kept.length === 0 };
  const keptBackups = known(kept.map((releases) => ({ summary: backup, releases })));
  const given = situation({ orders: { consent }, pool, world, facts: { keptBackups } });
  const decision = foundMixed(given, pool, world, { brand: 'XenServer', version: NEW });
  if (decision === undefined) return 'not mixed';
  if (decision.kind === 'fail') return `${decision.reason}: ${decision.message}`;
  return decision.kind === 'next' ? `to ${decision.to}` : decision.kind;
}

const master = (version: string, more: Partial<Host> = {}): Host => host('m', version, { master: true, ...more });
const member = (version: string, more: Partial<Host> = {}): Host => host('b', version, more);

describe('a pool found in mixed mode', () => {
  it('is gone on with when its master is upgraded, and every other is in service', () => {
    expect(decide([master(OLD), member(OLD)])).to.equal('not mixed');
    expect(decide([master(NEW), member(OLD)])).to.equal('to Planning');
  });

  it('whose master is behind is refused, and so is one that three releases share', () => {
    expect(decide([master(OLD), member(NEW)])).to.match(/^PoolMixed: .*its master name-m still has XenServer 7\.0\.0/);
    expect(decide([master(NEW), member(OLD), host('c', '7.1.2')])).to.match(/^PoolMixed: .*3 releases/);
  });

  it('by XAPI’s word alone is looked at again: the flag lags', () => {
    expect(decide([master(OLD), member(OLD)], { rollingUpgrade: true })).to.match(/^PoolMixed: .*XAPI has not ended mixed mode/);
  });

  it('with a host away or in maintenance waits for a person', () => {
    expect(decide([master(NEW), member(OLD, { live: false })])).to.match(/^HostNotLive/);
    expect(decide([master(NEW), member(OLD, { enabled: false })])).to.match(/^HostDisabled/);
  });

  it('by a hop the catalogue refuses is refused, with that rule', () => {
    expect(decide([master(NEW), member('7.1.0')])).to.match(
      /found on its way from XenServer 7\.1\.0 to XenServer 7\.6\.0.*7\.1 CU1/,
    );
  });

  it('takes for its backup only one in which every host stands with the old release', () => {
    const before = { m: { brand: 'XenServer', version: OLD }, b: { brand: 'XenServer', version: OLD } } as const;
    const hosts = [master(NEW), member(OLD)];
    expect(decide(hosts, {}, [before])).to.equal('to Planning');
    expect(decide(hosts, {}, [{ ...before, m: { brand: 'XenServer', version: NEW } }]), 'taken in the middle').to.match(
      /^PoolMixed/,
    );
    expect(decide(hosts, {}, [{ m: before.m }]), 'without a host').to.match(/^PoolMixed/);
  });
});

describe('the hop in work', () => {
  const path: readonly Release[] = ['6.1.0', '7.1.2', '8.2.1'].map((version) => ({ brand: 'XenServer', version }));
  const inHop = (at: number, phase: 'Upgrading' | 'Planning' | 'Succeeded'): ReturnType<typeof runState> =>
    runState({ phase, message: 'it goes on', plan: { ...runState().plan!, path, at } });

  it('is told in every message of a path of several, once, from the first effect to the last', () => {
    const told = messageOf(inHop(1, 'Upgrading'));
    expect(told).to.equal('hop 2 of 2: it goes on');
    expect(messageOf({ ...inHop(1, 'Upgrading'), message: told })).to.equal(told);
    expect(messageOf(inHop(0, 'Planning'))).to.equal('it goes on');
    expect(messageOf({ ...inHop(1, 'Succeeded'), message: told })).to.equal('it goes on');
    expect(messageOf(runState({ message: 'it goes on' }))).to.equal('it goes on');
  });

  it('has a backup of its own', () => {
    expect(hopInWork(inHop(1, 'Upgrading'))).to.deep.equal({ at: 1, hops: 2 });
    expect([0, 1, 2].map((at) => backupKey('run', at))).to.deep.equal(['run', 'run.2', 'run.3']);
  });
});
