// Passes by hand, for estimates: only what time depends on.
import type { Pass, PlannedMove, PlannedStop, Turn } from '../../../src/plan/pass/pass';
import { ASSUMED_BANDWIDTH } from '../../../src/plan/estimate/bandwidth';
import type { Circumstances } from '../../../src/plan/estimate/turn';

export const GIB = 1024 ** 3;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function move(guest: string, from: string, to: string): PlannedMove {
  return { guest, from, to, purpose: 'drain' };
}

export function stop(guest: string, host: string, action: PlannedStop['action']): PlannedStop {
  return { guest, host, action, why: { code: 'RULE', text: 'a rule' }, back: { after: host, on: host } };
}

export function turn(host: string, more: Partial<Turn> = {}): Turn {
  return { host, moves: [], stops: [], starts: [], returns: [], ...more };
}

export function pass(turns: readonly Turn[]): Pass {
  const planned = turns.reduce((count, { moves, returns }) => count + moves.length + returns.length, 0);
  const migrations = { planned, minimum: planned, bound: planned, proven: true, gap: 0 };
  return { order: turns.map(({ host }) => host), turns, blocked: [], migrations };
}

/** Every guest of `memories` (in GiB, by uuid), over the assumed bandwidth. */
export function given(memories: Readonly<Record<string, number>> = {}, more: Partial<Circumstances> = {}): Circumstances {
  const guests = new Map(Object.entries(memories).map(([uuid, gib]) => [uuid, { memory: gib * GIB }]));
  return { guests, bandwidth: ASSUMED_BANDWIDTH, maxParallel: 3, methods: {}, ...more };
}
