// When a demo is over, and its report: the status as the run left it, and what became of the world by the world's own account. The world's books judge the end
// last, and their word counts for more than the run's.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { readState } from '../controller/store/status';
import { differencesOf } from '../rehearsal/differences';
import { endReport, hasEnded, outcomeOf, waitsForNobody } from '../rehearsal/ending';
import { type HostReport, migrationsOf, type RehearsalReport } from '../rehearsal/report';
import type { RunState } from '../upgrade/state';
import type { Verdict } from '../simulator/books/createBooks';
import type { Tally } from '../simulator/servers/tally';
import type { Writes } from './apiCounts';
import type { Guest } from './folder';
import { asksForInstaller } from './person';
import type { WorldView } from './sight';
import type { StoryLine } from './storyteller';

/** What was so before anything was touched. */
export interface Before {
  readonly guests: readonly Guest[];
  /** `XCP-ng 8.2.1` by the name of the machine, the master's first. */
  readonly systems: Readonly<Record<string, string>>;
}

export interface Account {
  readonly object: PoolUpgrade;
  readonly before: Before;
  readonly world: WorldView;
  readonly tally: Tally;
  readonly writes: Writes;
  readonly story: readonly StoryLine[];
}

export function beforeOf({ domains, machines }: WorldView): Before {
  return {
    guests: domains.map(({ vm, name, host }) => ({ vm, name, host })),
    systems: Object.fromEntries(machines.map(({ name, system }) => [name, system ?? ''])),
  };
}

/**
 * Over, refused, or waiting for a person who does not come.
 * @param person whether somebody boots installers where that is asked for
 */
export function isAtAnEnd(object: PoolUpgrade | undefined, person: boolean): boolean {
  if (person && asksForInstaller(object)) return false;
  return hasEnded(object === undefined ? undefined : readState(object), false) || waitsForPerson(object);
}

function waitsForPerson(object: PoolUpgrade | undefined): boolean {
  const { status } = object ?? {};
  const waits = status?.conditions?.some(({ type, status: is }) => type === 'AwaitingOperator' && is === 'True') === true;
  // A run that halts says so before it has put back what it may.
  return waits && status?.phase !== 'Halted';
}

/** What the books are told of the end; undefined for a run that is cut off in the middle, of which there is none to be judged. */
export function endSaid({ object, before, world }: Pick<Account, 'object' | 'before' | 'world'>): object | undefined {
  const state = readState(object);
  if (state === undefined || waitsForNobody(state, false) || waitsForPerson(object)) return undefined;
  const said = endReport(outcomeOf(state), state, {
    namedNotRestored: () => notRunning(before, world).flatMap(({ vm }) => (whyNot(vm, state) === undefined ? [] : [vm])),
    differences: () => differencesOf(state),
  });
  return { ...said, notRestored: said.notRestored.map((vm) => ({ vm })) };
}

export function reportOf(account: Account, verdict: Verdict): RehearsalReport {
  const { object, world, tally, writes, story, before } = account;
  const state = readState(object);
  return {
    ...headline(state, verdict),
    warnings: [
      ...(state?.plan?.warnings ?? []),
      ...world.idleFaults.map((fault) => `fault ${fault} never struck: this run has not tested it`),
    ],
    virtualSeconds: state === undefined ? 0 : lasted(state, Date.parse(world.now)),
    hosts: hostsOf(account, state),
    vms: {
      runningBefore: before.guests.length,
      runningAfter: before.guests.length - notRunning(before, world).length,
      stopped: before.guests
        .flatMap(({ vm }) => tally.stopped.filter((stop) => stop.vm === vm))
        .map(({ vm: uuid, name, how: reason }) => ({ uuid, name, reason })),
      notRestored: notRunning(before, world).map(({ vm, name }) => ({
        uuid: vm,
        name,
        reason: whyNot(vm, state) ?? 'it is gone',
      })),
    },
    guests: guestsOf(before, world),
    migrations: migrationsOf(tally.migrations, state?.plan?.migrations),
    differences: differencesOf(state),
    debts: state?.debts ?? [],
    requests: { ...writes, xapi: tally.requests, bmc: tally.bmcRequests },
    invariants: { checked: verdict.checked, violated: verdict.violated.map((entry) => ({ ...entry, at: Math.round(entry.at) })) },
    timeline: story,
  };
}

function headline(
  state: RunState | undefined,
  { violated }: Verdict,
): Pick<RehearsalReport, 'outcome' | 'phase' | 'reason' | 'message'> {
  const phase = state?.phase ?? '';
  const [first] = violated;
  if (first !== undefined)
    return { outcome: 'Failed', phase, reason: 'Defect', message: `${first.id} violated: ${first.detail}` };
  return { outcome: outcomeOf(state), phase, reason: state?.reason ?? '', message: state?.message ?? '' };
}

/** Seconds of the pool from the run's start to its end, or to now. */
function lasted({ run }: RunState, now: number): number {
  const end = run.finishedAt === undefined ? now : Date.parse(run.finishedAt);
  return Math.max(0, Math.round((end - Date.parse(run.startedAt)) / 1_000));
}

function hostsOf({ before, world }: Account, state: RunState | undefined): readonly HostReport[] {
  const version = (system: string | null | undefined): string => (system ?? '').split(' ').at(-1) ?? '';
  const inOrder = (name: string): number => state?.hosts.findIndex((host) => host.name === name) ?? 0;
  return [...world.machines]
    .sort((a, b) => inOrder(a.name) - inOrder(b.name))
    .map(({ uuid, name, system }, index) => {
      const entry = state?.hosts.find((host) => host.uuid === uuid);
      const role = entry?.role ?? (index === 0 ? 'master' : 'member');
      const [from, to] = [version(before.systems[name]), version(system)];
      return { name, uuid, role, from, to, phase: entry?.phase ?? 'Pending', attempts: entry?.attempt ?? 0 };
    });
}

function guestsOf(before: Before, { domains }: WorldView): NonNullable<RehearsalReport['guests']> {
  const hostBefore = new Map(before.guests.map(({ vm, host }) => [vm, host]));
  const hostAfter = new Map(domains.map(({ vm, host }) => [vm, host]));
  const names = new Map([...before.guests, ...domains].map(({ vm, name }) => [vm, name]));
  return [...names].map(([uuid, name]) => ({ uuid, name, before: hostBefore.get(uuid) ?? '', after: hostAfter.get(uuid) ?? '' }));
}

function notRunning({ guests }: Before, { domains }: WorldView): readonly Guest[] {
  const running = new Set(domains.map(({ vm }) => vm));
  return guests.filter(({ vm }) => !running.has(vm));
}

/** As the status says it; undefined when it does not. */
function whyNot(vm: string, state: RunState | undefined): string | undefined {
  const debt = state?.debts.find(({ object }) => object === vm);
  return debt?.reason ?? state?.resisting.find(({ uuid }) => uuid === vm)?.reason;
}
