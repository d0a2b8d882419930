// The comparison of settings before and after, and the verdict on each difference by the table of rules. A hard verdict is never softened by another
// rule, only by the announcement of whoever asked for the change.
import { compareVersions, type Release } from '../release';
import { type ReleaseRange, type Rule, RULES } from './rules';
import { ABSENT, type Change, type Difference, PRESENT, type Settings, type Verdict, VERDICTS } from './settings';

/**
 * @returns differences in the order of their paths, one a path. An object that is gone or new as a whole is one difference; a field that is new on an
 * object that was there is none, because new releases add some.
 */
export function compareSettings(
  before: Settings,
  after: Settings,
  change: Change,
  rules: readonly Rule[] = RULES,
): readonly Difference[] {
  const objectsBefore = objectsOf(before);
  const objectsAfter = objectsOf(after);
  const gone = [...objectsBefore].filter(([object]) => !objectsAfter.has(object));
  const appeared = [...objectsAfter.keys()].filter((object) => !objectsBefore.has(object));
  const judged = (path: string, one: string, other: string): Difference => judge(path, one, other, change, rules);
  const changed = Object.keys(before)
    .filter((path) => objectsAfter.has(objectOf(path)) && before[path] !== after[path])
    .map((path) => judged(path, before[path]!, after[path] ?? ABSENT));
  return [
    ...changed,
    ...gone.map(([object, paths]) =>
      goneObject(
        object,
        paths.map((path) => judged(path, before[path]!, ABSENT)),
      ),
    ),
    ...appeared.map((object) => judged(object, ABSENT, PRESENT)),
  ].sort((one, other) => byText(one.path, other.path));
}

/** As hard as the hardest of its fields. */
function goneObject(object: string, fields: readonly Difference[]): Difference {
  const [hardest] = [...fields].sort((one, other) => severity(other.verdict) - severity(one.verdict));
  return { ...hardest!, path: object, before: PRESENT, after: ABSENT };
}

function severity(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

function judge(path: string, before: string, after: string, change: Change, rules: readonly Rule[]): Difference {
  const announced = change.announced?.(path, before, after);
  if (announced !== undefined) return { path, before, after, verdict: 'expected', reason: announced };
  const fitting = rules.filter((rule) => fits(rule, path, before, after, change));
  const rule = fitting.find(({ verdict }) => verdict === 'hard') ?? fitting[0];
  if (rule === undefined) return { path, before, after, verdict: 'look', reason: UNEXPLAINED };
  return { path, before, after, verdict: rule.verdict, reason: `${rule.sentence} (${rule.source})` };
}

const UNEXPLAINED = 'it should be as it was, and no rule says why it is not (reference 6.1)';

function fits({ path: pattern, from, to, when }: Rule, path: string, before: string, after: string, change: Change): boolean {
  return pattern.test(path) && within(change.from, from) && within(change.to, to) && (when?.(before, after) ?? true);
}

function within({ brand, version }: Release, range: ReleaseRange | undefined): boolean {
  if (range === undefined) return true;
  if (range.brand !== undefined && range.brand !== brand) return false;
  if (range.atLeast !== undefined && compareVersions(version, range.atLeast) < 0) return false;
  return range.below === undefined || compareVersions(version, range.below) < 0;
}

/** Paths by the object they belong to. */
function objectsOf(settings: Settings): ReadonlyMap<string, readonly string[]> {
  const objects = new Map<string, string[]>();
  for (const path of Object.keys(settings)) {
    const object = objectOf(path);
    const paths = objects.get(object);
    if (paths === undefined) objects.set(object, [path]);
    else paths.push(path);
  }
  return objects;
}

function objectOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function byText(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}
