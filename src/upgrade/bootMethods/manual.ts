// Manual: the host shuts down and a person boots it from installation media of their choice, as the written procedure says. The controller says in one
// sentence what to do at which host, and notices by itself that it was done.
import { act, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { seenEmpty } from '../host/draining';
import { onHost } from '../host/item';
import { lastObstacle, timesTried, withEvidence } from '../state';
import type { BootMethodModule } from './bootMethod';
import { evidenceBeforeLeaving } from './evidenceBeforeLeaving';

const leaving: HostStep = {
  needs: () => ['pool', 'guests', 'hostTime'],
  decide(situation) {
    const { facts, host, state } = situation;
    if (host.evidence.leftAt !== undefined) return next('AwaitingOperator');
    if (!facts.pool.known) return wait('PoolUnreachable', facts.pool.why);
    if (!facts.guests.known) return wait('PoolUnreachable', facts.guests.why);
    if (!seenEmpty(situation) || isEnabled(situation)) return next('Draining');
    const evidence = evidenceBeforeLeaving(situation);
    if (!evidence.known) return wait('HostTimeUnknown', evidence.why);
    if (timesTried(state, host.uuid, 'ShutdownHost') >= 3)
      return fail(
        'ShutdownRefused',
        `host ${host.name} does not shut down: ${lastObstacle(state, host.uuid) ?? 'no reason was given'}`,
      );
    return act([onHost('ShutdownHost', host)], (before) => withEvidence(before, host.uuid, evidence.value));
  },
};

function isEnabled({ facts, host }: HostSituation): boolean {
  return facts.pool.known && facts.pool.value.hosts.some((entry) => entry.uuid === host.uuid && entry.enabled);
}

/** The one sentence to follow. */
export function manualInstruction(host: { readonly name: string; readonly address: string; readonly to: string }): string {
  return `boot host ${host.name} (${host.address}) from the installation media of ${host.to} and choose to upgrade the existing installation`;
}

export const manual: BootMethodModule = { name: 'Manual', leaving, after: 'AwaitingOperator' };
