// Looking things up in the facts, with the unknown branch kept.
import { type Fact, mapFact } from '../../foundation/fact';
import { type Guest, type Host, keepsHost, type Pool } from '../../plan/pool';
import type { Facts } from '../facts';
import { type Sight, done, notDone, unsure } from './effect';

/** The host by uuid; `undefined` in a known fact when the pool has no such host. */
export function hostOf(facts: Facts, uuid: string): Fact<Host | undefined> {
  return mapFact(facts.pool, (pool) => pool.hosts.find((host) => host.uuid === uuid));
}

export function guestOf(facts: Facts, uuid: string): Fact<Guest | undefined> {
  return mapFact(facts.guests, ({ guests }) => guests.find((guest) => guest.uuid === uuid));
}

/** Done or NotDone by a test on the pool. */
export function poolSight(facts: Facts, test: (pool: Pool) => boolean): Sight {
  return sight(facts.pool, test);
}

export function hostSight(facts: Facts, uuid: string, test: (host: Host) => boolean): Sight {
  return sight(hostOf(facts, uuid), (host) => host !== undefined && test(host));
}

/** An operation in flight on the guest is Unknown, not NotDone. */
export function guestSight(facts: Facts, uuid: string, test: (guest: Guest) => boolean): Sight {
  const fact = guestOf(facts, uuid);
  if (!fact.known) return unsure(fact.why);
  if (fact.value === undefined) return notDone;
  if (test(fact.value)) return done;
  return fact.value.busy.length > 0 ? unsure(`${fact.value.busy.join(', ')} in flight`) : notDone;
}

function sight<T>(fact: Fact<T>, test: (value: T) => boolean): Sight {
  if (!fact.known) return unsure(fact.why);
  return test(fact.value) ? done : notDone;
}

/** Guests that keep a host from going: with a domain on it, or with an operation in flight that concerns it. Unknown stays unknown. */
export function guestsOn(facts: Facts, host: string): Fact<readonly Guest[]> {
  return mapFact(facts.guests, ({ guests }) => guests.filter((guest) => keepsHost(guest, host)));
}
