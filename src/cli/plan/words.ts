// How times, sizes and names are written in a plan.
import type { Span } from '../../plan/estimate';
import { compareText } from '../../plan/placement';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** `40 s`, `12 min`, `2 h 05 min`. */
export function timeWords(ms: number): string {
  if (Math.round(ms / SECOND) < 60) return `${Math.round(ms / SECOND)} s`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} min`}`;
}

/** `45 min (30 min to 1 h 20 min)`. */
export function spanWords({ least, likely, most }: Span): string {
  const [low, middle, high] = [timeWords(least), timeWords(likely), timeWords(most)];
  return low === middle && middle === high ? middle! : `${middle} (${low} to ${high})`;
}

/** `512 MiB`, `24 GiB`, `1.5 TiB`. */
export function sizeWords(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let [size, unit] = [bytes / 1024, 0];
  while (size >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size < 10 && unit > 1 ? Math.round(size * 10) / 10 : Math.round(size)} ${units[unit]}`;
}

export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Nothing that a terminal would obey, and no line breaks: names are whatever somebody typed. */
export function plainly(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** What objects are called: their names; where two share one, or it is empty, with the first digits of the uuid. */
export function naming(objects: readonly { readonly uuid: string; readonly name: string }[]): (uuid: string) => string {
  const counts = new Map<string, number>();
  const named = objects.map(({ uuid, name }) => ({ uuid, name: plainly(name) }));
  for (const { name } of named) counts.set(name, (counts.get(name) ?? 0) + 1);
  const words = named.map(({ uuid, name }) => [uuid, nameOf(uuid, name, (counts.get(name) ?? 0) > 1)] as const);
  const known = new Map(words);
  return (uuid) => known.get(uuid) ?? short(uuid);
}

function nameOf(uuid: string, name: string, shared: boolean): string {
  if (name === '') return short(uuid);
  return shared ? `${name} (${short(uuid)})` : name;
}

const short = (uuid: string): string => plainly(uuid).slice(0, 8);

/** Names that are numbered in a row are one entry; so many make one. */
const RUN = 4;

/** `db-1, web-01 to web-12 and web-20`: in the order of their numbers, none left out. */
export function nameWords(names: readonly string[]): string {
  const parts = runs([...names].sort(byNumber)).flatMap((run) =>
    run.length < RUN ? run : [`${run[0]} to ${run[run.length - 1]}`],
  );
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

interface Numbered {
  readonly stem: string;
  readonly digits: string;
}

function numbered(name: string): Numbered | undefined {
  const found = /^(.*?)(\d{1,9})$/.exec(name);
  return found === null ? undefined : { stem: found[1]!, digits: found[2]! };
}

function byNumber(a: string, b: string): number {
  const [one, other] = [numbered(a), numbered(b)];
  if (one === undefined || other === undefined || one.stem !== other.stem) return compareText(a, b);
  return Number(one.digits) - Number(other.digits) || compareText(a, b);
}

function runs(names: readonly string[]): readonly string[][] {
  const all: string[][] = [];
  for (const name of names) {
    const last = all[all.length - 1];
    if (last !== undefined && follows(last[last.length - 1]!, name)) last.push(name);
    else all.push([name]);
  }
  return all;
}

function follows(a: string, b: string): boolean {
  const [one, other] = [numbered(a), numbered(b)];
  if (one === undefined || other === undefined || one.stem !== other.stem) return false;
  return other.digits === String(Number(one.digits) + 1).padStart(one.digits.length, '0');
}

/** In the order in which the keys first come. */
export function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
