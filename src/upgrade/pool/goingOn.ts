// An object that finds its pool in the middle of an upgrade: it goes on when the record of an earlier run explains every host, and a backup from before the
// first host left is there. What the record does not explain is nobody's to guess.
import { type Host, isMixed, type Pool } from '../../plan/pool';
import { type Release, sameRelease } from '../../plan/release';
import { bootMethodOf } from '../bootMethods/bootMethod';
import { type Decision, fail, next, type Situation } from '../decision';
import type { EarlierRun, RunRecord } from '../record';
import type { HostState, RunState } from '../state';
import { iso } from '../time';
import { listedHost, poolSummary } from './listing';

/** The decision for a pool that an earlier run left; undefined when there is nothing to go on with. */
export function goOn(situation: Situation, pool: Pool, target: Release): Decision | undefined {
  const { facts, mark } = situation;
  const unfinished = isMixed(pool) || pool.mark === mark;
  const claimedElsewhere = pool.mark !== undefined && pool.mark !== mark;
  if (!unfinished || claimedElsewhere || !facts.earlier.known || facts.earlier.value === null) return undefined;
  const { record } = facts.earlier.value;
  if (!explains(record, pool, target)) return undefined;
  return obstacle(facts.earlier.value, pool) ?? adopt(situation, facts.earlier.value, pool);
}

/** The same hosts, each with the release it had or the one it was to have, and the master no older than any member. */
function explains({ plan }: RunRecord, pool: Pool, target: Release): boolean {
  const { hop, order } = plan;
  const [from, to] = releasesOf(hop);
  if (!sameRelease(to, target) || order.length !== pool.hosts.length) return false;
  const known = pool.hosts.every(
    (host) => order.includes(host.uuid) && [from, to].some((one) => sameRelease(one, host.version.release)),
  );
  const begun = pool.hosts.some((host) => sameRelease(host.version.release, to));
  const master = pool.hosts.find((host) => host.master);
  return known && (!begun || (master !== undefined && sameRelease(master.version.release, to)));
}

function releasesOf(hop: RunRecord['plan']['hop']): readonly [Release, Release] {
  return [
    { brand: hop.fromBrand, version: hop.from },
    { brand: hop.toBrand, version: hop.to },
  ];
}

/** What must be settled before anybody goes on. */
function obstacle({ record, backup }: EarlierRun, pool: Pool): Decision | undefined {
  const away = pool.hosts.find((host) => !host.live);
  if (away !== undefined)
    return fail(
      'HostNotLive',
      `host ${away.name} is not up; it may be in the installer, and the upgrade goes on when it is back`,
    );
  const [, to] = releasesOf(record.plan.hop);
  const old = record.plan.order.filter((uuid) =>
    pool.hosts.some((host) => host.uuid === uuid && !sameRelease(host.version.release, to)),
  );
  if (backup === null && old.length < pool.hosts.length) {
    const reason = `the pool is in the middle of an upgrade that began at ${record.at}, and its backup is not stored here any more`;
    return fail('PoolMixed', `${reason}; restore the Secrets of kind backup of run ${record.run}, or finish the upgrade by hand`);
  }
  // The host whose turn it is was disabled by that run; any other by somebody else.
  const disabled = pool.hosts.find((host) => !host.enabled && old.indexOf(host.uuid) > 0);
  return disabled === undefined
    ? undefined
    : fail('HostDisabled', `host ${disabled.name} is disabled (maintenance mode), and it is not its turn; enable it`);
}

function adopt(situation: Situation, earlier: EarlierRun, pool: Pool): Decision {
  const { record, saved, backup } = earlier;
  const hosts = hostStates(situation, earlier, pool);
  if ('kind' in hosts) return hosts;
  return next('Planning', (state: RunState) => ({
    ...state,
    // It is that run, told of by another object: backups and marks on guests bear its id.
    run: { ...state.run, id: record.run },
    pool: poolSummary(pool),
    hosts,
    plan: { ...record.plan, configMap: saved.configMaps[0]!, kept: saved },
    baseline: record.baseline,
    undo: { ...record.undo, ...state.undo },
    ...(backup === null ? {} : { backup }),
  }));
}

/** Each upgraded host but the last was verified before the next began; the last is looked at from its return on. */
function hostStates(
  { orders, now }: Situation,
  { record: { plan }, leavings }: EarlierRun,
  pool: Pool,
): readonly HostState[] | Decision {
  const inOrder = plan.order.flatMap((uuid) => pool.hosts.find((host) => host.uuid === uuid) ?? []);
  const [, to] = releasesOf(plan.hop);
  const last = inOrder.filter((host) => sameRelease(host.version.release, to)).at(-1);
  const listed: HostState[] = [];
  for (const host of inOrder) {
    const choice = bootMethodOf(host, plan.hop.to, orders);
    if (!choice.ok) return fail(choice.reason, choice.message);
    listed.push({ ...listedHost(host, plan.hop, choice.method), ...standing(host, { to, last, leavings }, iso(now)) });
  }
  return listed;
}

interface Known {
  readonly to: Release;
  /** The last upgraded host in order. */
  readonly last: Host | undefined;
  readonly leavings: EarlierRun['leavings'];
}

/** How far it has come; what is not said is as for a host whose turn has not come. */
type Standing = Partial<HostState>;

function standing(host: Host, { to, last, leavings }: Known, now: string): Standing {
  if (!sameRelease(host.version.release, to)) return onItsWay(host, leavings, now);
  const begun = { attempt: 1, startedAt: now, since: now };
  if (host.uuid === last?.uuid) return { ...begun, phase: 'Rejoining', evidence: { returnedAt: now } };
  return { ...begun, phase: 'Upgraded', finishedAt: now };
}

/** Staged, or told to go, since it last booted: neither is done again. */
function onItsWay({ uuid, agentStartTime }: Host, leavings: Known['leavings'], now: string): Standing {
  const traces = leavings.filter((entry) => entry.host === uuid && entry.evidence.agentStartTime === agentStartTime);
  const last = [...traces].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)).at(-1);
  if (last === undefined) return {};
  if (last.evidence.leftAt === undefined) return { evidence: last.evidence };
  return { phase: 'Installing', attempt: 1, startedAt: last.at, since: now, evidence: last.evidence };
}
