// Upgrading: one host after another, master first. This phase only starts the next host, at a safe point where pause, soak, approvals, window and cancel
// are honoured; what happens at a host is the host phases' matter.
import { type Decision, fail, next, type PoolStep, type Situation } from '../decision';
import { approved, unapproved } from './approval';
import { soaking } from './soak';
import { windowForNext } from './window';
import { type HostState, isSkipped, type RunState, withHost } from '../state';
import { iso } from '../time';

export const upgrading: PoolStep = {
  needs: () => [],
  decide(situation) {
    const { orders, state } = situation;
    const host = nextHost(situation);
    if (orders.cancelled) return next('Cancelled');
    if (host === undefined) return leftOut(situation) ?? next('Finishing');
    if (host.role === 'member' && state.hosts.some((entry) => entry.role === 'master' && entry.phase !== 'Upgraded')) {
      return fail('MasterNotUpgraded', `member ${host.name} may not start before the master is upgraded and verified`);
    }
    if (orders.paused || orders.unfit !== undefined) return next('Paused');
    return gateBefore(host, situation) ?? begin(situation, host);
  },
};

/** What keeps the next host from beginning, in the order in which a person is best told: whom to ask first, and the clock last. */
function gateBefore(host: HostState, situation: Situation): Decision | undefined {
  return soaking(situation, host) ?? hostUnapproved(situation, host) ?? windowForNext(situation);
}

/** A pool with a host that was left out stays in mixed mode: that is no success, and a person's to end. */
function leftOut({ state }: Situation): Decision | undefined {
  const skipped = state.hosts.filter(isSkipped).map(({ name }) => name);
  if (skipped.length === 0) return undefined;
  const remedy = 'the pool stays in mixed mode until it is upgraded too (annotation xenpool.dev/retry) or leaves the pool';
  return fail('Skipped', `${skipped.join(', ')} was left out; ${remedy}`);
}

function nextHost({ state }: Situation): HostState | undefined {
  return state.hosts.find((host) => host.phase === 'Pending');
}

function hostUnapproved(situation: Situation, host: HostState): Decision | undefined {
  if (situation.orders.approval !== 'BeforeEachHost') return undefined;
  return unapproved(situation, approvalOf(situation, host), `host ${host.name}`);
}

function begin(situation: Situation, host: HostState): Decision {
  const at = iso(situation.now);
  const started: Partial<HostState> = { phase: 'Draining', since: at, startedAt: at, attempt: 1 };
  const begun = (state: RunState): RunState => withHost(state, host.uuid, started);
  if (situation.orders.approval !== 'BeforeEachHost') return { kind: 'again', remember: begun };
  const note = approved(approvalOf(situation, host));
  return { kind: 'again', remember: (state) => note(begun(state)) };
}

/** `<plan hash>/<host>` */
function approvalOf({ state }: Situation, host: HostState): string {
  return `${state.plan?.hash ?? ''}/${host.name}`;
}
