// Preparing: what stands in the way of a rolling upgrade is put aside, each with its way back written down first: the pool is marked as ours, HA and
// workload balancing go off, and guests no longer start by themselves when a host boots.
import { holds } from '../../foundation/fact';
import type { HaSettings, Pool } from '../../plan/pool';
import { act, fail, next, type PoolStep, wait } from '../decision';
import { type JournalItem, lastObstacle, timesTried, type Undo } from '../state';

export const preparing: PoolStep = {
  needs: () => ['pool', 'ha'],
  decide({ facts, orders, state, mark }) {
    if (!facts.pool.known) return wait('PoolUnreachable', facts.pool.why);
    if (!facts.ha.known) return wait('PoolUnreachable', facts.ha.why);
    const ha = facts.ha.value;
    const pool = facts.pool.value;
    if (orders.cancelled) return next('Cancelled');
    const effects = toPutAside(pool, mark);
    const refused = effects.find((item) => timesTried(state, pool.uuid, item.effect) >= 3);
    if (refused !== undefined)
      return fail(
        'PreparationFailed',
        `${refused.effect} failed three times: ${lastObstacle(state, pool.uuid) ?? 'no reason was given'}`,
      );
    if (effects.length > 0) return act(effects, (before) => ({ ...before, undo: { ...undoOf(pool, ha), ...before.undo } }));
    return holds(facts.pool, (seen) => seen.mark === mark)
      ? next('Upgrading')
      : wait('PoolUnmarked', 'the mark on the pool is awaited');
  },
};

function toPutAside(pool: Pool, mark: string): readonly JournalItem[] {
  const item = (effect: string, params: JournalItem['params'] = {}): JournalItem => ({
    effect,
    object: pool.uuid,
    name: pool.name,
    params,
  });
  return [
    ...(pool.mark === mark ? [] : [item('ClaimPool')]),
    ...(pool.haEnabled ? [item('DisableHa')] : []),
    ...(pool.wlbEnabled ? [item('SetWlb', { enabled: 'false' })] : []),
    ...(pool.autoPoweron === undefined ? [] : [item('SetAutoPoweron')]),
  ];
}

/** Only what is on now: on a second pass the first one's record stands. */
function undoOf(pool: Pool, ha: HaSettings | null): Undo {
  return {
    ...(ha === null ? {} : { ha }),
    ...(pool.wlbEnabled ? { wlb: true } : {}),
    ...(pool.autoPoweron === undefined ? {} : { autoPoweron: pool.autoPoweron }),
  };
}
