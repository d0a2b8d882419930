// The shape that most phases share: with the pool and its guests in sight decide, else wait and say why they are not.
import type { Fact } from '../foundation/fact';
import type { Guests, Pool } from '../plan/pool';
import { type Decision, fail, type Situation, wait } from './decision';
import { lastObstacle, type RunState, timesTried } from './state';

/** @param until when waiting for the sight is no longer enough, ms since the epoch */
export function inSight({ facts }: Situation, decide: (pool: Pool, world: Guests) => Decision, until?: number): Decision {
  if (!facts.pool.known) return strange(facts.pool) ?? wait('PoolUnreachable', facts.pool.why, until);
  if (!facts.guests.known) return strange(facts.guests) ?? wait('PoolUnreachable', facts.guests.why, until);
  return decide(facts.pool.value, facts.guests.value);
}

/** The pool is there, and a person must say whether it is the right one: no deadline ends that, and it is no failure of any host. */
export function strange(fact: Fact<unknown>): Decision | undefined {
  return !fact.known && fact.untrusted === true ? wait('CertificateChanged', fact.why) : undefined;
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
