// Retrying: a failed member needs no way back. It was rebooted into its old system; its upgrade is restarted, a bounded number of times, once the host has
// settled: XAPI enables it by itself soon after its boot, and that must not happen while the next attempt is under way.
import { fail, type HostStep, next, wait } from '../decision';
import { withoutAttempt } from '../bootRecord';
import { withHost, withoutResistance } from '../state';
import { millis, minutes } from '../time';

const SETTLES_WITHIN = minutes(2);

export const retrying: HostStep = {
  needs: () => ['pool'],
  decide({ host, orders, facts, now }) {
    if (host.attempt > orders.memberRetries) {
      const times = host.attempt === 1 ? 'failed' : `failed ${host.attempt} times`;
      return fail('MemberFailed', `the upgrade of host ${host.name} ${times}; it is back in its old system ${host.from}`);
    }
    const until = (millis(host.evidence.returnedAt) ?? now) + SETTLES_WITHIN;
    const settled = facts.pool.known && facts.pool.value.hosts.some((entry) => entry.uuid === host.uuid && entry.enabled);
    if (!settled && now < until)
      return wait('HostReturning', `${host.name} is back in its old system; it is tried again once it has settled`, until);
    return next('Draining', (state) => {
      const closed = withoutAttempt(withoutResistance(state, host.uuid), host.uuid);
      return withHost(closed, host.uuid, { attempt: host.attempt + 1, evidence: {} });
    });
  },
};
