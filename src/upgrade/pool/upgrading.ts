// Upgrading: one host after another, master first. This phase only starts the next host, at a safe point where pause, window, approvals and cancel are
// honoured; what happens at a host is the host phases' matter.
import { check, checkSituation, inspected } from '../checking';
import { type Decision, fail, type Memory, next, type PoolStep, type Situation, wait } from '../decision';
import { approved } from './gates';
import { windowClosed } from './window';
import { type HostState, isSkipped, type RunState, withHost } from '../state';
import { iso } from '../time';

export const upgrading: PoolStep = {
  // While a person or a window holds it up nothing is asked: that may take days.
  needs: ({ state }) => (isHeldUp(state) ? [] : ['pool', 'guests', 'inspection']),
  decide(situation) {
    const { orders, state } = situation;
    const host = nextHost(situation);
    if (orders.cancelled) return next('Cancelled');
    if (host === undefined) return leftOut(situation) ?? next('Finishing');
    if (host.role === 'member' && state.hosts.some((entry) => entry.role === 'master' && entry.phase !== 'Upgraded')) {
      return fail('MasterNotUpgraded', `member ${host.name} may not start before the master is upgraded and verified`);
    }
    if (orders.paused || orders.unfit !== undefined) return next('Paused');
    return windowClosed(situation) ?? unapproved(situation, host) ?? lookFirst(situation, host);
  },
};

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

function unapproved(situation: Situation, host: HostState): Decision | undefined {
  const { orders } = situation;
  if (orders.approval !== 'BeforeEachHost') return undefined;
  const approval = approvalOf(situation, host);
  if (orders.approvals.includes(approval)) return undefined;
  return wait(
    'ApprovalMissing',
    `approve host ${host.name} with the annotation xenpool.dev/approve: ${approval} or under spec.gates.approvals`,
  );
}

function isHeldUp({ reason }: RunState): boolean {
  return reason === 'OutsideWindow' || reason === 'ApprovalMissing';
}

/** Every check is run again before each host. Nothing of that host was touched, so what holds it up is waited for and not halted at. */
function lookFirst(situation: Situation, host: HostState): Decision {
  if (isHeldUp(situation.state)) return { kind: 'again', remember: (state) => ({ ...state, reason: 'Working' }) };
  return inspected(situation, (sights) => {
    const { refusal, remember, until } = check(checkSituation(situation, sights, 'BeforeHost', host.uuid), 'Merge');
    if (refusal !== undefined) return { kind: 'wait', ...refusal, until, remember };
    const begun = begin(situation, host);
    return { kind: 'again', remember: (state) => begun(remember(state)) };
  });
}

function begin(situation: Situation, host: HostState): Memory {
  const at = iso(situation.now);
  const started: Partial<HostState> = { phase: 'Draining', since: at, startedAt: at, attempt: 1 };
  const begun = (state: RunState): RunState => withHost(state, host.uuid, started);
  if (situation.orders.approval !== 'BeforeEachHost') return begun;
  const note = approved(approvalOf(situation, host));
  return (state) => note(begun(state));
}

/** `<plan hash>/<host>` */
function approvalOf({ state }: Situation, host: HostState): string {
  return `${state.plan?.hash ?? ''}/${host.name}`;
}
