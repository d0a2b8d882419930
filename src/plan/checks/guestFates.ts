// What becomes of the guests when their hosts are emptied, as far as the evacuation checks ask: by the plan where there is one, else by a look at where each
// could go.
import { canMigrateAtAll } from '../placement';
import { type Guest } from '../pool';
import type { CheckSituation } from './check';

export interface GuestFates {
  /** Keep their host from being emptied. */
  readonly blocking: readonly Guest[];
  /** Would be stopped, and no rule says that they may. */
  readonly stopping: readonly Guest[];
}

/** Paused guests have a check of their own. Before a host, only of its guests. */
export function guestFates(situation: CheckSituation): GuestFates {
  return situation.pass === undefined ? byLooking(situation) : byPlan(situation);
}

function byPlan({ pass, world, orders, host }: CheckSituation): GuestFates {
  const here = ({ host: on }: { readonly host: string }): boolean => host === undefined || on === host;
  const chosen = (entries: readonly { readonly guest: string; readonly host: string }[] = []): readonly Guest[] => {
    const uuids = new Set(entries.filter(here).map(({ guest }) => guest));
    return world.guests.filter(({ uuid, powerState }) => uuids.has(uuid) && powerState !== 'Paused');
  };
  const stops = chosen((pass?.turns ?? []).flatMap((turn) => turn.stops));
  return { blocking: chosen(pass?.blocked), stopping: stops.filter(({ uuid }) => actionOf(orders, uuid) === 'Migrate') };
}

function byLooking({ world, pool, orders, host }: CheckSituation): GuestFates {
  const running = world.guests.filter((guest) => guest.powerState === 'Running' && (host === undefined || guest.host === host));
  const stuck = running.filter(
    (guest) => actionOf(orders, guest.uuid) === 'Migrate' && !canMigrateAtAll(guest, pool.hosts, world),
  );
  const refused = running.filter((guest) => actionOf(orders, guest.uuid) === 'Block');
  return orders.guests?.whenUnmovable === 'Block'
    ? { blocking: [...refused, ...stuck], stopping: [] }
    : { blocking: refused, stopping: stuck };
}

function actionOf({ guests }: CheckSituation['orders'], guest: string): 'Migrate' | 'Suspend' | 'Shutdown' | 'Block' {
  return guests?.actions[guest] ?? 'Migrate';
}
