// The phases in which people have the word: waiting for an approval that names the plan, and pausing at a safe point.
import { type Decision, next, type PoolStep, type Situation, wait } from '../decision';
import { hostInWork, type RunState } from '../state';
import { approved, unapproved } from './approval';
import { unfitManifest } from './validating';
import { windowToPrepare, windowTooShort } from './window';

export const awaitingApproval: PoolStep = {
  needs: () => [],
  decide(situation) {
    if (situation.orders.cancelled) return next('Cancelled');
    return (
      unfitManifest(situation) ?? windowTooShort(situation) ?? held(situation) ?? outsideWindow(situation) ?? opened(situation)
    );
  },
};

/** By whoever wrote the manifest. */
function held(situation: Situation): Decision | undefined {
  const { orders, state } = situation;
  const hash = hashOf(state);
  if (orders.dryRun) return wait('DryRun', `the plan ${hash} is ready; spec.dryRun stops here and nothing was touched`);
  if (orders.paused) return wait('PausedByUser', 'spec.paused is set; nothing was touched');
  return orders.approval === 'BeforeUpgrade' ? unapproved(situation, hash, `plan ${hash}`) : undefined;
}

/** A host that an earlier object left in work is finished, whatever the clock says. */
function outsideWindow(situation: Situation): Decision | undefined {
  return hostInWork(situation.state) === undefined ? windowToPrepare(situation) : undefined;
}

function opened({ orders, state }: Situation): Decision {
  return next('Preparing', orders.approval === 'BeforeUpgrade' ? approved(hashOf(state)) : undefined);
}

function hashOf({ plan }: RunState): string {
  return plan?.hash ?? '';
}

export const paused: PoolStep = {
  needs: () => [],
  decide({ orders, state }) {
    if (orders.cancelled) return next('Upgrading');
    if (orders.unfit !== undefined) return wait(orders.unfit.reason, `${orders.unfit.message}; no further host is started`);
    if (!orders.paused) return next('Upgrading');
    const host = state.hosts.find(({ phase }) => phase === 'Pending');
    const then = host === undefined ? '' : `; host ${host.name} is next when it is taken back`;
    return wait('PausedByUser', `spec.paused is set; no further host is started${then}`);
  },
};
