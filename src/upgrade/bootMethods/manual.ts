// Manual: the host shuts down and a person boots it from installation media of their choice, as the written procedure says. The controller says in one
// sentence what to do at which host, and notices by itself that it was done.
import { type HostStep, next } from '../decision';
import { inSight } from '../sight';
import type { BootMethodModule } from './bootMethod';
import { readyToLeave } from './readyToLeave';
import { shutDown } from './shutDown';

const leaving: HostStep = {
  needs: () => ['pool', 'guests', 'hostTime'],
  decide(situation) {
    if (situation.host.evidence.leftAt !== undefined) return next('AwaitingOperator');
    return inSight(situation, (pool) => readyToLeave(situation, pool, (evidence) => shutDown(situation, evidence)));
  },
};

/** The one sentence to follow. */
export function manualInstruction(host: { readonly name: string; readonly address: string; readonly to: string }): string {
  return `boot host ${host.name} (${host.address}) from the installation media of ${host.to} and choose to upgrade the existing installation`;
}

export const manual: BootMethodModule = { name: 'Manual', leaving };
