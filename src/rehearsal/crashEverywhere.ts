// `controller-crashes:at=every`: the same run once more per crash point, and none may come out otherwise. What may differ is when things happened and where
// guests are; outcome, versions, attempts, what a person was asked to do, every guest's power state, settings and debts may not, and nothing that cannot be
// taken back may happen twice.
import type { Prepared } from './prepare';
import type { RehearsalReport } from './report';
import { performRun, type Run } from './run';

/** @param first the run without a crash; @param points to die at, all unless told otherwise */
export async function crashEverywhere(prepared: Prepared, first: Run, points = allPoints(first)): Promise<RehearsalReport> {
  const born = bornWith(prepared);
  const expected = endOf(first, born);
  const differing: { point: number; what: string }[] = [];
  for (const point of points) {
    const run = await performRun(prepared, { dieAt: [point] });
    const what = difference(expected, endOf(run, born)) ?? repeated(run);
    if (what !== undefined) differing.push({ point, what });
  }
  return { ...first.report, crashes: { points: points.length, differing } };
}

function allPoints({ stage }: Run): readonly number[] {
  return Array.from({ length: 2 * stage.changes() }, (_unused, index) => index + 1);
}

type End = Readonly<Record<string, string>>;

/** What must be the same, flat, so that a difference names itself. */
function endOf({ report, stage }: Run, born: ReadonlySet<string>): End {
  const guests = [...stage.world.database.records('VM').values()].filter(
    (vm) => vm['is_a_template'] !== true && vm['is_a_snapshot'] !== true,
  );
  return Object.fromEntries([
    ['outcome', `${report.outcome} ${report.reason}`],
    ...report.hosts.flatMap((host) => [
      [`version of ${host.name}`, host.to],
      [`attempts at ${host.name}`, String(host.attempts)],
      // The person that is played would hide it: with their help the run ends well, and yet the crash cost somebody a walk.
      [`person at ${host.name}`, isHelped(report, host.name) ? 'asked to boot it' : 'not asked'],
    ]),
    ...guests.map((vm) => [`power state of ${String(vm['name_label'])} ${String(vm['uuid'])}`, String(vm['power_state'])]),
    // What is of no consequence may depend on the moment: where a VM went, how many images lie on a disk.
    ...report.differences
      .filter(({ verdict }) => verdict === 'look' || verdict === 'hard')
      .map((entry) => [`setting ${entry.host} ${entry.path}`, fresh(entry.after, born)]),
    ...report.debts.map((debt) => [`debt ${debt.kind} ${debt.object}`, 'owed']),
    ...report.invariants.violated.map((entry) => [`invariant ${entry.id}`, entry.detail]),
  ]) as End;
}

function isHelped({ timeline }: RehearsalReport, host: string): boolean {
  return timeline.some((entry) => entry.host === host && entry.event === 'phase AwaitingOperator');
}

/** Uuids the world begins with. Objects that a run creates, such as the SR of a re-cut disk, get theirs by chance, at another time another. */
function bornWith(prepared: Prepared): ReadonlySet<string> {
  const { database } = prepared.pool();
  return new Set(
    database.tableNames().flatMap((table) => [...database.records(table).values()].map((record) => String(record['uuid']))),
  );
}

function fresh(value: string, born: ReadonlySet<string>): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) && !born.has(value) ? 'an object made on the way' : value;
}

function difference(expected: End, found: End): string | undefined {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  const key = keys.find((name) => expected[name] !== found[name]);
  return key === undefined ? undefined : `${key}: expected ${expected[key] ?? 'nothing'}, found ${found[key] ?? 'nothing'}`;
}

function repeated({ books }: Run): string | undefined {
  const seen = new Set<string>();
  for (const effect of books.destructiveEffects()) {
    const key = `${effect.kind} of ${effect.vm ?? effect.host} in attempt ${effect.attempt}`;
    if (seen.has(key)) return `${key} happened twice`;
    seen.add(key);
  }
  return undefined;
}
