// Maintenance windows at work: nothing is put aside, and no host is started, unless the window is open for as long as the host may take. Judged by the most
// it may take: a host in work is finished whatever the clock says, so a start that only probably ends in time breaks the promise that a window is.
import { formatDuration } from '../../api/durations';
import { GETTING_READY } from '../../plan/estimate/planningValues';
import { hostStart } from '../../plan/estimate/schedule';
import { type Start, startFor } from '../../plan/window';
import { type Decision, fail, type Situation, wait } from '../decision';
import type { HostState } from '../state';
import { iso, minutes } from '../time';
import { hostTime } from './hostTime';

type Sight = Pick<Situation, 'orders' | 'state' | 'now'>;
type Now = Pick<Situation, 'orders' | 'now'>;

/** The wait until that much work fits into the window; undefined while it does, or when there is none. @param most milliseconds the host may take */
export function windowFor({ orders, now }: Now, host: Pick<HostState, 'name'>, most: number): Decision | undefined {
  return orders.window === undefined ? undefined : waitFor(hostStart(orders.window, most, now), host, most);
}

/** The next host's, by its estimate. */
export function windowForNext(situation: Sight): Decision | undefined {
  const [next] = pending(situation);
  return next === undefined ? undefined : windowFor(situation, next, hostTime(situation.state, next).most);
}

/** The same before the pool is prepared, which takes its time as well. */
export function windowToPrepare(situation: Sight): Decision | undefined {
  const { orders, state, now } = situation;
  const [next] = pending(situation);
  if (next === undefined || orders.window === undefined) return undefined;
  const need = hostTime(state, next).most + GETTING_READY;
  return waitFor(startFor(orders.window, need, now), next, need);
}

/** A host that no opening has room for is told before anything is touched, whichever host it is. */
export function windowTooShort(situation: Sight): Decision | undefined {
  const { orders, state, now } = situation;
  if (orders.window === undefined) return undefined;
  const [worst] = pending(situation)
    .map((host) => ({ host, most: hostTime(state, host).most }))
    .sort((one, other) => other.most - one.most);
  const start = worst === undefined ? undefined : hostStart(orders.window, worst.most, now);
  return start?.kind === 'Never' ? fail('WindowTooShort', tooShort(worst!.host, worst!.most, start.longest)) : undefined;
}

function waitFor(start: Start, host: Pick<HostState, 'name'>, most: number): Decision | undefined {
  if (start.kind === 'Now') return undefined;
  if (start.kind === 'Never') return wait('WindowTooShort', tooShort(host, most, start.longest));
  const opens = `the maintenance window opens at ${iso(start.at)}`;
  if (start.closes === undefined) return wait('OutsideWindow', `${opens}, and host ${host.name} begins then`, start.at);
  const closes = `the maintenance window closes at ${iso(start.closes)}, and host ${host.name} may take ${shown(most)}`;
  return wait('OutsideWindow', `${closes}; it begins when the window opens at ${iso(start.at)}`, start.at);
}

function pending({ state }: Sight): readonly HostState[] {
  return state.hosts.filter(({ phase }) => phase === 'Pending');
}

function tooShort({ name }: Pick<HostState, 'name'>, most: number, longest: number): string {
  if (longest === 0) return 'spec.window never opens; give it a period, or leave it out';
  const remedy = 'lengthen a period of spec.window, let two of them touch, or leave the window out';
  const need = `${shown(most)}, and ${shown(GETTING_READY)} more to get ready`;
  return `host ${name} may take ${need}; the longest opening of spec.window is ${formatDuration(longest)}; ${remedy}`;
}

/** Whole minutes, rounded up. */
function shown(ms: number): string {
  return formatDuration(Math.ceil(ms / minutes(1)) * minutes(1));
}
