// What becomes of one guest of a host that must be empty: migrated, suspended, shut down, or in the way. By the user's rules first, then by what it can do.
import type { Guest } from '../../plan/pool';
import { ruleFor } from '../../plan/rules';
import type { Orders, RuleAction } from '../orders';
import { lastObstacle, type RunState, timesTried } from '../state';

export { ruleFor };

export type GuestAction =
  | { readonly kind: 'Migrate' | 'Suspend' | 'CleanShutdown' | 'HardShutdown' }
  | { readonly kind: 'Blocked'; readonly reason: string; readonly message: string };

/** Vain attempts after which another way is taken. */
const PATIENCE = { Migrate: 2, Suspend: 1, CleanShutdown: 1, HardShutdown: 3 } as const;

/** @param placed  whether some host can take it in now */
export function guestAction(guest: Guest, placed: boolean, orders: Orders, state: RunState): GuestAction {
  const rule = ruleFor(guest, orders.rules)?.action;
  if (guest.powerState === 'Paused') return pausedAction(guest, rule, orders);
  const migrateFirst = rule === undefined || rule === 'Migrate';
  if (placed && wouldMigrate(guest, orders, state)) return { kind: 'Migrate' };
  if (migrateFirst && !orders.consent.acceptDowntime)
    return blocked(guest, state, 'cannot be migrated, and spec.consent.acceptDowntime is not given');
  return stopAction(guest, migrateFirst ? orders.whenUnmovable : rule, orders, state);
}

/** Whether it is to migrate if some host can take it: no rule says otherwise, and it has not resisted too often. */
export function wouldMigrate(guest: Guest, orders: Orders, state: RunState): boolean {
  const rule = ruleFor(guest, orders.rules)?.action;
  return (rule === undefined || rule === 'Migrate') && timesTried(state, guest.uuid, 'Migrate') < PATIENCE.Migrate;
}

/** A paused guest is never unpaused: what a person paused is not ours to wake. */
function pausedAction(guest: Guest, rule: RuleAction | undefined, orders: Orders): GuestAction {
  if (rule === 'Shutdown' && orders.forceShutdownAfter !== undefined) return { kind: 'HardShutdown' };
  const remedy = 'unpause it or shut it down, or give it a rule with action Shutdown and set spec.vms.forceShutdownAfter';
  return { kind: 'Blocked', reason: 'GuestPaused', message: `guest ${guest.name} is paused; ${remedy}` };
}

function stopAction(guest: Guest, wish: RuleAction, orders: Orders, state: RunState): GuestAction {
  const left = (effect: keyof typeof PATIENCE): boolean => timesTried(state, guest.uuid, effect) < PATIENCE[effect];
  if (wish === 'Block') return blocked(guest, state, 'cannot be migrated, and the policy for it is Block');
  if (wish === 'Suspend' && guest.insuspendable === undefined && left('Suspend')) return { kind: 'Suspend' };
  if (guest.cleanShutdown && guest.blocked['clean_shutdown'] === undefined && left('CleanShutdown'))
    return { kind: 'CleanShutdown' };
  return pullThePlug(guest, orders, state, left('HardShutdown'));
}

function pullThePlug(guest: Guest, orders: Orders, state: RunState, left: boolean): GuestAction {
  if (orders.forceShutdownAfter === undefined)
    return blocked(guest, state, 'does not shut down when asked, and spec.vms.forceShutdownAfter is not set');
  if (guest.blocked['hard_shutdown'] !== undefined || !left) return blocked(guest, state, 'cannot be shut down');
  return { kind: 'HardShutdown' };
}

function blocked(guest: Guest, state: RunState, why: string): GuestAction {
  const obstacle =
    lastObstacle(state, guest.uuid) ??
    (guest.immobile === undefined ? undefined : `${guest.immobile.code}: ${guest.immobile.text}`);
  return {
    kind: 'Blocked',
    reason: 'GuestBlocksDrain',
    message: `guest ${guest.name} ${why}${obstacle === undefined ? '' : ` (${obstacle})`}`,
  };
}
