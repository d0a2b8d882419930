// Planning: what will be done to whom, written down before the first effect, with the baseline that everything is put back to. Before, every check is run, and
// what stands in the way is told all at once.
import { sha256 } from '../../foundation/sha256';
import type { CheckSituation } from '../../plan/checks/check';
import { migrationBound } from '../../plan/placement';
import { type Guest, type Guests, type HaSettings, hasDomain } from '../../plan/pool';
import type { Baseline } from '../baseline';
import { type Checked, check, checkSituation, inspected, type Sights, warningsOf } from '../checking';
import { type Decision, next, type PoolStep, type Situation, wait } from '../decision';
import { undoOfFixes } from '../fixing';
import { strange } from '../sight';
import type { RunState } from '../state';
import { iso } from '../time';
import { undoOf } from './preparing';
import { windowClosed } from './window';

export const planning: PoolStep = {
  needs: ({ state }) => (isGoingOn(state) ? [] : ['pool', 'guests', 'settings', 'ha', 'inspection']),
  decide(situation) {
    const { facts, state } = situation;
    if (isGoingOn(state)) return next(isGated(situation) ? 'AwaitingApproval' : 'Preparing');
    if (!facts.ha.known) return strange(facts.ha) ?? wait('PoolUnreachable', facts.ha.why);
    const ha = facts.ha.value;
    if (!facts.settings.known) return strange(facts.settings) ?? wait('PoolUnreachable', facts.settings.why);
    const settings = facts.settings.value;
    return inspected(situation, (sights) => {
      const checking = checkSituation(situation, sights, 'Planning');
      const checked = check(checking);
      const { refusal, remember, until } = checked;
      if (refusal !== undefined) return { kind: 'fail', ...refusal, remember, until };
      return writeDown(situation, sights, { settings, ha, checked, checking });
    });
  },
};

interface Seen {
  readonly settings: Baseline['settings'];
  readonly ha: HaSettings | null;
  readonly checking: CheckSituation;
  readonly checked: Checked;
}

function writeDown(situation: Situation, { pool, world }: Sights, { settings, ha, checking, checked }: Seen): Decision {
  const { state } = situation;
  const baseline = baselineOf(situation, pool, world, settings);
  const warnings = [...(state.plan?.warnings ?? []), ...guestWarnings(world), ...warningsOf(checked.results)];
  const plan = { ...state.plan!, warnings, migrations: { bound: migrationBound(pool.hosts, world) } };
  const methods = state.hosts.map((host) => host.bootMethod);
  const whole = { hop: plan.hop, order: plan.order, methods, guests: baseline.guests };
  const hash = sha256(JSON.stringify(whole)).slice(0, 16);
  const remember = (before: RunState): RunState => ({ ...checked.remember(before), plan: { ...plan, hash } });
  const undo = { ...undoOf(pool, ha), ...undoOfFixes(checking) };
  return { kind: 'keep', baseline, plan: whole, undo, to: isGated(situation) ? 'AwaitingApproval' : 'Preparing', remember };
}

/** A run that another object began has its plan and its baseline from there. */
function isGoingOn({ plan, baseline }: RunState): boolean {
  return plan?.hash !== undefined && baseline !== undefined;
}

/** A person, or the clock, has the word before anything is touched. */
function isGated(situation: Situation): boolean {
  const { approval, dryRun, paused } = situation.orders;
  return approval === 'BeforeUpgrade' || dryRun || paused || windowClosed(situation) !== undefined;
}

function guestWarnings({ guests }: Guests): readonly string[] {
  const suspended = guests.filter((guest) => guest.powerState === 'Suspended' && guest.cds.length > 0);
  return suspended.map((guest) => `guest ${guest.name} is suspended with a disc inserted and may not resume after the upgrade`);
}

function baselineOf({ now }: Situation, pool: Sights['pool'], { guests }: Guests, settings: Baseline['settings']): Baseline {
  const kept = guests.filter((guest) => hasDomain(guest) || guest.powerState === 'Suspended');
  const entry = ({ uuid, name, powerState, host, cds }: Guest): Baseline['guests'][number] => ({
    uuid,
    name,
    powerState,
    host,
    cds,
  });
  return { takenAt: iso(now), poolUuid: pool.uuid, guests: kept.map(entry), settings };
}
