// How long a host will be in work. Written into the plan when it is made, and read from there by windows and by whoever says when a pause takes effect.
import type { Span } from '../../plan/estimate';
import { ASSUMED_BANDWIDTH } from '../../plan/estimate/bandwidth';
import { span, sum } from '../../plan/estimate/spans';
import { estimateTurn, timeInWork } from '../../plan/estimate/turn';
import type { PlanDocument } from '../../plan/document';
import { estimatePass, type PassEstimate } from '../../plan/estimate/run';
import type { PlannedHop } from '../../plan/makePlan';
import type { Pass, Turn } from '../../plan/pass/pass';
import type { Guests } from '../../plan/pool';
import type { Orders } from '../orders';
import type { HostState, HostTime, RunState } from '../state';
import { minutes } from '../time';

/** Drain and return of guests that nobody counted: in a plan that was made before estimates were written down. */
const UNCOUNTED = span(0, minutes(20), minutes(60));

/** As planned, else by planning values alone. In milliseconds. */
export function hostTime(state: RunState, host: HostState): Pick<Span, 'likely' | 'most'> {
  const planned = state.plan?.estimates?.find((entry) => entry.host === host.uuid);
  if (planned !== undefined) return { likely: planned.likelySeconds * 1000, most: planned.mostSeconds * 1000 };
  const turn: Turn = { host: host.uuid, moves: [], stops: [], starts: [], returns: [] };
  const bare = estimateTurn(turn, host.role, new Set(), {
    guests: new Map(),
    bandwidth: ASSUMED_BANDWIDTH,
    maxParallel: 1,
    methods: { [host.uuid]: host.bootMethod ?? 'Staged' },
  });
  return sum([timeInWork(bare), UNCOUNTED]);
}

/** Of the hop in work, for the plan's summary. */
export function hostTimes({ hops }: Pick<PlanDocument, 'hops'>): readonly HostTime[] {
  return (hops[0]?.turns ?? []).map((turn) => {
    const { likely, most } = timeInWork(turn);
    return { host: turn.host, likelySeconds: Math.ceil(likely / 1000), mostSeconds: Math.ceil(most / 1000) };
  });
}

/** Of a whole pass. @param world guests as they are before it */
export function passTime(pass: Pass, { methods }: PlannedHop, { guests }: Guests, orders: Orders): PassEstimate {
  const { maxParallel, forceShutdownAfter, soakAfterMaster } = orders;
  const given = { guests: new Map(guests.map((guest) => [guest.uuid, guest])), bandwidth: ASSUMED_BANDWIDTH, maxParallel };
  return estimatePass(pass, soakAfterMaster, { ...given, methods, forceShutdownAfter });
}
