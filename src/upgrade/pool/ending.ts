// The phases that end a run: Finishing waits until the pool is one version again, then begins the next hop or puts everything back; Cancelled and Halted put back what may be; in
// each the run is over when only debts are left. Succeeded and Failed rest.
import { type Guests, isMixed, type Pool } from '../../plan/pool';
import { act, type Decision, fail, next, type PoolStep, type Situation, wait } from '../decision';
import { inSight } from '../sight';
import { type Debt, hopInWork, isOver, type RunState, timesTried, withoutStopped, withTried } from '../state';
import { iso, millis, minutes, seconds } from '../time';
import { comparison } from './comparing';
import { nextHop, nextHopNeeds } from './nextHop';
import { allDebts, putBack } from './putBack';
import { answerTo, wordFor } from './verbs';

/** A pool that is out of reach while its object is being deleted (its Secret may be gone) is waited for this long. */
const GIVE_UP = minutes(30);

/** XAPI notices the end of mixed mode within 30 s; three times that, then its agent is restarted once. */
const FLAG_LAG = seconds(90);

export const finishing: PoolStep = {
  needs: ({ state }) => ['pool', 'guests', 'settings', ...nextHopNeeds(state)],
  decide: (situation) =>
    inSight(
      situation,
      (pool, world) =>
        stillMixed(situation, pool) ?? nextHop(situation, pool, world) ?? restore(situation, pool, world, 'Succeeded'),
    ),
};

export const cancelled: PoolStep = {
  needs: ({ state }) => (isOver(state) ? [] : ['pool', 'guests', 'settings']),
  decide(situation) {
    const { facts, state, now } = situation;
    if (isOver(state)) return wait(state.reason, state.message);
    const until = (millis(state.since) ?? now) + GIVE_UP;
    if (!facts.pool.known && now >= until)
      return finish(now, allDebts(state, `the pool did not answer for 30 min: ${facts.pool.why}`));
    return inSight(situation, (pool, world) => restore(situation, pool, world, 'Cancelled'), until);
  },
};

/** Nothing is touched when the master's state is unknown; otherwise one way back is walked at once, then a person decides. */
export const halted: PoolStep = {
  needs({ state, orders }) {
    if (isOver(state)) return wordFor(state, orders) === undefined ? [] : ['pool'];
    return state.reason === 'MasterUnknown' ? [] : ['pool', 'guests'];
  },
  decide(situation) {
    const { facts, state, now } = situation;
    const rest = wait(state.reason, state.message);
    if (isOver(state)) return afterHalt(situation) ?? rest;
    if (state.reason === 'MasterUnknown')
      return finish(now, allDebts(state, 'the state of the master is unknown, so nothing was touched'));
    if (facts.pool.known && facts.guests.known) return wayBack(situation, facts.pool.value, facts.guests.value);
    const until = (millis(state.since) ?? now) + situation.orders.deadlines.rejoin;
    return now < until ? { ...rest, until } : finish(now, allDebts(state, 'the pool does not answer'));
  },
};

/** A word that comes while the pool is silent waits until it answers. */
function afterHalt(situation: Situation): Decision | undefined {
  const word = wordFor(situation.state, situation.orders);
  return word === undefined || !situation.facts.pool.known ? undefined : answerTo(situation, situation.facts.pool.value, word);
}

function wayBack(situation: Situation, pool: Pool, world: Guests): Decision {
  const { state, now, orders } = situation;
  const back = putBack(situation, pool, world);
  if (back.effects.length > 0) return act(back.effects);
  // A host that is just back plugs its storage and enables itself within minutes: what is owed now may be paid then.
  const until = (millis(state.since) ?? now) + orders.deadlines.settle;
  return back.debts.length > 0 && now < until ? wait(state.reason, state.message, until) : finish(now, back.debts);
}

export const resting: PoolStep = {
  needs: () => [],
  decide: ({ state }) => wait(state.reason, state.message),
};

function finish(now: number, debts: readonly Debt[]): Decision {
  return { kind: 'again', remember: (state) => ({ ...state, debts, run: { ...state.run, finishedAt: iso(now) } }) };
}

function stillMixed({ state, now }: Situation, pool: Pool): Decision | undefined {
  if (!isMixed(pool)) return undefined;
  const since = millis(state.agentRestartedAt) ?? millis(state.since) ?? now;
  const restarted = state.agentRestartedAt !== undefined;
  const until = since + (restarted ? 2 * FLAG_LAG : FLAG_LAG);
  if (now < until) return wait('MixedModeEnding', 'all hosts are upgraded; XAPI has not ended mixed mode yet', until);
  if (restarted || timesTried(state, pool.masterUuid, 'RestartAgent') >= 3) {
    return fail(
      'MixedModeStuck',
      `XAPI does not end mixed mode; check that every host of the pool is up, then restart the toolstack of the master and put back what status.debts lists`,
    );
  }
  const remember = (before: RunState): RunState => ({ ...before, agentRestartedAt: iso(now) });
  return act([{ effect: 'RestartAgent', object: pool.masterUuid, name: 'the master', params: {} }], remember);
}

function restore(situation: Situation, pool: Pool, world: Guests, to: 'Succeeded' | 'Cancelled'): Decision {
  const { state, now, orders } = situation;
  const back = putBack(situation, pool, world);
  if (back.effects.length > 0) return act(back.effects);
  const until = (millis(state.since) ?? now) + orders.deadlines.rejoin;
  if (back.pending !== undefined && now < until)
    return wait('GuestsBusy', back.pending.what, Math.min(until, back.pending.until ?? until));
  const compared = comparison(situation, pool, world, back.debts);
  const remember = (before: RunState): RunState => ({
    ...nameTheDeleted(before, world),
    ...lastWords(state, to, back.debts.length),
    debts: back.debts,
    ...(compared === undefined ? {} : { comparison: compared }),
    run: { ...before.run, finishedAt: iso(now) },
  });
  return to === 'Succeeded' ? next(to, remember) : { kind: 'again', remember };
}

function lastWords(state: RunState, to: 'Succeeded' | 'Cancelled', debts: number): Pick<RunState, 'reason' | 'message'> {
  const owed = debts === 0 ? '' : `; ${debts} things could not be put back, see status.debts`;
  if (to === 'Cancelled') return { reason: 'Cancelled', message: `the upgrade was cancelled${whereCancelled(state)}${owed}` };
  return { reason: 'Upgraded', message: `${whatAllRun(state)}${owed}` };
}

function whatAllRun({ plan }: RunState): string {
  return `all hosts run ${plan?.hop.toBrand} ${plan?.hop.to}`;
}

function whereCancelled(state: RunState): string {
  const hop = hopInWork(state);
  if (hop === undefined || hop.hops === 1) return '';
  const between = state.hosts.every((host) => host.phase === 'Upgraded') ? `, where ${whatAllRun(state)}` : '';
  return ` in hop ${hop.at + 1} of ${hop.hops}${between}`;
}

/** A guest that we stopped and somebody deleted cannot run again, and is named with that reason. */
function nameTheDeleted(state: RunState, world: Guests): RunState {
  const deleted = state.stopped.filter((entry) => !world.guests.some((guest) => guest.uuid === entry.uuid));
  return deleted.reduce(
    (before, guest) => withTried(withoutStopped(before, guest.uuid), guest, 'Start', 'it was deleted meanwhile'),
    state,
  );
}
