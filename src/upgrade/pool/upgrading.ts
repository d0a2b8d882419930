// Upgrading: one host after another, master first. This phase only starts the next host, at a safe point where pause, soak, approvals, window and cancel
// are honoured; what happens at a host is the host phases' matter.
import { check, checkSituation, inspected, type Sights } from '../checking';
import { type Decision, fail, type Memory, next, type PoolStep, type Situation } from '../decision';
import { deviations, draftPlan, plannedHop, withPlan } from './drafting';
import { approved, unapproved } from './approval';
import { reestimated } from './hostTime';
import { soaking } from './soak';
import { windowForNext } from './window';
import { hopInWork, type HostState, isSkipped, type RunState, withHost } from '../state';
import { iso } from '../time';

export const upgrading: PoolStep = {
  needs: (sight) => (gate(sight) === undefined ? ['pool', 'guests', 'inspection'] : []),
  decide(situation) {
    const closed = gate(situation);
    if (closed !== undefined) return closed;
    return inspected(situation, (sights) => replanned(situation, sights) ?? lookFirst(situation, sights, nextHost(situation)!));
  },
};

type Sight = Pick<Situation, 'orders' | 'state' | 'now'>;

/** What keeps the next host from being started, or makes it needless to look at the pool; undefined when its turn has come. */
function gate(sight: Sight): Decision | undefined {
  const { orders, state } = sight;
  const host = nextHost(sight);
  if (orders.cancelled) return next('Cancelled');
  if (host === undefined) return leftOut(sight) ?? next('Finishing');
  if (host.role === 'member' && state.hosts.some((entry) => entry.role === 'master' && entry.phase !== 'Upgraded')) {
    return fail('MasterNotUpgraded', `member ${host.name} may not start before the master is upgraded and verified`);
  }
  if (orders.paused || orders.unfit !== undefined) return next('Paused');
  return gateBefore(host, sight);
}

/** What keeps the next host from beginning, in the order in which a person is best told: whom to ask first, and the clock last. */
function gateBefore(host: HostState, sight: Sight): Decision | undefined {
  return soaking(sight, host) ?? hostUnapproved(sight, host) ?? windowForNext(sight);
}

/** Every check is run again before each host. Nothing of that host was touched, so what holds it up is waited for and not halted at. */
function lookFirst(situation: Situation, sights: Sights, host: HostState): Decision {
  const about = { host: host.uuid, pass: plannedHop(situation)?.pass };
  const { refusal, remember, until } = check(checkSituation(situation, sights, 'BeforeHost', about), 'Merge');
  if (refusal !== undefined) return { kind: 'wait', ...refusal, until, remember };
  const begun = begin(situation, host);
  const scene = { hosts: sights.pool.hosts, world: sights.world };
  const timed = (state: RunState): RunState => reestimated(state, situation.orders, plannedHop(situation), scene);
  return { kind: 'again', remember: (state) => begun(timed(remember(state))) };
}

/** The pool is not what the plan was made for: the rest of the run is planned anew, and the plan says why. */
function replanned(situation: Situation, { pool, world }: Sights): Decision | undefined {
  const changed = deviations(situation, pool, world);
  if (changed.length === 0) return undefined;
  const draft = draftPlan(situation, pool, world);
  // The planner sees no better way than the one in force.
  if (situation.plan !== undefined && draft.hash === situation.state.plan?.hash) return undefined;
  const plan = { ...draft, checks: situation.plan?.checks ?? [], changed };
  return { kind: 'replan', plan, remember: (state) => withPlan(state, plan) };
}

/** A pool with a host that was left out stays in mixed mode: that is no success, and a person's to end. */
function leftOut({ state }: Sight): Decision | undefined {
  const skipped = state.hosts.filter(isSkipped).map(({ name }) => name);
  if (skipped.length === 0) return undefined;
  const remedy = 'the pool stays in mixed mode until it is upgraded too (annotation xenpool.dev/retry) or leaves the pool';
  return fail('Skipped', `${skipped.join(', ')} was left out; ${remedy}`);
}

function nextHost({ state }: Sight): HostState | undefined {
  return state.hosts.find((host) => host.phase === 'Pending');
}

function hostUnapproved(sight: Sight, host: HostState): Decision | undefined {
  if (sight.orders.approval !== 'BeforeEachHost') return changedSinceApproved(sight);
  return unapproved(sight, approvalOf(sight, host), `host ${host.name}`);
}

/** A plan that was made anew in the middle of the run never goes by the approval of the one before. */
function changedSinceApproved({ orders, state }: Sight): Decision | undefined {
  const { hash = '', changed = [] } = state.plan ?? {};
  if (orders.approval !== 'BeforeUpgrade' || changed.length === 0) return undefined;
  if (orders.approvals.includes(hash) || state.handled?.['approve'] === hash) return undefined;
  return unapproved({ orders, state }, hash, `the plan, which was made anew (${changed.slice(0, 3).join('; ')}),`);
}

function begin(situation: Situation, host: HostState): Memory {
  const at = iso(situation.now);
  const started: Partial<HostState> = { phase: 'Draining', since: at, startedAt: at, attempt: 1 };
  const begun = (state: RunState): RunState => withHost(state, host.uuid, started);
  if (situation.orders.approval !== 'BeforeEachHost') return begun;
  const note = approved(approvalOf(situation, host));
  return (state) => note(begun(state));
}

/** `<plan hash>/<host>`, and on a path of several hops `/<version>` of the hop: a host comes to its turn once in each. */
export function approvalOf({ state }: Pick<Situation, 'state'>, host: Pick<HostState, 'name' | 'to'>): string {
  const several = (hopInWork(state)?.hops ?? 1) > 1;
  return `${state.plan?.hash ?? ''}/${host.name}${several ? `/${host.to}` : ''}`;
}
