import { expect } from 'chai';
import type { Decision } from '../../src/upgrade/decision';
import { nextHop } from '../../src/upgrade/pool/nextHop';
import { releaseAtFirst, type RunState } from '../../src/upgrade/state';
import { guest, host, hostState, poolOf, runState, sharedWorld, situation } from './situations';

const path = [
  { brand: 'XenServer', version: '7.1.2' },
  { brand: 'XenServer', version: '7.6.0' },
  { brand: 'XenServer', version: '8.2.1' },
] as const;

const poolAt = (version: string): ReturnType<typeof poolOf> => poolOf([host('m', version, { master: true }), host('b', version)]);

/** After the first of two hops. */
function between(): { readonly state: RunState; readonly decision: Decision | undefined } {
  const hop = { fromBrand: 'XenServer', from: '7.1.2', toBrand: 'XenServer', to: '7.6.0' } as const;
  const plan = { ...runState().plan!, hop, path, at: 0, estimates: [] };
  const world = sharedWorld([guest('v', 'm')]);
  const orders = { repositories: [{ brand: undefined, version: '8.2.1', url: 'http://repo' }] };
  const planned = situation({ pool: poolAt('7.1.2'), world, orders, state: { plan } });
  const hosts = [hostState('m', 'Upgraded', { to: '7.6.0' }), hostState('b', 'Upgraded', { to: '7.6.0' })];
  const state = { ...planned.state, hosts };
  const pool = poolAt('7.6.0');
  return { state, decision: nextHop({ ...planned, state }, pool, world) };
}

describe('the next hop of a path', () => {
  it('has every host before it again, each as long in work as was planned for this hop', () => {
    const { state, decision } = between();
    expect(decision).to.include({ kind: 'next', to: 'Preparing' });
    const after = (decision as { readonly remember: (state: RunState) => RunState }).remember(state);
    expect(after.hosts.map(({ phase }) => phase)).to.deep.equal(['Pending', 'Pending']);
    expect(after.plan?.at).to.equal(1);
    expect(after.plan?.estimates?.map(({ host }) => host)).to.deep.equal(after.plan?.order);
    for (const { likelySeconds, mostSeconds } of after.plan?.estimates ?? [])
      expect(mostSeconds).to.be.greaterThan(likelySeconds);
  });

  it('is compared with what was there before the first', () => {
    const [first] = runState().hosts;
    const at = (hop: number): RunState => runState({ plan: { ...runState().plan!, path, at: hop } });
    expect(releaseAtFirst(at(1), first!)).to.deep.equal(path[0]);
    expect(releaseAtFirst(at(0), { ...first!, from: '7.1.1' }).version).to.equal('7.1.1');
  });
});
