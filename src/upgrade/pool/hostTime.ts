// How long a host will be in work. Written into the plan when it is made, and read from there by windows and by whoever says when a pause takes effect.
import type { Span } from '../../plan/estimate';
import { ASSUMED_BANDWIDTH } from '../../plan/estimate/bandwidth';
import { span, sum } from '../../plan/estimate/spans';
import { estimateTurn, timeInWork } from '../../plan/estimate/turn';
import type { Turn } from '../../plan/pass/pass';
import { canMigrateAtAll } from '../../plan/placement';
import { type Guest, type Guests, type Host, residentOn } from '../../plan/pool';
import type { Situation } from '../decision';
import { ruleFor } from '../host/guestAction';
import type { HostState, HostTime, RunState } from '../state';
import { minutes } from '../time';

/** Drain and return of guests that nobody counted: in a plan that was made before estimates were written down. */
const UNCOUNTED = span(0, minutes(20), minutes(60));

/** As planned, else by planning values alone. In milliseconds. */
export function hostTime(state: RunState, host: HostState): Pick<Span, 'likely' | 'most'> {
  const planned = state.plan?.estimates?.find((entry) => entry.host === host.uuid);
  if (planned !== undefined) return { likely: planned.likelySeconds * 1000, most: planned.mostSeconds * 1000 };
  const turn: Turn = { host: host.uuid, moves: [], stops: [], starts: [], returns: [] };
  const bare = estimateTurn(turn, host.role, new Set(), circumstances([host], [], undefined));
  return sum([timeInWork(bare), UNCOUNTED]);
}

/**
 * One a host, for the plan's summary. The turns are the ones of the pass where one was planned.
 * @param turns  in order, master first
 */
export function hostTimes(turns: readonly Turn[], { state, orders }: Situation, world: Guests): readonly HostTime[] {
  const given = circumstances(state.hosts, world.guests, orders);
  const suspended = new Set(
    turns.flatMap(({ stops }) => stops.filter(({ action }) => action === 'Suspend').map(({ guest }) => guest)),
  );
  return turns.map((turn, index) => {
    const { likely, most } = timeInWork(estimateTurn(turn, index === 0 ? 'master' : 'member', suspended, given));
    return { host: turn.host, likelySeconds: Math.ceil(likely / 1000), mostSeconds: Math.ceil(most / 1000) };
  });
}

function circumstances(
  hosts: readonly HostState[],
  guests: readonly Guest[],
  orders: Situation['orders'] | undefined,
): Parameters<typeof estimateTurn>[3] {
  return {
    guests: new Map(guests.map((guest) => [guest.uuid, guest])),
    bandwidth: ASSUMED_BANDWIDTH,
    maxParallel: orders?.maxParallel ?? 1,
    methods: Object.fromEntries(hosts.map(({ uuid, bootMethod = 'Staged' }) => [uuid, bootMethod])),
    forceShutdownAfter: orders?.forceShutdownAfter,
  };
}

/**
 * Turns without a planned pass, for their time alone: each host moves or stops what runs on it now, the first member also what the master left there, and
 * everything that stops comes back. No placement is sought, so nothing is said of where anything moves.
 */
export function roughTurns({ state, orders }: Situation, hosts: readonly Host[], world: Guests): readonly Turn[] {
  const [master, firstMember] = state.hosts.map(({ uuid }) => uuid);
  const stops = (guest: Guest): boolean => {
    const action = ruleFor(guest, orders.rules)?.action ?? 'Migrate';
    return action === 'Migrate' ? !canMigrateAtAll(guest, hosts, world) : action !== 'Block';
  };
  return state.hosts.map(({ uuid }) => {
    const residents = residentOn(world.guests, uuid);
    const stopped = residents.filter(stops);
    const own = residents.filter((guest) => !stopped.includes(guest));
    const parked =
      uuid === firstMember && master !== undefined ? residentOn(world.guests, master).filter((guest) => !stops(guest)) : [];
    const move = (guest: Guest): Turn['moves'][number] => ({ guest: guest.uuid, from: uuid, to: uuid, purpose: 'drain' });
    return {
      host: uuid,
      moves: [...own, ...parked].map(move),
      stops: stopped.map((guest) => stopOf(guest, uuid, orders)),
      starts: stopped.map((guest) => ({ guest: guest.uuid, on: uuid })),
      returns: orders.placement === 'Home' ? own.map(move) : [],
    };
  });
}

function stopOf(guest: Guest, host: string, { rules, whenUnmovable }: Situation['orders']): Turn['stops'][number] {
  const action = ruleFor(guest, rules)?.action ?? whenUnmovable;
  const shut =
    action === 'Shutdown' || (action === 'Migrate' && whenUnmovable === 'Shutdown') || guest.insuspendable !== undefined;
  const why = { code: 'UNPLANNED', text: 'for its time alone' };
  return { guest: guest.uuid, host, action: shut ? 'Shutdown' : 'Suspend', why, back: { after: host, on: host } };
}
