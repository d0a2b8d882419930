// The checks as the heart uses them: the situation they judge, what of their results is remembered, and whether the run may go on.
import type { BootOrders, CheckMoment, CheckResult, CheckSituation } from '../plan/checks/check';
import type { Inspection } from '../plan/checks/inspection';
import { holdsUp, runChecks } from '../plan/checks/registry';
import type { Guests, Pool } from '../plan/pool';
import type { Pass } from '../plan/pass/pass';
import { repositoryFor, withImage } from './repository';
import type { Decision, Memory, Situation } from './decision';
import { ruleFor } from './host/guestAction';
import { inSight, strange } from './sight';
import { wait } from './decision';
import type { CheckSummary, RunState } from './state';
import { seconds } from './time';

/** Characters of a refusal: as much as a status keeps of a message. */
const LONGEST = 960;
/** Characters kept of what one check found, and names of objects. */
const LONGEST_FINDING = 480;
const MOST_OBJECTS = 5;
/** Looked at again so long after the hosts were asked last: with the time that asking takes, within a minute. */
const AGAIN = seconds(45);

export interface Sights {
  readonly pool: Pool;
  readonly world: Guests;
  readonly inspection: Inspection;
}

/** With all that checks look at in sight decide, else wait and say why it is not. */
export function inspected(situation: Situation, decide: (sights: Sights) => Decision): Decision {
  return inSight(situation, (pool, world) => {
    const { inspection } = situation.facts;
    if (!inspection.known) return strange(inspection) ?? wait('PoolUnreachable', inspection.why);
    return decide({ pool, world, inspection: inspection.value });
  });
}

export interface About {
  /** Of the hop in work; undefined where none could be made. */
  readonly pass?: Pass | undefined;
  /** Uuid of the one whose turn it is, at `BeforeHost`. */
  readonly host?: string;
}

export function checkSituation(
  situation: Situation,
  sights: Sights,
  moment: CheckMoment,
  { pass, host }: About = {},
): CheckSituation {
  const { orders, state, now } = situation;
  const { hop, path, at = 0 } = state.plan!;
  const to = { brand: hop.toBrand, version: hop.to };
  const releases = path === undefined ? [to] : path.slice(at + 1);
  const { destroyLocalStorage, acceptDowntime, forceMigration, fixes, acceptEua } = orders.consent;
  return {
    ...sights,
    moment,
    host,
    hop: {
      from: { brand: hop.fromBrand, version: hop.from },
      to,
      repository: repositoryFor(orders, hop.to, hop.toBrand),
      path: releases,
      images: withImage(orders, releases),
    },
    orders: {
      consent: { destroyLocalStorage, acceptDowntime, forceMigration, fixes, acceptEua },
      methods: methodsDue(state),
      boot: bootOrders(situation, sights.pool),
      guests: { whenUnmovable: orders.whenUnmovable, actions: actionsOf(situation, sights.world) },
    },
    pass,
    now,
  };
}

/** Of the hosts whose turn is still to come: nobody asks a host that has its release whether it can be upgraded. */
function methodsDue({ hosts }: RunState): Readonly<Record<string, string>> {
  const due = hosts.filter(({ phase }) => phase === 'Pending');
  return Object.fromEntries(due.map(({ uuid, bootMethod }) => [uuid, bootMethod ?? '']));
}

/** Of the hosts that the manifest names, and of all. */
function bootOrders({ orders }: Situation, { hosts }: Pool): BootOrders {
  const said = hosts.map((host) => ({ host, named: orders.hosts.find(({ name }) => name === host.name || name === host.uuid) }));
  return {
    disks: Object.fromEntries(said.flatMap(({ host, named }) => (named?.disk === undefined ? [] : [[host.uuid, named.disk]]))),
    firmware: Object.fromEntries(said.map(({ host, named }) => [host.uuid, named?.firmware ?? orders.firmware])),
  };
}

function actionsOf({ orders }: Situation, { guests }: Guests): NonNullable<CheckSituation['orders']['guests']>['actions'] {
  const ruled = guests.flatMap((guest) => {
    const action = ruleFor(guest, orders.rules)?.action;
    return action === undefined ? [] : [[guest.uuid, action] as const];
  });
  return Object.fromEntries(ruled);
}

export interface Checked {
  readonly results: readonly CheckResult[];
  /** Undefined when nothing holds the run up. */
  readonly refusal: { readonly reason: string; readonly message: string } | undefined;
  /** Nothing else holds it up than what passes by itself in a moment. */
  readonly passing: boolean;
  /** Keeps what was found in the status. */
  readonly remember: Memory;
  /** When the answers of the hosts are old enough to ask for new ones, ms since the epoch. */
  readonly until: number;
}

/** Runs the checks of the moment. @param before of another moment: what of their results stays in the status beside these */
export function check(situation: CheckSituation, keep: 'Replace' | 'Merge' = 'Replace'): Checked {
  const results = runChecks(situation);
  const summaries = results.map(summaryOf);
  const merged = (state: RunState): readonly CheckSummary[] => {
    const fresh = new Map(summaries.map((summary) => [summary.id, summary]));
    const kept = (state.checks ?? []).map((summary) => fresh.get(summary.id) ?? summary);
    return [...kept, ...summaries.filter(({ id }) => !kept.some((summary) => summary.id === id))];
  };
  return {
    results,
    refusal: refusalOf(results),
    passing: results.filter(holdsUp).every(isPassing),
    remember: (state) => ({ ...state, checks: keep === 'Replace' ? summaries : merged(state) }),
    until: (situation.inspection.askedAt ?? situation.now) + AGAIN,
  };
}

function isPassing({ findings }: CheckResult): boolean {
  return findings.every(({ verdict, passing }) => verdict === 'Warn' || passing === true);
}

/** The first that holds the run up gives the reason; all that do are told, each with its remedy. */
function refusalOf(results: readonly CheckResult[]): Checked['refusal'] {
  // What passes by itself is told only where nothing else has to be done.
  const all = results.filter(holdsUp);
  const lasting = all.filter((result) => !isPassing(result));
  const blocking = lasting.length > 0 ? lasting : all;
  const [first] = blocking;
  if (first === undefined) return undefined;
  if (blocking.length === 1) return { reason: first.id, message: cut(sentence(first), LONGEST) };
  const head = `${blocking.length} checks hold it up: `;
  const room = Math.floor((LONGEST - head.length) / blocking.length) - 2;
  const told = blocking.map((result) => cut(`${result.id}: ${sentence(result)}`, Math.max(room, 40)));
  return { reason: first.id, message: cut(`${head}${told.join('; ')}`, LONGEST) };
}

/** What holds it up, or what else was found, and what a person does about it. */
function sentence({ findings, title }: CheckResult): string {
  const weighty = findings.filter(({ verdict }) => verdict !== 'Warn');
  const told = weighty.length > 0 ? weighty : findings;
  if (told.length === 0) return title;
  const messages = told.slice(0, 3).map(({ message }) => message);
  const more = told.length > messages.length ? ` (and ${told.length - messages.length} more)` : '';
  const remedies = [...new Set(told.map(({ remedy }) => remedy))].slice(0, 2);
  return `${messages.join(', ')}${more}; ${remedies.join('; ')}`;
}

function summaryOf(result: CheckResult): CheckSummary {
  const { id, verdict, findings, fixing } = result;
  const objects = new Map(findings.flatMap((finding) => finding.objects).map((object) => [object.uuid, object.name]));
  return {
    id,
    verdict,
    message: cut(sentence(result), LONGEST_FINDING),
    objects: [...objects.values()].slice(0, MOST_OBJECTS),
    count: objects.size,
    ...(fixing ? { fixing } : {}),
  };
}

/** Sentences on what only warns, for the plan. */
export function warningsOf(results: readonly CheckResult[]): readonly string[] {
  return results.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'Warn').map(({ message }) => message));
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
