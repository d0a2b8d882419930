// Validating: is this pool, in this state, one that the orders may be carried out on? Nothing is touched; every refusal names the rule and the remedy, and
// is tried again by itself when its cause goes. Ends with the path known and the hosts listed in upgrade order.
import type { Guests, Pool } from '../../plan/pool';
import { compareVersions, printRelease, type Release, sameRelease } from '../../plan/release';
import { upgradeOrder } from '../../plan/order';
import { type Decision, fail, type PoolStep, next, type Situation, wait } from '../decision';
import { inSight } from '../sight';
import { foundMixed } from './foundMixed';
import { goOn } from './goingOn';
import { listedHost, poolSummary } from './listing';
import { hopAt, hopRefusal, isDecision, methodsFor, pathOf, releasesOn } from './pathOf';
import type { RunState } from '../state';
import { iso } from '../time';

export const validating: PoolStep = {
  needs: ({ orders }) => (orders.unfit === undefined ? ['pool', 'guests', 'earlier', 'keptBackups'] : []),
  decide: (situation) => unfitManifest(situation) ?? inSight(situation, (pool, world) => validate(situation, pool, world)),
};

/** A manifest that cannot be followed is refused before the pool is asked anything. */
export function unfitManifest({ orders }: Situation): Decision | undefined {
  return orders.unfit === undefined ? undefined : fail(orders.unfit.reason, orders.unfit.message);
}

function validate(situation: Situation, pool: Pool, world: Guests): Decision {
  const refusal = wrongPool(pool, situation) ?? strangers(pool, situation);
  if (refusal !== undefined) return refusal;
  const target = targetOf(pool, situation.orders);
  const gone = goOn(situation, pool, target);
  if (gone !== undefined) return gone;
  if (pool.hosts.every((host) => sameRelease(host.version.release, target))) return alreadyThere(pool, target, situation.now);
  return foundMixed(situation, pool, world, target) ?? listHosts(situation, pool, world, target);
}

function targetOf(pool: Pool, { target }: Situation['orders']): Release {
  const brand = target.brand ?? pool.hosts.find((host) => host.master)?.version.release.brand ?? 'XenServer';
  return { brand, version: target.version };
}

function wrongPool(pool: Pool, { orders, mark }: Situation): Decision | undefined {
  if (orders.poolUuid !== undefined && orders.poolUuid !== pool.uuid) {
    return fail(
      'PoolMismatch',
      `spec.pool.uuid is ${orders.poolUuid}, but the endpoints lead to pool ${pool.uuid}; correct one of them`,
    );
  }
  if (pool.mark === undefined || pool.mark === mark) return undefined;
  const [cluster = ''] = mark.split('/');
  if (!pool.mark.startsWith(`${cluster}/`))
    return fail(
      'PoolClaimedElsewhere',
      `pool ${pool.uuid} is marked by ${pool.mark}, of another cluster; if that operator is gone, remove the key xenpool.dev/claim from the pool's other_config`,
    );
  const other = pool.mark.slice(cluster.length + 1);
  return wait(
    'AnotherUpgradeActive',
    `pool ${pool.uuid} is being upgraded by ${other}; this object waits. If that one is gone, create it again and it goes on, or remove the key xenpool.dev/claim from the pool's other_config`,
  );
}

function strangers(pool: Pool, { orders }: Situation): Decision | undefined {
  const stranger = orders.hosts.find((entry) => !pool.hosts.some((host) => host.name === entry.name || host.uuid === entry.name));
  if (stranger === undefined) return undefined;
  return fail(
    'UnknownHost',
    `spec.hosts: no host ${stranger.name} is in the pool; it has ${pool.hosts.map((host) => host.name).join(', ')}`,
  );
}

function alreadyThere(pool: Pool, target: Release, now: number): Decision {
  const remember = (state: RunState): RunState => ({
    ...state,
    pool: poolSummary(pool),
    run: { ...state.run, finishedAt: iso(now) },
    reason: 'AlreadyAtTarget',
    message: `all hosts run ${printRelease(target)} already; nothing was touched`,
  });
  return next('Succeeded', remember);
}

function listHosts({ orders }: Situation, pool: Pool, world: Guests, target: Release): Decision {
  const from = pool.hosts.find((host) => host.master)!.version;
  const way = pathOf(orders, pool.hosts, from, target);
  if (!way.ok) return fail(way.reason, way.message);
  const ordered = upgradeOrder(pool.hosts, world, orders.order);
  if (!ordered.ok) return fail('BadOrder', ordered.message);
  const refusal = hopRefusal(orders, ordered.order, way.hops);
  if (refusal !== undefined) return refusal;
  const path = releasesOn(way.hops);
  const hop = hopAt(path, 0);
  const methods = methodsFor(orders, ordered.order, way.hops[0]!);
  if (isDecision(methods)) return methods;
  const listed = ordered.order.map((host, index) =>
    listedHost(host, { from: host.version.release.version, to: hop.to }, methods[index]!),
  );
  const plan = { hop, path, at: 0, order: listed.map((host) => host.uuid), warnings: way.warnings, migrations: { bound: 0 } };
  return next('Planning', (state) => ({ ...state, pool: poolSummary(pool), hosts: listed, plan }));
}

/** Whether the hop of this run re-cuts disks laid out before 7.0. */
export function hopRecutsDisks(state: RunState): boolean {
  const hop = state.plan?.hop;
  return hop !== undefined && compareVersions(hop.from, '7.0') < 0 && compareVersions(hop.to, '7.0') >= 0;
}
