// Settings of a host before and after. "Existing settings for networking configuration, system time, and so on are retained": here it is checked.

/** One host's settings: a path such as `PIF 00:16:3e:…/vlan -1/IP` to a value, flat so that a difference names itself. */
export type Settings = Readonly<Record<string, string>>;

/** `hard` stops the run: the host is not what it was. */
export type Verdict = 'expected' | 'look' | 'hard';

export interface Difference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly verdict: Verdict;
}

/** Identity and the management address: without these the host is another one, or cannot be reached by its pool. */
const hardPaths = [/^host\/uuid$/, /^host\/address$/, /management/];

/**
 * @param expected paths whose change the caller announced (an SR that consent gave up, say)
 * @returns differences in the order of their paths; settings that appeared are not differences (new releases add some)
 */
export function compareSettings(
  before: Settings,
  after: Settings,
  expected: (path: string, before: string) => boolean,
): readonly Difference[] {
  const paths = Object.keys(before).sort();
  return paths
    .filter((path) => before[path] !== after[path])
    .map((path) => ({
      path,
      before: before[path]!,
      after: after[path] ?? '(absent)',
      verdict: judge(path, before[path]!, expected),
    }));
}

function judge(path: string, before: string, expected: (path: string, before: string) => boolean): Verdict {
  if (expected(path, before)) return 'expected';
  return hardPaths.some((pattern) => pattern.test(path)) ? 'hard' : 'look';
}
