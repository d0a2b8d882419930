// How values are written down in a baseline that many may read: in an order of their own, and what may open something as a trace that shows a change
// and gives nothing away.
import { sha256 } from '../../../foundation/sha256';

export type Entry = readonly [path: string, value: string];
type StringMap = Readonly<Record<string, string>>;

/** Entries of those fields that this release serves. */
export function entries(
  object: string,
  fields: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly Entry[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [[`${object}/${field}`, String(value)] as const],
  );
}

/** `a=1 b=2`, by key. */
export function printMap(map: StringMap, hide: (key: string, value: string) => boolean = isTelling, salt = ''): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${hide(key, map[key]!) ? trace(map[key]!, salt) : map[key]!}`)
    .join(' ');
}

/** One entry a key, because any program may add its own. */
export function configEntries(object: string, config: StringMap, salt: string): readonly Entry[] {
  return Object.entries(config).map(([key, value]) => [
    // What stands before the last slash of a path is its object.
    `${object}/other_config ${key.replaceAll('/', '|')}`,
    isTelling(key) ? trace(value, salt) : value,
  ]);
}

/** Sixteen bits of a digest: a change shows but for one time in 65,536, and whoever guesses passwords by it finds one in each hundred thousand fitting. */
export function trace(value: string, salt: string): string {
  return `hidden:${sha256(`${salt}\n${value}`).slice(0, 4)}`;
}

/** Names under which something secret is kept, in maps to which anybody may add. */
function isTelling(key: string): boolean {
  return /pass|secret|token|pwd|credential|key$/i.test(key);
}
