// Retrying: a failed member needs no way back. It was rebooted into its old system; its upgrade is restarted, a bounded number of times.
import { fail, type HostStep, next } from '../decision';
import { withHost, withoutResistance } from '../state';

export const retrying: HostStep = {
  needs: () => [],
  decide({ host, orders }) {
    if (host.attempt > orders.memberRetries) {
      return fail(
        'MemberFailed',
        `the upgrade of host ${host.name} failed ${host.attempt} times; it is back in its old system ${host.from}`,
      );
    }
    return next('Draining', (state) =>
      withHost(withoutResistance(state, host.uuid), host.uuid, { attempt: host.attempt + 1, evidence: {} }),
    );
  },
};
