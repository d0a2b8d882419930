// A pool that is found in the middle of somebody else's upgrade: a person's, another tool's, or one of ours that left no record. It is gone on with when it
// can be told what was under way, the master has it already, and there is a way back: a backup of this pool from before, or the word that none is needed.
import { type Guests, isMixed, type Pool, releasesShown } from '../../plan/pool';
import type { Hop } from '../../plan/path';
import { compareVersions, printRelease, type Release, sameRelease } from '../../plan/release';
import { upgradeOrder } from '../../plan/order';
import { type Decision, fail, next, type Situation } from '../decision';
import type { BackupSummary, HostState } from '../state';
import { listedHost, poolSummary } from './listing';
import { hopAt, hopRefusal, isDecision, methodsFor, pathOf, releasesOn } from './pathOf';
import { backupFromBefore, whyNoBackup } from './wayBack';

/** The decision for a pool whose hosts differ and that no record explains; undefined for a pool of one version. */
export function foundMixed(situation: Situation, pool: Pool, world: Guests, target: Release): Decision | undefined {
  if (!isMixed(pool)) return undefined;
  const [low, high, ...more] = releasesShown(pool.hosts);
  if (low === undefined || high === undefined || more.length > 0) return refuse(pool, unlikeAHop(more.length + 2));
  const backup = backupFor(situation, pool, low);
  if (isFailure(backup)) return backup;
  const refusal = masterBehind(pool, low, high) ?? outOfService(pool);
  if (refusal !== undefined) return refusal;
  const hops = hopsFrom(situation, pool, { low, high, target });
  return 'kind' in hops ? hops : goOnWith(situation, pool, world, { low, high, backup, ...hops });
}

function refuse(pool: Pool, why: string): Decision {
  const versions = pool.hosts.map((host) => `${host.name} ${printRelease(host.version.release)}`).join(', ');
  return fail('PoolMixed', `the pool is in mixed mode (${versions}): ${why}`);
}

function unlikeAHop(releases: number): string {
  if (releases > 2)
    return `its hosts have ${releases} releases, which is no hop that could be gone on with; finish that upgrade first`;
  return 'all hosts have one release, and XAPI has not ended mixed mode; it is looked at again by itself, else restart the toolstack of the master';
}

function masterBehind(pool: Pool, low: Release, high: Release): Decision | undefined {
  const master = pool.hosts.find((host) => host.master);
  if (master !== undefined && sameRelease(master.version.release, high)) return undefined;
  const why = 'a member newer than its master cannot serve; upgrade the master or restore the members first';
  return refuse(pool, `its master ${master?.name ?? ''} still has ${printRelease(low)}, and ${why}`);
}

function outOfService(pool: Pool): Decision | undefined {
  const away = pool.hosts.find((host) => !host.live);
  if (away !== undefined)
    return fail('HostNotLive', `host ${away.name} is not up, and the pool is in mixed mode; start it or take it out of the pool`);
  const disabled = pool.hosts.find((host) => !host.enabled);
  if (disabled === undefined) return undefined;
  return fail('HostDisabled', `host ${disabled.name} is disabled (maintenance mode), and the pool is in mixed mode; enable it`);
}

function isFailure(value: BackupSummary | Decision | undefined): value is Decision {
  return value !== undefined && 'kind' in value;
}

/** The backup that is the way back; undefined where consent does without one. */
function backupFor({ facts, orders }: Situation, pool: Pool, low: Release): BackupSummary | Decision | undefined {
  const found = backupFromBefore(facts, pool, low);
  if (found !== undefined || orders.consent.withoutBackup) return found;
  const remedies =
    'put the backup that was taken before back where it was stored, or set spec.consent.withoutBackup to true to go on with no way back; or finish that upgrade by other means';
  const why = `somebody else's upgrade is under way, none can be taken now, and ${whyNoBackup(facts)}`;
  return refuse(pool, `${why}; ${remedies}`);
}

interface Way {
  readonly hops: readonly Hop[];
  readonly warnings: readonly string[];
}

/** The hop under way, then the way from its end to the target. */
function hopsFrom(
  { orders }: Situation,
  pool: Pool,
  { low, high, target }: { readonly low: Release; readonly high: Release; readonly target: Release },
): Way | Decision {
  if (compareVersions(target.version, high.version) < 0)
    return fail(
      'TargetNotNewer',
      `spec.target: ${printRelease(target)} is older than ${printRelease(high)}, which ${pool.name} is on its way to; a pool can only go forwards`,
    );
  const version = (release: Release): Pool['hosts'][number]['version'] =>
    pool.hosts.find((host) => sameRelease(host.version.release, release))!.version;
  const underWay = pathOf({ ...orders, path: [high] }, pool.hosts, version(low), high);
  if (!underWay.ok)
    return fail(
      underWay.reason,
      `the pool is found on its way from ${printRelease(low)} to ${printRelease(high)}: ${underWay.message}`,
    );
  if (sameRelease(high, target)) return underWay;
  const rest = pathOf(orders, pool.hosts, version(high), target);
  if (!rest.ok) return fail(rest.reason, rest.message);
  return { hops: [...underWay.hops, ...rest.hops], warnings: [...underWay.warnings, ...rest.warnings] };
}

interface Found extends Way {
  readonly low: Release;
  readonly high: Release;
  readonly backup: BackupSummary | undefined;
}

function goOnWith(situation: Situation, pool: Pool, world: Guests, { low, high, backup, hops, warnings }: Found): Decision {
  const { orders } = situation;
  const ordered = upgradeOrder(pool.hosts, world, orders.order);
  if (!ordered.ok) return fail('BadOrder', ordered.message);
  const methods = methodsFor(orders, ordered.order, { from: low, to: high });
  if (isDecision(methods)) return methods;
  const later = hopRefusal(orders, ordered.order, hops.slice(1));
  if (later !== undefined) return later;
  const hosts = ordered.order.map((host, index): HostState => {
    const listed = listedHost(host, { from: low.version, to: high.version }, methods[index]!);
    return sameRelease(host.version.release, high) ? { ...listed, phase: 'Upgraded' } : listed;
  });
  const done = hosts.filter((host) => host.phase === 'Upgraded').map(({ name }) => name);
  const way =
    backup === undefined
      ? 'without a backup from before, as spec.consent.withoutBackup allows'
      : `its backup is of ${backup.takenAt}`;
  const told = `the pool was found on its way from ${printRelease(low)} to ${printRelease(high)} and is gone on with; ${done.join(', ')} count as upgraded; ${way}`;
  const path = releasesOn(hops);
  const order = hosts.map((host) => host.uuid);
  const plan = { hop: hopAt(path, 0), path, at: 0, order, warnings: [told, ...warnings], migrations: { bound: 0 } };
  return next('Planning', (state) => ({
    ...state,
    pool: poolSummary(pool),
    hosts,
    plan,
    ...(backup === undefined ? {} : { backup }),
  }));
}
