// What a later hop would be refused for, asked before it begins, and before the first hop where it would cost storage: the checks look at the hop in work.
import { canMigrateAtAll } from '../../plan/placement';
import type { Guest, Guests, Host } from '../../plan/pool';
import { type Decision, fail, type Situation } from '../decision';
import { localStorageAtRisk } from '../effects/storageRisk';
import { ruleFor } from '../host/guestAction';
import type { RuleAction } from '../orders';
import type { RunState } from '../state';
import { hopRecutsDisks } from './validating';

/** Whether the hop in work may destroy local storage, which only the staging plugin can tell. */
export function needsStaging(state: RunState): boolean {
  return hopRecutsDisks(state) && state.hosts.some((host) => host.bootMethod === 'Staged');
}

export function storageRefusal({ facts, orders, state }: Situation): Decision | undefined {
  for (const host of needsStaging(state) ? state.hosts.filter((entry) => entry.bootMethod === 'Staged') : []) {
    const risk = localStorageAtRisk(facts, host.uuid, orders, state);
    if (risk !== undefined) return fail('LocalStorageWouldBeLost', `host ${host.name}: ${risk}`);
  }
  return undefined;
}

/** Guests that would be in the way, or that will have to stop without consent, are told now and not in the middle of the night. */
export function guestRefusal({ orders }: Situation, hosts: readonly Host[], world: Guests): Decision | undefined {
  const running = world.guests.filter((guest) => guest.powerState === 'Running');
  const action = (guest: Guest): RuleAction => ruleFor(guest, orders.rules)?.action ?? 'Migrate';
  const stuck = running.filter((guest) => action(guest) === 'Migrate' && !canMigrateAtAll(guest, hosts, world));
  const blocking = [...running.filter((guest) => action(guest) === 'Block'), ...(orders.whenUnmovable === 'Block' ? stuck : [])];
  if (blocking.length > 0) {
    const remedy = 'their policy is Block (a rule, or spec.vms.whenUnmovable); stop them or give them another policy';
    return fail('GuestBlocksDrain', `${names(blocking)} would block the drain of their host: ${remedy}`);
  }
  if (stuck.length === 0 || orders.consent.acceptDowntime) return undefined;
  const remedy = 'set spec.consent.acceptDowntime to true or give them a rule';
  return fail('DowntimeNotAccepted', `${names(stuck)} cannot migrate to any host and would be stopped; ${remedy}`);
}

function names(guests: readonly Guest[]): string {
  return guests.map((guest) => guest.name).join(', ');
}
