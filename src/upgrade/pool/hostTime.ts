// How long a host will be in work. Written into the plan when it is made, and read from there by windows and by whoever says when a pause takes effect.
import type { Span, TurnEstimate } from '../../plan/estimate';
import { ASSUMED_BANDWIDTH, type Bandwidth, measuredBandwidth } from '../../plan/estimate/bandwidth';
import { span, sum } from '../../plan/estimate/spans';
import { type Circumstances, estimateTurn, timeInWork } from '../../plan/estimate/turn';
import type { HopPlan } from '../../plan/document';
import { estimatePass, type PassEstimate } from '../../plan/estimate/run';
import type { Pass, Turn } from '../../plan/pass/pass';
import type { Guests, Host } from '../../plan/pool';
import type { Situation } from '../decision';
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

/** For the plan's summary. @param turns of the hop in work */
export function hostTimes(turns: readonly TurnEstimate[]): readonly HostTime[] {
  return turns.map((turn) => {
    const { likely, most } = timeInWork(turn);
    return { host: turn.host, likelySeconds: Math.ceil(likely / 1000), mostSeconds: Math.ceil(most / 1000) };
  });
}

/** What is known of the pool before a pass. */
export interface PassScene {
  readonly hosts: readonly Host[];
  readonly world: Guests;
}

/** Of a whole pass. */
export function passTime(
  pass: Pass,
  methods: Circumstances['methods'],
  { hosts, world }: PassScene,
  { orders, state }: Pick<Situation, 'orders' | 'state'>,
): PassEstimate {
  const { maxParallel, forceShutdownAfter, soakAfterMaster } = orders;
  const guests = new Map(world.guests.map((guest) => [guest.uuid, guest]));
  const begun = !hosts.some(({ uuid, master }) => master && pass.turns.some((turn) => turn.host === uuid));
  const given = { guests, bandwidth: bandwidthOf(state), maxParallel, methods, forceShutdownAfter, begun };
  return estimatePass(pass, soakAfterMaster, given);
}

function bandwidthOf({ transferred }: RunState): Bandwidth {
  if (transferred === undefined) return ASSUMED_BANDWIDTH;
  return measuredBandwidth(transferred.mebibytes * 1024 ** 2, transferred.seconds * 1000) ?? ASSUMED_BANDWIDTH;
}

/** The run with the times of its hosts as measured so far; as it was where nothing was measured, or the plan names guests that are gone. */
export function reestimated(state: RunState, orders: Orders, hop: HopPlan | undefined, scene: PassScene): RunState {
  const { plan } = state;
  if (hop === undefined || plan === undefined || bandwidthOf(state) === ASSUMED_BANDWIDTH) return state;
  const here = new Set(scene.world.guests.map(({ uuid }) => uuid));
  const named = hop.pass.turns.flatMap(({ moves, returns, stops, starts }) => [...moves, ...returns, ...stops, ...starts]);
  if (!named.every(({ guest }) => here.has(guest))) return state;
  const methods = Object.fromEntries(state.hosts.map(({ uuid, bootMethod }) => [uuid, bootMethod ?? '']));
  const { turns } = passTime(hop.pass, methods, scene, { orders, state });
  return { ...state, plan: { ...plan, estimates: hostTimes(turns) } };
}
