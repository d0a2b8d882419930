// Making the plan, and looking whether the one in force still fits the pool: the same pure planner serves before the first host and in the middle of a run.
import type { DraftPlan } from '../../plan/makePlan';
import { makePlan, type PlannedHop } from '../../plan/makePlan';
import { migrationsIn } from '../../plan/migrations';
import type { PassPolicy } from '../../plan/pass/passInput';
import { replay } from '../../plan/pass/replay';
import type { Guests, Host, Pool } from '../../plan/pool';
import { growthBy } from '../../plan/controlDomain';
import type { HostTraits } from '../../plan/checks/inspection';
import { edgesFrom } from '../../plan/catalogue';
import { type Release, sameRelease } from '../../plan/release';
import type { HopPlan, PlanDocument } from '../../plan/document';
import type { Situation } from '../decision';
import type { Facts } from '../facts';
import type { Orders } from '../orders';
import type { PlanSummary, RunState } from '../state';
import { hostTimes, passTime } from './hostTime';
import { isDecision, methodsFor } from './pathOf';

export function policyOf({ placement, whenUnmovable, rules, consent, forceShutdownAfter }: Orders): PassPolicy {
  const { acceptDowntime, compressMemory, forceMigration } = consent;
  const forceShutdown = forceShutdownAfter !== undefined;
  return { placement, whenUnmovable, rules, acceptDowntime, compressMemory, forceMigration, forceShutdown };
}

/** The plan for what is left of the run, given the pool as it stands. */
export function draftPlan(situation: Situation, pool: Pool, world: Guests): DraftPlan {
  const { state, orders, baseline } = situation;
  const started = state.hosts.some((host) => host.phase !== 'Pending');
  const homes = Object.fromEntries(
    (baseline?.guests ?? []).flatMap(({ uuid, host }) => (host === undefined ? [] : [[uuid, host]])),
  );
  return makePlan({
    pool,
    world,
    hops: hopsOf(situation, pool, world),
    policy: policyOf(orders),
    order: started ? { fixed: state.plan?.order ?? [] } : { wished: orders.order },
    upgraded: upgradedIn(state),
    waiting: waitingIn(world),
    homes,
    warnings: state.plan?.warnings ?? [],
    estimate: (pass, hop, scene) => passTime(pass, hop.methods, scene, situation),
  });
}

/** The hop in work and those that follow. */
function hopsOf({ orders, state, facts }: Situation, { hosts }: Pool, world: Guests): readonly PlannedHop[] {
  const { hop, path = releasesOf(hop), at = 0 } = state.plan!;
  const begun = Object.fromEntries(state.hosts.map((host) => [host.uuid, host.bootMethod ?? '']));
  const after = capacitiesAfter(facts, world, path.slice(at + 1));
  return path.slice(at, -1).map((from, index) => {
    const to = path[at + index + 1]!;
    const edge = edgesFrom(from).find((entry) => sameRelease(entry.to, to));
    const documented = edge?.kind === 'documented';
    const methods = index === 0 ? begun : methodsByHost(orders, hosts, { from, to });
    return { from, to, documented, source: edge?.source ?? '', capacitiesAfter: after[index]!, methods };
  });
}

/**
 * Where the control domains of the hops to come take more: bytes for guests once upgraded, one record a hop. Hosts tell of the first of them, where they can.
 * @param ways releases that are reached, in order
 */
function capacitiesAfter(
  facts: Facts,
  { capacities }: Guests,
  ways: readonly Release[],
): readonly Readonly<Record<string, number>>[] {
  if (!facts.inspection.known) return ways.map(() => ({}));
  const hosts = Object.entries(facts.inspection.value.hosts);
  const lost = (traits: HostTraits, upTo: number): number => {
    const { plugin } = traits;
    const told = plugin.known ? plugin.value.dom0Memory : undefined;
    return Math.max(...ways.slice(0, upTo + 1).map((to, index) => growthBy(traits, to, index === 0 ? told : undefined)));
  };
  return ways.map((_, at) =>
    Object.fromEntries(
      hosts.flatMap(([host, traits]) => (lost(traits, at) > 0 ? [[host, (capacities[host] ?? 0) - lost(traits, at)]] : [])),
    ),
  );
}

/** A hop that some host cannot be made to leave for was refused before. */
function methodsByHost(orders: Orders, hosts: readonly Host[], hop: Pick<PlannedHop, 'from' | 'to'>): PlannedHop['methods'] {
  const methods = methodsFor(orders, hosts, hop);
  return isDecision(methods) ? {} : Object.fromEntries(hosts.map(({ uuid }, index) => [uuid, methods[index]!]));
}

function releasesOf(hop: PlanSummary['hop']): readonly Release[] {
  return [
    { brand: hop.fromBrand, version: hop.from },
    { brand: hop.toBrand, version: hop.to },
  ];
}

/** Uuids of hosts whose turn in this hop is over. */
function upgradedIn(state: RunState): readonly string[] {
  return state.hosts.filter((host) => host.phase === 'Upgraded').map((host) => host.uuid);
}

/** Uuids of guests that bear our mark and do not run. */
function waitingIn({ guests }: Guests): readonly string[] {
  const stopped = guests.filter(({ powerState, mark }) => mark !== undefined && ['Halted', 'Suspended'].includes(powerState));
  return stopped.map(({ uuid }) => uuid);
}

/** The hop in work, as planned; undefined where no plan is at hand. */
export function plannedHop({ plan, state }: Pick<Situation, 'plan' | 'state'>): HopPlan | undefined {
  const hop = state.plan?.hop;
  if (hop === undefined) return undefined;
  return plan?.hops.find(({ to }) => sameRelease(to, { brand: hop.toBrand, version: hop.to }));
}

/** Why the plan in force no longer fits the pool, in words; empty while it does. */
export function deviations(situation: Situation, pool: Pool, world: Guests): readonly string[] {
  const hop = plannedHop(situation);
  if (hop === undefined) return ['the plan in force could not be read back'];
  const { hosts } = pool;
  return replay(hop.pass, {
    hosts,
    world,
    capacitiesAfter: capacitiesAfter(situation.facts, world, [hop.to])[0]!,
    to: hop.to,
    upgraded: upgradedIn(situation.state),
  }).deviations;
}

/** Reasons that are told one by one. */
const MOST_REASONS = 8;

/** The run with this plan, and its hosts in the order of it: the planner may find a better one than that in which they were listed. */
export function withPlan(state: RunState, plan: PlanDocument): RunState {
  const summary = summaryOf(plan, state.plan!);
  const place = (uuid: string): number => summary.order.indexOf(uuid);
  const { changed = [] } = plan;
  const told =
    changed.length <= MOST_REASONS ? changed : [...changed.slice(0, MOST_REASONS), `and ${changed.length - MOST_REASONS} more`];
  const hosts = [...state.hosts].sort((one, other) => place(one.uuid) - place(other.uuid));
  return { ...state, hosts, plan: { ...summary, ...(changed.length === 0 ? {} : { changed: told }) } };
}

/** What of a plan stands in the status. */
function summaryOf(plan: DraftPlan | PlanDocument, before: PlanSummary): PlanSummary {
  return {
    ...before,
    hash: plan.hash,
    order: [...before.order.filter((uuid) => !plan.hops[0]!.pass.order.includes(uuid)), ...plan.hops[0]!.pass.order],
    migrations: migrationsIn(plan.hops),
    estimates: hostTimes(plan.hops[0]?.turns ?? []),
  };
}
