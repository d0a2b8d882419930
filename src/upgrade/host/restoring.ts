// Restoring: guests that we stopped start or resume, on this host if it was theirs, and guests whose return is wished migrate home. In mixed mode only
// hosts of the highest version may start guests. A guest that will not start does not hold the pool up: it is tried again at the end, and named.
import { compareVersions } from '../../plan/release';
import { freeMemory, obstacleOn } from '../../plan/placement';
import type { Guests, Host } from '../../plan/pool';
import { act, type Decision, type HostSituation, type HostStep, next, wait } from '../decision';
import { stoppedOn } from '../effects/guestEffects';
import { strange } from '../sight';
import { type JournalItem, type RunState, timesTried, withHost } from '../state';
import { iso } from '../time';
import { ruleFor } from './guestAction';
import { onGuest } from './item';
import { WAVE } from './draining';
import { movesDue, turnOf } from './plannedTurn';
import { nextStarts, type Starts } from './starting';

export const restoring: HostStep = {
  needs: () => ['pool', 'guests'],
  decide(situation): Decision {
    const { facts, host, now } = situation;
    if (!facts.pool.known) return strange(facts.pool) ?? wait('PoolUnreachable', facts.pool.why);
    if (!facts.guests.known) return strange(facts.guests) ?? wait('PoolUnreachable', facts.guests.why);
    const starts = startsDue(situation, facts.pool.value.hosts, facts.guests.value);
    if (starts.items.length > 0) return act(starts.items.slice(0, WAVE));
    if (starts.crowded) return wait('GuestsBusy', 'guests that somebody else started are still starting');
    if (starts.until !== undefined)
      return wait('GuestsStarting', 'a guest is given its start delay before the next starts', starts.until);
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
function startsDue(situation: HostSituation, hosts: readonly Host[], world: Guests): Starts {
  const { state, baseline, now } = situation;
  const begun = new Set(state.hosts.filter((entry) => entry.phase !== 'Pending').map((entry) => entry.uuid));
  const due = world.guests.filter(
    (guest) => guest.mark !== undefined && guest.busy.length === 0 && timesTried(state, guest.uuid, 'Start') < 3,
  );
  const ours = due.filter((guest) => begun.has(stoppedOn(guest) ?? ''));
  const planned = turnOf(situation)?.starts ?? [];
  return nextStarts(ours, { baseline, hosts, world, now, planned, pauses: state.starting ?? [] });
}

function returnsDue(situation: HostSituation, hosts: readonly Host[], world: Guests): readonly JournalItem[] {
  const turn = turnOf(situation);
  if (turn === undefined) return homeward(situation, hosts, world);
  const due = movesDue(turn.returns, hosts, world, situation.state).now;
  return due.map(({ guest, to }) => onGuest('Migrate', guest, { to: to.uuid, toName: to.name }));
}

/** Without a plan at hand: guests of this host that are wished home, as far as there is room. */
function homeward(situation: HostSituation, hosts: readonly Host[], world: Guests): readonly JournalItem[] {
  const { host, state, baseline, orders } = situation;
  const here = hosts.find((entry) => entry.uuid === host.uuid);
  if (here === undefined || baseline === undefined) return [];
  const away = world.guests.filter(
    (guest) =>
      guest.powerState === 'Running' && guest.host !== host.uuid && guest.busy.length === 0 && guest.immobile === undefined,
  );
  const own = away.filter((guest) =>
    baseline.guests.some((entry) => entry.uuid === guest.uuid && entry.host === host.uuid && entry.powerState === 'Running'),
  );
  const wished = own.filter(
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
