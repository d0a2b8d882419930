// The end of a run beside its beginning: the pool's own settings and its VMs, each difference with a verdict. Hosts were compared one by one on the way.
import type { Guests, Pool } from '../../plan/pool';
import {
  addCounts,
  bounded,
  type Change,
  compareGuests,
  compareSettings,
  countVerdicts,
  type GuestDifference,
} from '../../plan/settings';
import type { Situation } from '../decision';
import type { Comparison, Debt, RunState } from '../state';
import { iso } from '../time';

const MOST_OF_POOL = 64;
const MOST_OF_VMS = 128;

/**
 * @param debts what is still owed: the reason of what differs because of it
 * @returns undefined where there is no baseline to compare with
 */
export function comparison(situation: Situation, pool: Pool, { guests }: Guests, debts: readonly Debt[]): Comparison | undefined {
  const { baseline, facts, now, orders, state } = situation;
  if (baseline === undefined || !facts.settings.known) return undefined;
  const change = changeOf(state);
  const ofPool = compareSettings(baseline.settings[pool.uuid] ?? {}, facts.settings.value[pool.uuid] ?? {}, change);
  const hostNames = new Map(pool.hosts.map(({ uuid, name }) => [uuid, name]));
  const placed = { ...change, announced: (path: string): string | undefined => placement(path, orders.placement) };
  const { differences, ...counts } = compareGuests(baseline.guests, guests, hostNames, placed);
  const ofVms = differences.map((difference) => withCause(difference, state, debts));
  return {
    at: iso(now),
    verdicts: addCounts([countVerdicts(ofPool), countVerdicts(ofVms)]),
    pool: bounded(ofPool, MOST_OF_POOL),
    vms: { ...counts, differences: bounded(ofVms, MOST_OF_VMS) },
  };
}

/** A run that was given up before a host was upgraded has nothing to expect of a new release. */
function changeOf({ plan, hosts }: RunState): Change {
  const { fromBrand, from, toBrand, to } = plan?.hop ?? { fromBrand: 'XenServer', from: '0', toBrand: 'XenServer', to: '0' };
  const before = { brand: fromBrand, version: from };
  const after = hosts.some(({ phase }) => phase === 'Upgraded') ? { brand: toBrand, version: to } : before;
  return { from: plan?.path?.[0] ?? before, to: after };
}

function placement(path: string, wished: string): string | undefined {
  if (!path.endsWith('/host') || wished === 'Home') return undefined;
  return `spec.vms.placement ${wished} does not bring every VM back to its host`;
}

/** What is still owed, or resisted, says more than a rule can. */
function withCause(difference: GuestDifference, { resisting }: RunState, debts: readonly Debt[]): GuestDifference {
  if (difference.verdict !== 'look') return difference;
  const disc = difference.path.endsWith('/discs');
  const debt = debts.find((entry) =>
    disc
      ? entry.kind === 'CdEjected' && entry.name === difference.name
      : entry.kind === 'VmStopped' && entry.object === difference.uuid,
  );
  const reason = debt?.reason ?? resisting.find(({ uuid }) => uuid === difference.uuid)?.reason;
  return reason === undefined ? difference : { ...difference, reason };
}
