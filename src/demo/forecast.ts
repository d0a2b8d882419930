// How far an upgrade has come and how long it will go on, from the status alone: hosts of one pool take about equally long, most of it in the installer. It is
// corrected by the hosts that are done. A feeling made of numbers, never a promise, and nothing decides by it.
import type { HostPhase, PoolUpgrade } from '../api/generated/poolUpgrade';

type HostStatus = NonNullable<NonNullable<PoolUpgrade['status']>['hosts']>[number];

/** Seconds of the pool that a host ordinarily spends in a phase. Source: upgrades of made pools. */
const ORDINARY: readonly (readonly [HostPhase, number])[] = [
  ['Draining', 90],
  ['Safeguarding', 15],
  ['Leaving', 60],
  ['Installing', 1_290],
  ['Rejoining', 45],
  ['Verifying', 5],
  ['Restoring', 30],
];
/** How far a host has come that waits for a person at its installer. */
const WAITS_BEFORE: HostPhase = 'Installing';
const WHOLE = ORDINARY.reduce((sum, [, seconds]) => sum + seconds, 0);
/** A phase that lasts longer than it ordinarily does is never taken for done. */
const ALMOST = 0.97;

export interface Forecast {
  /** 0 to 1, by the uuid of the host. */
  readonly shares: ReadonlyMap<string, number>;
  /** Of the whole, 0 to 1. */
  readonly share: number;
  /** Milliseconds of the pool until the end; undefined while nobody can tell. */
  readonly left: number | undefined;
}

/** @param now wall time of the pool, milliseconds since the epoch */
export function forecast(object: PoolUpgrade | undefined, now: number): Forecast {
  const { hosts = [], phase } = object?.status ?? {};
  const shares = new Map(hosts.map((host) => [host.uuid, shareOf(host, now)]));
  const done = [...shares.values()].reduce((sum, share) => sum + share, 0);
  if (phase === 'Succeeded') return { shares, share: 1, left: undefined };
  const share = hosts.length === 0 ? 0 : done / hosts.length;
  const runs = phase === 'Preparing' || phase === 'Upgrading' || phase === 'Finishing';
  return { shares, share, left: runs ? (hosts.length - done) * WHOLE * slowness(hosts) * 1_000 : undefined };
}

function shareOf({ phase, since }: HostStatus, now: number): number {
  if (phase === 'Upgraded') return 1;
  const waits = phase === 'AwaitingOperator';
  const index = ORDINARY.findIndex(([name]) => name === (waits ? WAITS_BEFORE : phase));
  if (index < 0) return 0;
  const before = ORDINARY.slice(0, index).reduce((sum, [, seconds]) => sum + seconds, 0);
  const ordinary = ORDINARY[index]![1];
  const spent = since === undefined || waits ? 0 : Math.max(0, now - Date.parse(since)) / 1_000;
  return (before + Math.min(spent, ordinary * ALMOST)) / WHOLE;
}

/** How much longer than ordinary the hosts took that are done; 1 before there are any. */
function slowness(hosts: readonly HostStatus[]): number {
  const took = hosts.flatMap(({ startedAt, finishedAt }) =>
    startedAt === undefined || finishedAt === undefined ? [] : [(Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000],
  );
  return took.length === 0 ? 1 : took.reduce((sum, one) => sum + one, 0) / took.length / WHOLE;
}
