// Validating: is this pool, in this state, one that the orders may be carried out on? Nothing is touched; every refusal names the rule and the remedy, and
// is tried again by itself when its cause goes. Ends with the path known and the hosts listed in upgrade order.
import { planPath } from '../../plan/path';
import { type Guests, isMixed, type Pool } from '../../plan/pool';
import { compareVersions, printRelease, type Release, sameRelease } from '../../plan/release';
import { upgradeOrder } from '../../plan/order';
import { bootMethodOf } from '../bootMethods/bootMethod';
import { repositoryFor } from '../bootMethods/staged';
import { type Decision, fail, type PoolStep, next, type Situation, wait } from '../decision';
import { inSight } from '../sight';
import { listedHost, poolSummary } from './listing';
import { goOn } from './goingOn';
import type { HostState, RunState } from '../state';
import { iso } from '../time';

export const validating: PoolStep = {
  needs: ({ orders }) => (orders.unfit === undefined ? ['pool', 'guests', 'earlier'] : []),
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
  return unfit(pool) ?? listHosts(situation, pool, world, target);
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

/** What XenServer's own rules demand of a pool before a rolling upgrade: one version. What the checks ask comes while planning. */
function unfit(pool: Pool): Decision | undefined {
  if (isMixed(pool)) {
    const versions = pool.hosts.map((host) => `${host.name} ${host.version.release.version}`).join(', ');
    return fail(
      'PoolMixed',
      `the pool is in mixed mode (${versions}) and no backup of it from before is known here; finish that upgrade first`,
    );
  }
  return undefined;
}

function listHosts({ orders }: Situation, pool: Pool, world: Guests, target: Release): Decision {
  const from = pool.hosts.find((host) => host.master)!.version.release;
  const path = planPath(from, target, orders.consent);
  if (!path.ok) return fail(path.reason, path.message);
  const ordered = upgradeOrder(pool.hosts, world, orders.order);
  if (!ordered.ok) return fail('BadOrder', ordered.message);
  const listed: HostState[] = [];
  for (const host of ordered.order) {
    const choice = bootMethodOf(host, target.version, orders);
    if (!choice.ok) return fail(choice.reason, choice.message);
    if (choice.method === 'Staged' && repositoryFor(orders, target.version, target.brand) === undefined) {
      return fail(
        'RepositoryMissing',
        `spec.releases names no repository for ${printRelease(target)}, which boot method Staged of host ${host.name} needs; add one`,
      );
    }
    listed.push(listedHost(host, { from: host.version.release.version, to: target.version }, choice.method));
  }
  const hop = { fromBrand: from.brand, from: from.version, toBrand: target.brand, to: target.version };
  const plan = { hop, order: listed.map((host) => host.uuid), warnings: path.warnings, migrations: { bound: 0 } };
  return next('Planning', (state) => ({ ...state, pool: poolSummary(pool), hosts: listed, plan }));
}

/** Whether the hop of this run re-cuts disks laid out before 7.0. */
export function hopRecutsDisks(state: RunState): boolean {
  const hop = state.plan?.hop;
  return hop !== undefined && compareVersions(hop.from, '7.0') < 0 && compareVersions(hop.to, '7.0') >= 0;
}
