// What may become of one guest of a host that must be empty, by rule and policy: it migrates while it can, it stops, or it stands in the way.
import type { Guest, Obstacle } from '../pool';
import { type GuestRule, ruleFor, type StopAction } from '../rules';
import type { Why } from './pass';
import type { PassPolicy } from './passInput';

/** How a guest stops, or why it will not. */
export type Ending =
  | { readonly kind: 'Stop'; readonly action: 'Suspend' | 'Shutdown' }
  | { readonly kind: 'Block'; readonly code: string; readonly text: string };

export interface Fate {
  /** It moves if some host can take it in; `ending` is for when none can. */
  readonly migrates: boolean;
  readonly ending: Ending;
  /** Why it does not migrate; undefined where it does. */
  readonly why: Why | undefined;
  /** It is to be on its own host at the end. */
  readonly homeward: boolean;
  /** How unwelcome its stop is, 0 to 5, among guests that migrate: by rule first, then by HA priority. */
  readonly rank: number;
}

/** @param waiting  we stopped it, and it will run again */
export function fateOf(guest: Guest, policy: PassPolicy, waiting: boolean): Fate {
  const rule = ruleFor(guest, policy.rules);
  const homeward = (rule?.return ?? (policy.placement === 'Home' ? 'Home' : 'Stay')) === 'Home';
  const rank = (rule?.action === 'Migrate' ? 3 : 0) + haRank(guest.haPriority);
  if (guest.powerState === 'Paused') return { ...pausedFate(guest, rule, policy), homeward, rank };
  if (rule?.action === undefined || rule.action === 'Migrate') return { ...migrating(guest, policy, waiting), homeward, rank };
  const why = { code: 'ByRule', text: `a rule of spec.vms.rules says ${rule.action} for ${guest.name}` };
  return { migrates: false, ending: ending(guest, rule.action, policy), why, homeward, rank };
}

function migrating(guest: Guest, policy: PassPolicy, waiting: boolean): Pick<Fate, 'migrates' | 'ending' | 'why'> {
  const last: Ending = policy.acceptDowntime
    ? ending(guest, policy.whenUnmovable, policy)
    : notAccepted(guest, policy.whenUnmovable);
  const movable = guest.immobile === undefined && (waiting || guest.powerState === 'Running');
  return { migrates: movable, ending: last, why: movable ? undefined : (guest.immobile ?? unknownState(guest)) };
}

function notAccepted(guest: Guest, policy: StopAction): Ending {
  if (policy === 'Block') return refused(guest, 'cannot be migrated, and the policy for it is Block');
  const text = `${guest.name} cannot be migrated and would have to stop; spec.consent.acceptDowntime is not given`;
  return { kind: 'Block', code: 'DowntimeNotAccepted', text };
}

function unknownState(guest: Guest): Obstacle {
  return { code: 'VM_BAD_POWER_STATE', text: `${guest.name} is ${guest.powerState}, not Running` };
}

/** A paused guest is never unpaused: what a person paused is not ours to wake. */
function pausedFate(guest: Guest, rule: GuestRule | undefined, policy: PassPolicy): Pick<Fate, 'migrates' | 'ending' | 'why'> {
  const why = { code: 'GuestPaused', text: `${guest.name} is paused` };
  if (rule?.action === 'Shutdown' && policy.forceShutdown && guest.blocked['hard_shutdown'] === undefined)
    return { migrates: false, ending: { kind: 'Stop', action: 'Shutdown' }, why };
  const remedy = 'unpause it or shut it down, or give it a rule with action Shutdown and set spec.vms.forceShutdownAfter';
  return { migrates: false, ending: { kind: 'Block', code: 'GuestPaused', text: `${guest.name} is paused; ${remedy}` }, why };
}

function ending(guest: Guest, wish: StopAction, policy: PassPolicy): Ending {
  if (wish === 'Block') return refused(guest, 'must leave its host, and the policy for it is Block');
  const suspends = guest.insuspendable === undefined && guest.blocked['suspend'] === undefined;
  if (wish === 'Suspend' && suspends) return { kind: 'Stop', action: 'Suspend' };
  const asked = guest.cleanShutdown && guest.blocked['clean_shutdown'] === undefined;
  const cut = policy.forceShutdown && guest.blocked['hard_shutdown'] === undefined;
  if (asked || cut) return { kind: 'Stop', action: 'Shutdown' };
  return refused(guest, 'cannot be asked to shut down, and spec.vms.forceShutdownAfter is not set or its shutdown is blocked');
}

function refused(guest: Guest, text: string): Ending {
  return { kind: 'Block', code: 'GuestBlocksDrain', text: `${guest.name} ${text}` };
}

/** `restart` and the numbers of old releases are protected, `best-effort` is tried. */
function haRank(priority: string | undefined): number {
  if (priority === undefined || priority === '') return 0;
  return priority === 'best-effort' ? 1 : 2;
}
