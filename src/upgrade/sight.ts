// The shape that most phases share: with the pool and its guests in sight decide, else wait and say why they are not.
import type { Guests, Pool } from '../plan/pool';
import { type Decision, fail, type Situation, wait } from './decision';
import { lastObstacle, type RunState, timesTried } from './state';

/** @param until when waiting for the sight is no longer enough, ms since the epoch */
export function inSight({ facts }: Situation, decide: (pool: Pool, world: Guests) => Decision, until?: number): Decision {
  if (!facts.pool.known) return wait('PoolUnreachable', facts.pool.why, until);
  if (!facts.guests.known) return wait('PoolUnreachable', facts.guests.why, until);
  return decide(facts.pool.value, facts.guests.value);
}

export interface Patience {
  readonly object: { readonly uuid: string };
  readonly effect: string;
  /** Vain attempts after which it is given up. */
  readonly times: number;
  readonly reason: string;
  /** What cannot be done, e.g. `host xs-01 does not reboot`. */
  readonly sentence: string;
}

/** The failure of an effect that was refused or came to nothing too often; undefined while there is patience left. */
export function exhausted(state: RunState, { object, effect, times, reason, sentence }: Patience): Decision | undefined {
  if (timesTried(state, object.uuid, effect) < times) return undefined;
  return fail(reason, `${sentence}: ${lastObstacle(state, object.uuid) ?? 'no reason was given'}`);
}
