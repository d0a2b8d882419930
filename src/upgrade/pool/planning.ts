// Planning: what will be done to whom, written down before the first effect, with the baseline that everything is put back to. Refusals here are those
// that need a look at every guest and every disk.
import { canMigrateAtAll } from '../../plan/placement';
import { type Guest, type Guests, type HaSettings, hasDomain, type Host, type Pool } from '../../plan/pool';
import type { Baseline } from '../baseline';
import { type Decision, fail, next, type PoolStep, type Situation, wait } from '../decision';
import { localStorageAtRisk } from '../effects/storageRisk';
import { inSight, strange } from '../sight';
import { ruleFor } from '../host/guestAction';
import type { RuleAction } from '../orders';
import { settingsSeen } from '../settingsSeen';
import type { RunState } from '../state';
import { iso } from '../time';
import { draftPlan, withPlan } from './drafting';
import { asRecutting } from './pathOf';
import { undoOf } from './preparing';
import { hopRecutsDisks } from './validating';

const NEEDS = ['pool', 'guests', 'settings', 'hostAnswers', 'ha'] as const;

export const planning: PoolStep = {
  needs: ({ state }) => (needsStaging(asRecutting(state)) ? [...NEEDS, 'staging'] : NEEDS),
  decide(situation) {
    const { facts, state } = situation;
    if (isGoingOn(state)) return next(isGated(situation) ? 'AwaitingApproval' : 'Preparing');
    if (!facts.ha.known) return strange(facts.ha) ?? wait('PoolUnreachable', facts.ha.why);
    const ha = facts.ha.value;
    const seen = settingsSeen(facts);
    if (!seen.known) return strange(seen) ?? wait('PoolUnreachable', seen.why);
    const recutting = { ...situation, state: asRecutting(state) };
    if (needsStaging(recutting.state) && !facts.staging.known) return wait('StagingUnknown', facts.staging.why);
    const settings = seen.value;
    return inSight(situation, (pool, world) => {
      const refusal = storageRefusal(recutting) ?? guestRefusal(situation, pool.hosts, world);
      return refusal ?? writeDown(situation, pool, world, { settings, ha });
    });
  },
};

interface Seen {
  readonly settings: Baseline['settings'];
  readonly ha: HaSettings | null;
}

function writeDown(situation: Situation, pool: Pool, world: Guests, { settings, ha }: Seen): Decision {
  const { state } = situation;
  const baseline = baselineOf(situation, pool, world, settings);
  const warnings = [...(state.plan?.warnings ?? []), ...guestWarnings(world)];
  const { replanning = [] } = state;
  const plan = {
    ...draftPlan(situation, pool, world),
    warnings,
    checks: [],
    ...(replanning.length === 0 ? {} : { changed: replanning }),
  };
  const remember = ({ replanning: _told, ...before }: RunState): RunState =>
    withPlan({ ...before, plan: { ...before.plan!, warnings } }, plan);
  const undo = undoOf(pool, ha);
  return { kind: 'keep', baseline, plan, undo, to: isGated(situation) ? 'AwaitingApproval' : 'Preparing', remember };
}

/** A run that another object began has its plan and its baseline from there. */
function isGoingOn({ plan, baseline }: RunState): boolean {
  return plan?.hash !== undefined && baseline !== undefined;
}

/** A person, or the clock, has the word before anything is touched. */
function isGated(situation: Situation): boolean {
  const { approval, dryRun, paused, window } = situation.orders;
  return approval === 'BeforeUpgrade' || dryRun || paused || window !== undefined;
}

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

function guestWarnings({ guests }: Guests): readonly string[] {
  const paused = guests
    .filter((guest) => guest.powerState === 'Paused')
    .map((guest) => `guest ${guest.name} is paused and will block the drain of its host`);
  const suspended = guests.filter((guest) => guest.powerState === 'Suspended' && guest.cds.length > 0);
  return [
    ...paused,
    ...suspended.map((guest) => `guest ${guest.name} is suspended with a disc inserted and may not resume after the upgrade`),
  ];
}

function baselineOf({ now }: Situation, pool: Pool, { guests }: Guests, settings: Baseline['settings']): Baseline {
  const kept = guests.filter((guest) => hasDomain(guest) || guest.powerState === 'Suspended');
  const entry = ({ uuid, name, powerState, host, cds, haPriority }: Guest): Baseline['guests'][number] => ({
    uuid,
    name,
    powerState,
    host,
    cds,
    ...(haPriority === undefined ? {} : { haPriority }),
  });
  return { takenAt: iso(now), poolUuid: pool.uuid, guests: kept.map(entry), settings };
}
