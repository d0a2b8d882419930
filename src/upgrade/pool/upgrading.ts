// Upgrading: one host after another, master first. This phase only starts the next host, at a safe point where pause, window, approvals and cancel are
// honoured; what happens at a host is the host phases' matter.
import { type Decision, fail, next, type PoolStep, type Situation, wait } from '../decision';
import { windowClosed } from './window';
import { type HostState, isSkipped, withHost } from '../state';
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
    return windowClosed(situation) ?? unapproved(situation, host) ?? begin(situation, host);
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

function unapproved({ orders, state }: Situation, host: HostState): Decision | undefined {
  if (orders.approval !== 'BeforeEachHost') return undefined;
  const hash = state.plan?.hash ?? '';
  if (orders.approvals.includes(`${hash}/${host.name}`)) return undefined;
  return wait(
    'ApprovalMissing',
    `approve host ${host.name} with the annotation xenpool.dev/approve: ${hash}/${host.name} or under spec.gates.approvals`,
  );
}

function begin({ now }: Situation, host: HostState): Decision {
  const started: Partial<HostState> = { phase: 'Draining', since: iso(now), startedAt: iso(now), attempt: 1 };
  return { kind: 'again', remember: (state) => withHost(state, host.uuid, started) };
}
