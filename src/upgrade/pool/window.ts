// Maintenance windows at work: nothing is put aside, and no host is started, unless the window is open for as long as the host may take. Judged by the most
// it may take: a host in work is finished whatever the clock says, so a start that only probably ends in time breaks the promise that a window is.
import { formatDuration } from '../../api/durations';
import { startFor } from '../../plan/window';
import { type Decision, fail, type Situation, wait } from '../decision';
import type { HostState } from '../state';
import { iso, minutes } from '../time';
import { hostTime } from './hostTime';

type Now = Pick<Situation, 'orders' | 'now'>;

/** The wait until that much work fits into the window; undefined while it does, or when there is none. @param need milliseconds */
export function windowFor({ orders, now }: Now, host: Pick<HostState, 'name'>, need: number): Decision | undefined {
  if (orders.window === undefined) return undefined;
  const start = startFor(orders.window, need, now);
  if (start.kind === 'Now') return undefined;
  if (start.kind === 'Never') return wait('WindowTooShort', tooShort(host, need, start.longest));
  const opens = `the maintenance window opens at ${iso(start.at)}`;
  if (start.closes === undefined) return wait('OutsideWindow', `${opens}, and host ${host.name} begins then`, start.at);
  const closes = `the maintenance window closes at ${iso(start.closes)}, and host ${host.name} may take ${shown(need)}`;
  return wait('OutsideWindow', `${closes}; it begins when the window opens at ${iso(start.at)}`, start.at);
}

/** The next host's, by its estimate. */
export function windowForNext(situation: Situation): Decision | undefined {
  const next = pending(situation)[0];
  return next === undefined ? undefined : windowFor(situation, next, hostTime(situation.state, next).most);
}

/** A host that no opening has room for is told before anything is touched, whichever host it is. */
export function windowTooShort(situation: Situation): Decision | undefined {
  const { orders, state, now } = situation;
  if (orders.window === undefined) return undefined;
  const [worst] = pending(situation)
    .map((host) => ({ host, need: hostTime(state, host).most }))
    .sort((one, other) => other.need - one.need);
  const start = worst === undefined ? undefined : startFor(orders.window, worst.need, now);
  return start?.kind === 'Never' ? fail('WindowTooShort', tooShort(worst!.host, worst!.need, start.longest)) : undefined;
}

function pending({ state }: Situation): readonly HostState[] {
  return state.hosts.filter(({ phase }) => phase === 'Pending');
}

function tooShort({ name }: Pick<HostState, 'name'>, need: number, longest: number): string {
  if (longest === 0) return 'spec.window never opens; give it a period, or leave it out';
  const remedy = 'lengthen a period of spec.window, let two of them touch, or leave the window out';
  return `host ${name} may take ${shown(need)}, and the longest opening of spec.window is ${formatDuration(longest)}; ${remedy}`;
}

/** Whole minutes, rounded up. */
function shown(ms: number): string {
  return formatDuration(Math.ceil(ms / minutes(1)) * minutes(1));
}
