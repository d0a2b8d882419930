// Preparing: what stands in the way of a rolling upgrade is put aside, each with its way back written down first: the pool is marked as ours, HA and
// workload balancing go off, guests no longer start by themselves when a host boots, and what a fix may put right is put right.
import type { HaSettings, Host, Pool } from '../../plan/pool';
import { sameRelease } from '../../plan/release';
import { check, checkSituation, inspected } from '../checking';
import { act, type Decision, fail, next, type PoolStep, type Situation, wait } from '../decision';
import { fixNow } from '../fixing';
import { exhausted, strange } from '../sight';
import { type JournalItem, lastObstacle, releaseBefore, timesTried, type Undo, unplanned } from '../state';

export const preparing: PoolStep = {
  needs: () => ['pool', 'ha', 'guests', 'inspection'],
  decide(situation) {
    const { facts, orders } = situation;
    if (orders.cancelled) return next('Cancelled');
    if (!facts.pool.known) return strange(facts.pool) ?? wait('PoolUnreachable', facts.pool.why);
    if (!facts.ha.known) return strange(facts.ha) ?? wait('PoolUnreachable', facts.ha.why);
    return (
      outdated(situation, facts.pool.value) ??
      claim(situation, facts.pool.value) ??
      putAside(situation, facts.pool.value, facts.ha.value)
    );
  },
};

/** A plan may have waited for days: when hosts came, went or were upgraded meanwhile, and nothing was touched yet, it is made anew. */
function outdated({ state, mark }: Situation, pool: Pool): Decision | undefined {
  const begun = pool.mark === mark || state.hosts.some((host) => host.phase !== 'Pending' || host.attempt > 0);
  const asPlanned = (host: Host): boolean => {
    const planned = state.hosts.find(({ uuid }) => uuid === host.uuid);
    return planned !== undefined && sameRelease(releaseBefore(state, planned), host.version.release);
  };
  if (begun || (pool.hosts.length === state.hosts.length && pool.hosts.every(asPlanned))) return undefined;
  return next('Validating', unplanned);
}

/** The mark comes first and alone: nothing of a pool that somebody else works on is touched. */
function claim({ state, mark }: Situation, pool: Pool): Decision | undefined {
  if (pool.mark === mark) return undefined;
  if (pool.mark !== undefined)
    return fail('PoolClaimedElsewhere', `pool ${pool.uuid} was marked by ${pool.mark} just now; nothing was touched`);
  const refused = {
    object: pool,
    effect: 'ClaimPool',
    times: 3,
    reason: 'PreparationFailed',
    sentence: 'the pool could not be marked',
  };
  return exhausted(state, refused) ?? act([item(pool, 'ClaimPool')]);
}

function putAside(situation: Situation, pool: Pool, ha: HaSettings | null): Decision {
  const { state } = situation;
  const effects = toPutAside(pool);
  const refused = effects.find(({ effect }) => timesTried(state, pool.uuid, effect) >= 3);
  if (refused !== undefined)
    return fail(
      'PreparationFailed',
      `${refused.effect} failed three times: ${lastObstacle(state, pool.uuid) ?? 'no reason was given'}`,
    );
  if (effects.length === 0) return fixAndCheck(situation);
  return act(effects, (before) => ({ ...before, undo: { ...undoOf(pool, ha), ...before.undo } }));
}

/** What orders consent to is put right, then it is seen whether the pool can be emptied: only now that HA and workload balancing are off does XAPI tell. */
function fixAndCheck(situation: Situation): Decision {
  return inspected(situation, (sights) => {
    const checking = checkSituation(situation, sights, 'Prepared');
    const fix = fixNow(situation.state, checking);
    if (fix !== undefined) return fix;
    const { refusal, remember, until } = check(checking, 'Merge');
    return refusal === undefined ? next('Upgrading', remember) : { kind: 'wait', ...refusal, until, remember };
  });
}

function toPutAside(pool: Pool): readonly JournalItem[] {
  return [
    ...(pool.haEnabled ? [item(pool, 'DisableHa')] : []),
    ...(pool.wlbEnabled ? [item(pool, 'SetWlb', { enabled: 'false' })] : []),
    ...(pool.autoPoweron === undefined ? [] : [item(pool, 'ClearAutoPoweron')]),
  ];
}

function item(pool: Pool, effect: string, params: JournalItem['params'] = {}): JournalItem {
  return { effect, object: pool.uuid, name: pool.name, params };
}

/** Only what is on now: on a second pass the first one's record stands. */
export function undoOf(pool: Pool, ha: HaSettings | null): Undo {
  return {
    ...(ha === null ? {} : { ha }),
    ...(pool.wlbEnabled ? { wlb: true } : {}),
    ...(pool.autoPoweron === undefined ? {} : { autoPoweron: pool.autoPoweron }),
  };
}
