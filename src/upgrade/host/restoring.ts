// Restoring: guests that we stopped start or resume, on this host if it was theirs, and guests whose return is wished migrate home. In mixed mode only
// hosts of the highest version may start guests. A guest that will not start does not hold the pool up: it is tried again at the end, and named.
import { compareVersions } from '../../plan/release';
import { freeMemory, obstacleOn } from '../../plan/placement';
import { type Guest, type Guests, type Host, newestHosts } from '../../plan/pool';
import type { Baseline } from '../baseline';
import { act, type Decision, type HostSituation, type HostStep, next, wait } from '../decision';
import { stoppedOn } from '../effects/guestEffects';
import { strange } from '../sight';
import { type JournalItem, type RunState, timesTried, withHost } from '../state';
import { iso } from '../time';
import { ruleFor } from './guestAction';
import { onGuest } from './item';
import { WAVE } from './draining';

export const restoring: HostStep = {
  needs: () => ['pool', 'guests'],
  decide(situation): Decision {
    const { facts, host, now } = situation;
    if (!facts.pool.known) return strange(facts.pool) ?? wait('PoolUnreachable', facts.pool.why);
    if (!facts.guests.known) return strange(facts.guests) ?? wait('PoolUnreachable', facts.guests.why);
    const starts = startsDue(situation, facts.pool.value.hosts, facts.guests.value);
    if (starts.length > 0) return act(starts.slice(0, WAVE));
    const returns = returnsDue(situation, facts.pool.value.hosts, facts.guests.value);
    if (returns.length > 0) return act(returns.slice(0, WAVE));
    return next('Upgraded', (state) => withHost(forgetMoves(state), host.uuid, { finishedAt: iso(now) }));
  },
};

/** What guests resisted at this host counts no longer at the next; a guest that did not start stays on record. */
function forgetMoves(state: RunState): RunState {
  return { ...state, resisting: state.resisting.filter((entry) => entry.tried['Start'] !== undefined) };
}

/** Starts of our own stops that are legal now: of guests stopped on this host, and of those an earlier host could not take back. */
function startsDue({ state, baseline }: HostSituation, hosts: readonly Host[], world: Guests): readonly JournalItem[] {
  const begun = new Set(state.hosts.filter((entry) => entry.phase !== 'Pending').map((entry) => entry.uuid));
  const due = world.guests.filter(
    (guest) => guest.mark !== undefined && guest.busy.length === 0 && timesTried(state, guest.uuid, 'Start') < 3,
  );
  return startItems(
    due.filter((guest) => begun.has(stoppedOn(guest) ?? '')),
    baseline,
    hosts,
    world,
  );
}

/** Where stopped guests start: at home, where they were stopped, or on any host of the highest version that sees what they need and has the room. */
export function startItems(
  guests: readonly Guest[],
  baseline: Baseline | undefined,
  hosts: readonly Host[],
  world: Guests,
): readonly JournalItem[] {
  const able = newestHosts(hosts).filter((host) => host.enabled && host.live);
  const free = new Map(able.map((host) => [host.uuid, freeMemory(host, world)]));
  return guests.flatMap((guest) => {
    const home = baseline?.guests.find((entry) => entry.uuid === guest.uuid)?.host;
    const fitting = able.filter((host) => obstacleOn(host, guest, world, free.get(host.uuid)!) === undefined);
    const on = [home, stoppedOn(guest)].flatMap((wish) => fitting.find((host) => host.uuid === wish) ?? [])[0] ?? fitting[0];
    if (on === undefined) return [];
    free.set(on.uuid, free.get(on.uuid)! - guest.memory);
    return [onGuest('Start', guest, { on: on.uuid, onName: on.name })];
  });
}

function returnsDue(situation: HostSituation, hosts: readonly Host[], world: Guests): readonly JournalItem[] {
  const { host, state, baseline, orders } = situation;
  const here = hosts.find((entry) => entry.uuid === host.uuid);
  if (here === undefined || baseline === undefined) return [];
  const away = world.guests.filter(
    (guest) =>
      guest.powerState === 'Running' && guest.host !== host.uuid && guest.busy.length === 0 && guest.immobile === undefined,
  );
  const homeward = away.filter((guest) =>
    baseline.guests.some((entry) => entry.uuid === guest.uuid && entry.host === host.uuid && entry.powerState === 'Running'),
  );
  const wished = homeward.filter(
    (guest) => (ruleFor(guest, orders.rules)?.return ?? (orders.placement === 'Home' ? 'Home' : 'Stay')) === 'Home',
  );
  let free = freeMemory(here, world);
  return wished.flatMap((guest) => {
    const legal = hosts.some(
      (entry) => entry.uuid === guest.host && compareVersions(entry.version.release.version, here.version.release.version) <= 0,
    );
    if (!legal || timesTried(state, guest.uuid, 'Migrate') >= 3 || obstacleOn(here, guest, world, free) !== undefined) return [];
    free -= guest.memory;
    return [onGuest('Migrate', guest, { to: here.uuid, toName: here.name })];
  });
}
