// The soak: for a while after its master the pool runs as it is, so that what is wrong with the new release shows before the first member follows.
import { formatDuration } from '../../api/durations';
import { type Decision, type Situation, wait } from '../decision';
import type { HostState } from '../state';
import { iso, millis } from '../time';

type Sight = Pick<Situation, 'orders' | 'state' | 'now'>;

/** The wait for the end of the soak; undefined when it is over, or none was asked for. Of each hop's master, before the first member is begun. */
export function soaking({ orders, state, now }: Sight, next: HostState): Decision | undefined {
  if (next.role !== 'member' || state.hosts.some((host) => host.role === 'member' && host.startedAt !== undefined))
    return undefined;
  const master = state.hosts.find((host) => host.role === 'master');
  const since = millis(master?.finishedAt);
  if (master === undefined || since === undefined || now >= since + orders.soakAfterMaster) return undefined;
  const until = since + orders.soakAfterMaster;
  const soak = `the pool runs for ${formatDuration(orders.soakAfterMaster)} with master ${master.name} on ${master.to}`;
  return wait('Soaking', `${soak}, until ${iso(until)}; then host ${next.name} may begin`, until);
}
