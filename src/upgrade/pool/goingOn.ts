// An object that finds its pool in the middle of an upgrade: it goes on when the record of an earlier run explains every host, and a backup from before the
// first host left is there. What the record does not explain is nobody's to guess.
import { type Host, isMixed, type Pool } from '../../plan/pool';
import { compareVersions, type Release, sameRelease } from '../../plan/release';
import { isByBmc } from '../host/tending';
import { bootMethodOf } from '../bootMethods/bootMethod';
import { type Decision, fail, next, type Situation } from '../decision';
import { givenUp } from '../host/lostStorage';
import type { EarlierRun, LeavingRecord, RunRecord } from '../record';
import { backupKey, type BackupSummary, type HostState, type PlanSummary, type RunState } from '../state';
import { iso } from '../time';
import { listedHost, poolSummary } from './listing';
import { hopAt } from './pathOf';
import { backupFromBefore, whyNoBackup } from './wayBack';

/** The decision for a pool that an earlier run left; undefined when there is nothing to go on with. */
export function goOn(situation: Situation, pool: Pool, target: Release): Decision | undefined {
  const { facts, mark } = situation;
  const unfinished = isMixed(pool) || pool.mark === mark;
  const claimedElsewhere = pool.mark !== undefined && pool.mark !== mark;
  if (!unfinished || claimedElsewhere || !facts.earlier.known || facts.earlier.value === null) return undefined;
  const found = whereIs(facts.earlier.value, facts, pool, target);
  return found === undefined ? undefined : (obstacle(situation, found, pool) ?? adopt(situation, found, pool));
}

/** An earlier run, and the hop in which the pool is found. */
interface Found {
  readonly earlier: EarlierRun;
  readonly path: readonly Release[];
  readonly at: number;
  readonly to: Release;
  /** Of that hop; else one of another run, from before it. */
  readonly backup: BackupSummary | undefined;
}

/** The hop by which the record explains every host; undefined when it does not. */
function whereIs(earlier: EarlierRun, facts: Situation['facts'], pool: Pool, target: Release): Found | undefined {
  const { plan } = earlier.record;
  const path = plan.path ?? releasesOf(plan.hop);
  const asListed = plan.order.length === pool.hosts.length && pool.hosts.every((host) => plan.order.includes(host.uuid));
  if (!asListed || !sameRelease(path.at(-1)!, target)) return undefined;
  const fitting = path.slice(1).flatMap((to, at): readonly Found[] => {
    if (!explains(pool, path[at]!, to)) return [];
    return [{ earlier, path, at, to, backup: earlier.backups[at] ?? backupFromBefore(facts, pool, path[at]!) }];
  });
  // With all hosts at one stop both the hop to it and the hop from it fit. The one to it is looked at once more, unless some host is on its way already.
  const begun = fitting.find(({ path: stops, at }) => pool.hosts.some((host) => isOnItsWay(host, stops[at]!, earlier.leavings)));
  return begun ?? fitting[0];
}

/** Each host has the release it had or the one it was to have, and the master is no older than any member. */
function explains(pool: Pool, from: Release, to: Release): boolean {
  const known = pool.hosts.every((host) => [from, to].some((one) => sameRelease(one, host.version.release)));
  const begun = pool.hosts.some((host) => sameRelease(host.version.release, to));
  const master = pool.hosts.find((host) => host.master);
  return known && (!begun || (master !== undefined && sameRelease(master.version.release, to)));
}

function isOnItsWay(host: Host, from: Release, leavings: EarlierRun['leavings']): boolean {
  return sameRelease(host.version.release, from) && lastTrace(host, leavings) !== undefined;
}

function releasesOf(hop: RunRecord['plan']['hop']): readonly [Release, Release] {
  return [
    { brand: hop.fromBrand, version: hop.from },
    { brand: hop.toBrand, version: hop.to },
  ];
}

/** What must be settled before anybody goes on. */
function obstacle({ orders, facts }: Situation, { earlier, at, to, backup }: Found, pool: Pool): Decision | undefined {
  const { record } = earlier;
  const away = pool.hosts.find((host) => !host.live);
  if (away !== undefined)
    return fail(
      'HostNotLive',
      `host ${away.name} is not up; it may be in the installer, and the upgrade goes on when it is back`,
    );
  const old = record.plan.order.filter((uuid) =>
    pool.hosts.some((host) => host.uuid === uuid && !sameRelease(host.version.release, to)),
  );
  // Once all hosts have the stop, its backup is of no more use: the next hop takes its own.
  const inTheMiddle = old.length > 0 && old.length < pool.hosts.length;
  if (inTheMiddle && backup === undefined && !orders.consent.withoutBackup) {
    const reason = `the pool is in the middle of an upgrade planned at ${record.at}, and its backup is not stored here (any more): ${whyNoBackup(facts)}`;
    const remedies = `restore the Secrets of kind backup of run ${backupKey(record.run, at)}, or set spec.consent.withoutBackup to true to go on with no way back`;
    return fail('PoolMixed', `${reason}; ${remedies}`);
  }
  // The host whose turn it is was disabled by that run; any other by somebody else.
  const disabled = pool.hosts.find((host) => !host.enabled && old.indexOf(host.uuid) > 0);
  return disabled === undefined
    ? undefined
    : fail('HostDisabled', `host ${disabled.name} is disabled (maintenance mode), and it is not its turn; enable it`);
}

function adopt(situation: Situation, found: Found, pool: Pool): Decision {
  const { earlier, path, at, backup } = found;
  const { record, saved } = earlier;
  const hop = hopAt(path, at);
  const hosts = hostStates(situation, found, pool, hop);
  if ('kind' in hosts) return hosts;
  return next('Planning', (state: RunState) => ({
    ...state,
    // It is that run, told of by another object: backups and marks on guests bear its id.
    run: { ...state.run, id: record.run },
    pool: poolSummary(pool),
    hosts,
    plan: { ...record.plan, path, at, hop, configMap: saved.configMaps[0]!, kept: saved },
    baseline: record.baseline,
    undo: { ...record.undo, ...state.undo },
    ...(backup === undefined ? {} : { backup }),
  }));
}

/** Each upgraded host but the last was verified before the next began; the last is looked at from its return on. */
function hostStates(
  { orders, now }: Situation,
  { earlier, to }: Found,
  pool: Pool,
  hop: PlanSummary['hop'],
): readonly HostState[] | Decision {
  const { record, leavings } = earlier;
  const inOrder = record.plan.order.flatMap((uuid) => pool.hosts.find((host) => host.uuid === uuid) ?? []);
  const last = inOrder.filter((host) => sameRelease(host.version.release, to)).at(-1);
  const listed: HostState[] = [];
  for (const host of inOrder) {
    const choice = bootMethodOf(host, hop.to, orders);
    if (!choice.ok) return fail(choice.reason, choice.message);
    const gaveUp = givenUpBy(host, leavings);
    const state = {
      ...listedHost(host, hop, choice.method),
      ...standing(host, { to, last, leavings, byBmc: isByBmc({ bootMethod: choice.method }) }, iso(now)),
    };
    listed.push(gaveUp.length === 0 ? state : { ...state, gaveUp });
  }
  return listed;
}

/** Local storage that went when the disk was re-cut, in whichever hop: told by what was known of the host when it left. */
function givenUpBy({ uuid, version }: Host, leavings: EarlierRun['leavings']): readonly string[] {
  const recut = compareVersions(version.release.version, '7.0') >= 0;
  const lost = leavings.filter((entry) => entry.host === uuid).flatMap(({ evidence }) => givenUp(evidence));
  return recut ? [...new Set(lost)] : [];
}

interface Known {
  readonly to: Release;
  /** The last upgraded host in order. */
  readonly last: Host | undefined;
  readonly leavings: EarlierRun['leavings'];
  /** Its BMC boots its installer. */
  readonly byBmc: boolean;
}

/** How far it has come; what is not said is as for a host whose turn has not come. */
type Standing = Partial<HostState>;

function standing(host: Host, { to, last, leavings, byBmc }: Known, now: string): Standing {
  if (!sameRelease(host.version.release, to)) return onItsWay(host, { leavings, byBmc }, now);
  const begun = { attempt: 1, startedAt: now, since: now };
  if (host.uuid === last?.uuid) return { ...begun, phase: 'Rejoining', evidence: { returnedAt: now } };
  return { ...begun, phase: 'Upgraded', finishedAt: now };
}

/** Staged, or told to go, since it last booted: neither is done again. */
function onItsWay(host: Host, { leavings, byBmc }: Pick<Known, 'leavings' | 'byBmc'>, now: string): Standing {
  const last = lastTrace(host, leavings);
  if (last === undefined) return {};
  if (last.evidence.leftAt === undefined)
    return { evidence: last.evidence, ...(last.boot === undefined ? {} : { boot: last.boot }) };
  // One that shut down for its BMC to boot it is not in its installer before that was told to.
  const phase = byBmc && last.evidence.poweredOnAt === undefined ? 'Leaving' : 'Installing';
  const open = last.boot === undefined ? {} : { boot: last.boot };
  return { phase, attempt: last.attempt ?? 1, startedAt: last.at, since: now, evidence: last.evidence, ...open };
}

/** What was left of it by the agent that it still has. */
function lastTrace({ uuid, agentStartTime }: Host, leavings: Known['leavings']): LeavingRecord | undefined {
  const traces = leavings.filter((entry) => entry.host === uuid && entry.evidence.agentStartTime === agentStartTime);
  return [...traces].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)).at(-1);
}
