// Between two hops: all hosts have the stop that was in work and mixed mode is over, so the next pass over all hosts may begin. Its own checks come first;
// then every host is Pending again, with nothing carried over but the storage it gave up, and a backup of its own is due.
import type { Guests, Pool } from '../../plan/pool';
import { printRelease, type Release, sameRelease } from '../../plan/release';
import { type Decision, fail, next, type Situation, wait } from '../decision';
import { givenUp } from '../host/lostStorage';
import type { FactName } from '../facts';
import { hopInWork, type HostState, type RunState } from '../state';
import { plannedHop } from './drafting';
import { hostTimes } from './hostTime';
import { listedHost } from './listing';
import { hopAt, isDecision, methodsFor, sourcesOf } from './pathOf';
import { guestRefusal, needsStaging, storageRefusal } from './refusals';

/** Begins the next hop; undefined when the one in work was the last. */
export function nextHop(situation: Situation, pool: Pool, world: Guests): Decision | undefined {
  const { orders, state } = situation;
  const stops = stopsAfter(state);
  if (stops === undefined) return undefined;
  if (orders.cancelled) return next('Cancelled');
  const refusal = changed(state, pool, stops.from) ?? outOfService(state, pool);
  if (refusal !== undefined) return refusal;
  const begun = hostsOf(situation, pool, stops);
  if (isDecision(begun)) return begun;
  const after = atNextHop(state, begun);
  const seen = { ...situation, state: after };
  if (needsStaging(after) && !situation.facts.staging.known) return wait('StagingUnknown', situation.facts.staging.why);
  return (
    storageRefusal(seen) ??
    guestRefusal(seen, pool.hosts, world) ??
    next('Preparing', (before) => timed(situation, atNextHop(before, begun)))
  );
}

/** Facts that the checks of the next hop look at. */
export function nextHopNeeds(state: RunState): readonly FactName[] {
  const recuts = stopsAfter(state) !== undefined && needsStaging(atNextHop(state, asIfStaged(state)));
  return recuts ? ['staging'] : [];
}

function asIfStaged(state: RunState): readonly HostState[] {
  return state.hosts.map((host) => ({ ...host, bootMethod: 'Staged' }));
}

interface Stops {
  readonly from: Release;
  readonly to: Release;
}

function stopsAfter(state: RunState): Stops | undefined {
  const { path } = state.plan ?? {};
  const hop = hopInWork(state);
  if (path === undefined || hop === undefined || hop.at + 1 >= hop.hops) return undefined;
  return { from: path[hop.at + 1]!, to: path[hop.at + 2]! };
}

/** A host that came, went or was changed meanwhile is none the plan knows. */
function changed(state: RunState, pool: Pool, from: Release): Decision | undefined {
  const stranger = pool.hosts.find((host) => !state.hosts.some(({ uuid }) => uuid === host.uuid));
  if (stranger !== undefined)
    return fail('PoolChanged', `host ${stranger.name} joined the pool during the run; take it out, or begin a new run`);
  const lost = state.hosts.find(({ uuid }) => !pool.hosts.some((host) => host.uuid === uuid));
  if (lost !== undefined) return fail('HostGone', `host ${lost.name} is no longer in the pool`);
  const other = pool.hosts.find((host) => !sameRelease(host.version.release, from));
  if (other === undefined) return undefined;
  const found = `host ${other.name} runs ${printRelease(other.version.release)}`;
  return fail('WrongVersion', `${found}, and the next hop leaves from ${printRelease(from)}`);
}

/** The first in order may have been drained already by a run that was torn away there. */
function outOfService({ plan }: RunState, pool: Pool): Decision | undefined {
  const away = pool.hosts.find((host) => !host.live);
  if (away !== undefined)
    return fail('HostNotLive', `host ${away.name} is not up, and the next hop begins with all hosts in service`);
  const disabled = pool.hosts.find((host) => !host.enabled && host.uuid !== plan?.order[0]);
  if (disabled === undefined) return undefined;
  return fail('HostDisabled', `host ${disabled.name} is disabled (maintenance mode), and the next hop is due; enable it`);
}

function hostsOf({ orders, state }: Situation, pool: Pool, stops: Stops): readonly HostState[] | Decision {
  const inOrder = state.plan!.order.flatMap((uuid) => pool.hosts.find((host) => host.uuid === uuid) ?? []);
  const methods = methodsFor(orders, inOrder, stops);
  if ('kind' in methods) return methods;
  const { from, to } = stops;
  if (methods.includes('Staged') && !sourcesOf(orders, inOrder).named(to))
    return fail(
      'RepositoryMissing',
      `spec.releases names neither repository nor image for ${printRelease(to)}, the next stop of the path; add one`,
    );
  return inOrder.map((host, index) => {
    const gaveUp = lostSoFar(state.hosts.find(({ uuid }) => uuid === host.uuid));
    const listed = listedHost(host, { from: from.version, to: to.version }, methods[index]!);
    return gaveUp.length === 0 ? listed : { ...listed, gaveUp };
  });
}

function lostSoFar(host: HostState | undefined): readonly string[] {
  return host === undefined ? [] : [...new Set([...(host.gaveUp ?? []), ...givenUp(host.evidence)])];
}

/** How long each host of the hop is in work, as it was planned. */
function timed({ plan }: Situation, state: RunState): RunState {
  const turns = plannedHop({ plan, state })?.turns;
  return turns === undefined ? state : { ...state, plan: { ...state.plan!, estimates: hostTimes(turns) } };
}

function atNextHop(state: RunState, hosts: readonly HostState[]): RunState {
  const { backup: _backup, agentRestartedAt: _restarted, ...rest } = state;
  const plan = state.plan!;
  const at = (plan.at ?? 0) + 1;
  return { ...rest, hosts, plan: { ...plan, at, hop: hopAt(plan.path!, at) } };
}
