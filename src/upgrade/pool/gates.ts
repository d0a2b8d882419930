// The phases in which people have the word: waiting for an approval that names the plan, and pausing at a safe point.
import { type Decision, type Memory, next, type PoolStep, type Situation, wait } from '../decision';
import type { RunState } from '../state';
import { unfitManifest } from './validating';
import { windowClosed } from './window';

export const awaitingApproval: PoolStep = {
  needs: () => [],
  decide(situation) {
    if (situation.orders.cancelled) return next('Cancelled');
    return unfitManifest(situation) ?? held(situation) ?? windowClosed(situation) ?? opened(situation);
  },
};

/** By whoever wrote the manifest. */
function held({ orders, state }: Situation): Decision | undefined {
  const hash = hashOf(state);
  if (orders.dryRun) return wait('DryRun', `the plan ${hash} is ready; spec.dryRun stops here and nothing was touched`);
  if (orders.paused) return wait('PausedByUser', 'spec.paused is set; nothing was touched');
  if (orders.approval !== 'BeforeUpgrade' || orders.approvals.includes(hash)) return undefined;
  return wait('ApprovalMissing', `approve plan ${hash} with the annotation xenpool.dev/approve or under spec.gates.approvals`);
}

function opened({ orders, state }: Situation): Decision {
  return next('Preparing', orders.approval === 'BeforeUpgrade' ? approved(hashOf(state)) : undefined);
}

function hashOf({ plan }: RunState): string {
  return plan?.hash ?? '';
}

/** Who asks later what was approved finds it in the status. */
export function approved(approval: string): Memory {
  return (state) => ({ ...state, handled: { ...state.handled, approve: approval } });
}

export const paused: PoolStep = {
  needs: () => [],
  decide({ orders }) {
    if (orders.cancelled) return next('Upgrading');
    if (orders.unfit !== undefined) return wait(orders.unfit.reason, `${orders.unfit.message}; no further host is started`);
    return orders.paused ? wait('PausedByUser', 'spec.paused is set; no further host is started') : next('Upgrading');
  },
};
