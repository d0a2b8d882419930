// Mandatory guidances of updates that were not followed: XAPI does not enable such a host.
import type { Check } from '../check';
import { hostObject, warn } from '../findings';
import { hostsToUpgrade, withHazards } from './hopSide';

export const pendingGuidances: Check = {
  id: 'GuidancesPending',
  title: 'No host waits for a reboot or restart that an update asked for',
  source: '2.5 (host.enabled after a reboot) and 4.5 (HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY) of the XenServer reference',
  range:
    'releases with guidances (8.3 and later); a warning: the reference does not forbid the upgrade, but a host that was disabled could not be put back',
  remedy: 'do what the update asked for (reboot the host, or restart its toolstack) before the upgrade',
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Warn', ({ hosts }) =>
      hostsToUpgrade(situation).flatMap((host) => {
        const pending = hosts[host.uuid]?.pendingGuidances ?? [];
        if (pending.length === 0) return [];
        const message = `host ${host.name} has mandatory guidances pending (${pending.join(', ')}): once disabled it is not enabled again before they are followed`;
        return [warn([hostObject(host)], message, pendingGuidances.remedy)];
      }),
    ),
};
