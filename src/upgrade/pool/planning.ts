// Planning: what will be done to whom, written down before the first effect, with the baseline that everything is put back to. Before, every check is run, and
// what stands in the way is told all at once.
import type { CheckSituation } from '../../plan/checks/check';
import type { PlanDocument } from '../../plan/document';
import type { DraftPlan } from '../../plan/makePlan';
import { type Guest, type Guests, type HaSettings, hasDomain } from '../../plan/pool';
import type { Baseline } from '../baseline';
import { type Checked, check, checkSituation, inspected, type Sights, warningsOf } from '../checking';
import { type Decision, next, type PoolStep, type Situation, wait } from '../decision';
import { undoOfFixes } from '../fixing';
import { settingsSeen } from '../settingsSeen';
import { strange } from '../sight';
import type { RunState } from '../state';
import { iso, seconds } from '../time';
import { draftPlan, withPlan } from './drafting';
import { asRecutting } from './pathOf';
import { undoOf } from './preparing';
import { needsStaging, storageRefusal } from './refusals';

const NEEDS = ['pool', 'guests', 'settings', 'hostAnswers', 'ha', 'inspection'] as const;

export const planning: PoolStep = {
  needs: ({ state }) => (isGoingOn(state) ? [] : recutsLater(state) ? [...NEEDS, 'staging'] : NEEDS),
  decide(situation) {
    const { facts, state } = situation;
    if (isGoingOn(state)) return next(isGated(situation) ? 'AwaitingApproval' : 'Preparing');
    if (!facts.ha.known) return strange(facts.ha) ?? wait('PoolUnreachable', facts.ha.why);
    const ha = facts.ha.value;
    const seen = settingsSeen(facts);
    if (!seen.known) return strange(seen) ?? wait('PoolUnreachable', seen.why);
    if (recutsLater(state) && !facts.staging.known) return wait('StagingUnknown', facts.staging.why);
    return inspected(situation, (sights) => plan(situation, sights, { settings: seen.value, ha }));
  },
};

/** A hop after the one in work may destroy local storage. */
function recutsLater(state: RunState): boolean {
  const later = asRecutting(state);
  return later !== state && needsStaging(later);
}

interface Before {
  readonly settings: Baseline['settings'];
  readonly ha: HaSettings | null;
}

function plan(situation: Situation, sights: Sights, before: Before): Decision {
  const draft = draftPlan(situation, sights.pool, sights.world);
  const checking = checkSituation(situation, sights, 'Planning', { pass: draft.hops[0]!.pass });
  const checked = check(checking);
  const { refusal, passing, remember, until } = checked;
  const document = documentOf(situation, draft, checked);
  if (refusal !== undefined && passing) return { kind: 'wait', ...refusal, until: situation.now + seconds(5), remember };
  if (refusal !== undefined) return { kind: 'fail', ...refusal, plan: document, remember, until };
  const later = recutsLater(situation.state) ? storageRefusal({ ...situation, state: asRecutting(situation.state) }) : undefined;
  return later ?? writeDown(situation, sights, before, { document, checking, checked });
}

function documentOf({ state }: Situation, draft: DraftPlan, { results }: Checked): PlanDocument {
  const { replanning = [], plan: path } = state;
  const warnings = [...(path?.warnings ?? []), ...warningsOf(results)];
  const changed = replanning.length === 0 ? {} : { changed: replanning };
  return { ...draft, warnings, checks: results, ...changed };
}

interface Drafted {
  readonly document: PlanDocument;
  readonly checking: CheckSituation;
  readonly checked: Checked;
}

function writeDown(
  situation: Situation,
  { pool, world }: Sights,
  { settings, ha }: Before,
  { document, checking, checked }: Drafted,
): Decision {
  const { warnings } = document;
  const remember = ({ replanning: _told, ...before }: RunState): RunState =>
    checked.remember(withPlan({ ...before, plan: { ...before.plan!, warnings } }, document));
  const to = isGated(situation) ? 'AwaitingApproval' : 'Preparing';
  const undo = { ...undoOf(pool, ha), ...undoOfFixes(checking) };
  return { kind: 'keep', baseline: baselineOf(situation, pool, world, settings), plan: document, undo, to, remember };
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

function baselineOf({ now }: Situation, pool: Sights['pool'], { guests }: Guests, settings: Baseline['settings']): Baseline {
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
