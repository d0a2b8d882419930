// Effects on one host. Those that take it away (staging an installer, reboot, shutdown) never share a journal entry, and each proves anew, right
// before it is sent, that no guest is there: XAPI itself would accept them with guests resident.
import { type Pbd } from '../../plan/pool';
import type { Facts, TaskSight } from '../facts';
import type { HeartPorts, Outcome } from '../ports';
import { type Journal, type JournalItem, releaseBefore, type RunState, withEvidence } from '../state';
import { iso, millis, minutes, seconds } from '../time';
import {
  allowed,
  done,
  type Effect,
  type EffectContext,
  forbidden,
  type Guard,
  lostForever,
  notDone,
  type Sight,
  unsure,
} from './effect';
import { guestsOn, hostOf, hostSight } from './sights';
import { localStorageAtRisk } from './storageRisk';
import { hasRebooted } from './rebooted';

export const STAGE_TASK = 'Async.host.call_plugin';

export const disableHost: Effect = {
  name: 'DisableHost',
  destructive: false,
  needs: ['pool'],
  stage: 0,
  settle: seconds(10),
  guard: () => allowed,
  isDone: ({ item, facts }) => hostSight(facts, item.object, (host) => !host.enabled),
  perform: ({ pool }, { item }) => pool.disableHost(item.object),
};

export const enableHost: Effect = {
  name: 'EnableHost',
  destructive: false,
  needs: ['pool'],
  stage: 0,
  settle: seconds(10),
  guard: () => allowed,
  isDone: ({ item, facts }) => hostSight(facts, item.object, (host) => host.enabled),
  perform: ({ pool }, { item }) => pool.enableHost(item.object),
};

export const plugPbd: Effect = {
  name: 'PlugPbd',
  destructive: false,
  needs: ['guests'],
  stage: 0,
  settle: seconds(30),
  guard: () => allowed,
  isDone: ({ item, facts }) => pbdSight(facts.guests.known ? facts.guests.value.pbds : undefined, item.object),
  perform: ({ pool }, { item }) => pool.plugPbd(item.object),
};

/**
 * The plugin's `main`: the last effect before the reboot, never run twice without a boot between (before plugin 1.2.0 the second run spoils the way
 * back). XenAPI does not show a staged entry, so it is recognised by its task, which the pool keeps for 65 minutes.
 */
export const stageInstaller: Effect = {
  name: 'StageInstaller',
  destructive: true,
  needs: ['pool', 'guests', 'tasks', 'staging'],
  stage: 0,
  settle: minutes(2),
  trusted: true,
  guard(context) {
    const empty = emptyAndDisabled(context);
    if (!empty.ok) return empty;
    const risk = localStorageAtRisk(context.facts, context.item.object, context.orders, context.state);
    return risk === undefined ? allowed : forbidden(risk);
  },
  isDone: stagedByTask,
  perform: stage,
  remember: (state, { item, now }) => withEvidence(state, item.object, { stagedAt: iso(now) }),
};

function stage({ pool, machines }: HeartPorts, { item }: EffectContext): Promise<Outcome> {
  const from = item.params['url'] ?? machines.repositoryUrl(item.object);
  if (from !== undefined) return pool.stageInstaller(item.object, from);
  return Promise.resolve({ kind: 'Refused', code: 'NO_BOOT_SERVER', text: 'nobody serves the tree of the image' });
}

/** Both ways of going: the order is accepted at once, and the host goes ten seconds later. */
const going = {
  destructive: true,
  needs: ['pool', 'guests', 'hostTime'],
  stage: 0,
  settle: minutes(3),
  trusted: true,
  guard: emptyAndDisabled,
  isDone: hasLeft,
  remember: rememberLeft,
} as const satisfies Partial<Effect>;

export const rebootHost: Effect = { ...going, name: 'RebootHost', perform: ({ pool }, { item }) => pool.rebootHost(item.object) };

export const shutdownHost: Effect = {
  ...going,
  name: 'ShutdownHost',
  perform: ({ pool }, { item }) => pool.shutdownHost(item.object),
};

/** I1: disabled, and no guest has a domain or an operation in flight there. Unknown forbids. */
function emptyAndDisabled({ facts, item, state }: EffectContext): Guard {
  const host = hostOf(facts, item.object);
  const guests = guestsOn(facts, item.object);
  if (!host.known) return forbidden(host.why);
  if (!guests.known) return forbidden(guests.why);
  if (host.value === undefined) return forbidden(`${item.name} is no longer in the pool`);
  if (host.value.enabled) return forbidden(`${item.name} is enabled`);
  if (host.value.master !== isMasterByPlan(state, item)) return forbidden('another host is master than was planned with');
  if (guests.value.length > 0) return forbidden(`guests on ${item.name}: ${guests.value.map((guest) => guest.name).join(', ')}`);
  return allowed;
}

function isMasterByPlan(state: RunState, item: JournalItem): boolean {
  return state.hosts.some((entry) => entry.uuid === item.object && entry.role === 'master');
}

/** Away, or back after a boot. A host that answers and has not rebooted has not left (yet); one that no longer answers has. */
function hasLeft({ facts, item, state }: EffectContext): Sight {
  const host = hostOf(facts, item.object);
  const remembered = state.hosts.find((entry) => entry.uuid === item.object);
  if (!host.known) return remembered?.role === 'master' ? done : unsure(host.why);
  if (host.value === undefined || remembered === undefined) return unsure(`${item.name} is no longer in the pool`);
  if (!host.value.live || hasRebooted(host.value, { from: releaseBefore(state, remembered), evidence: remembered.evidence }))
    return done;
  return facts.hostTime.known ? notDone : done;
}

/** Its task is the one of that name that was not there when the intent was written; clocks play no part, since they may step. */
function stagedByTask({ facts, item, state, now }: EffectContext, entry: Journal): Sight {
  if (!facts.tasks.known) return unsure(facts.tasks.why);
  const before = (item.params['tasksBefore'] ?? '').split(',');
  const task = facts.tasks.value.find((sight) => sight.name === STAGE_TASK && !before.includes(sight.uuid));
  return task === undefined ? noTask(facts, item, state, now - (millis(entry.at) ?? now)) : taskSights[task.status];
}

const taskSights: Readonly<Record<TaskSight['status'], Sight>> = {
  success: done,
  failure: notDone,
  pending: unsure('the staging task is running'),
  cancelled: lostForever('its task was cancelled, as by an agent that restarts, and the plugin may have done its work'),
};

/** No such task: certain only while the agents that would have it have not restarted, and would not yet have forgotten it. */
function noTask(facts: Facts, item: JournalItem, state: RunState, age: number): Sight {
  if (!facts.pool.known) return unsure(facts.pool.why);
  const before = state.hosts.find((entry) => entry.uuid === item.object)?.evidence.agentStartTime;
  const host = facts.pool.value.hosts.find((entry) => entry.uuid === item.object);
  const master = facts.pool.value.hosts.find((entry) => entry.master);
  if (host?.agentStartTime !== before || master?.agentStartTime !== item.params['masterAgent']) {
    return lostForever('an agent restarted while the installer was being staged, and with it went the trace of the call');
  }
  return age < minutes(60) ? notDone : lostForever('there is no trace of the staging, and a task of that age may be forgotten');
}

/** Names of the staging tasks that are there already, for a journal entry. */
export function stagingTasks(facts: Facts): string | undefined {
  if (!facts.tasks.known) return undefined;
  return facts.tasks.value
    .filter((task) => task.name === STAGE_TASK)
    .map((task) => task.uuid)
    .join(',');
}

function pbdSight(pbds: readonly Pbd[] | undefined, uuid: string): Sight {
  if (pbds === undefined) return unsure('storage is not in sight');
  return pbds.some((pbd) => pbd.uuid === uuid && pbd.attached) ? done : notDone;
}

function rememberLeft(state: RunState, { item, now }: EffectContext): RunState {
  return withEvidence(state, item.object, { leftAt: iso(now) });
}
