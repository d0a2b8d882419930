// What the server saw of one attempt: plain data that is kept and that a controller reads. Bounded whatever an installer, or somebody who plays one, asks for.

/** What was fetched. `repository` is metadata of the tree, `package` one of its packages, `report` the result that the last script tells. */
export const SIGHTED = ['config', 'kernel', 'media', 'answer', 'start', 'repository', 'package', 'complete', 'report'] as const;
export type Sighted = (typeof SIGHTED)[number];

export interface Seen {
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** Address that asked first. */
  readonly from: string;
}

export interface TimelineEntry {
  readonly at: number;
  readonly what: Sighted | 'refused';
  /** A file, a result or a reason; at most 120 characters. */
  readonly detail: string;
  readonly from: string;
}

export interface Sightings {
  readonly seen: Readonly<Partial<Record<Sighted, Seen>>>;
  /** In order: the first of each kind, each change from one kind to another, each refusal; the middle is left out when it is too long. */
  readonly timeline: readonly TimelineEntry[];
  /** Entries that were left out. */
  readonly leftOut: number;
  /** What `installation-complete` was called with: 0 well, 1 failed. */
  readonly result?: 0 | 1;
  /** Success was told at any time, whatever was told first: the file systems may be new. */
  readonly everWell: boolean;
  /** Whether the tree was asked for since the first script was fetched. */
  readonly treeAfterStart: boolean;
  readonly packagesAfterStart: boolean;
  /** An installer that had begun asked for its answers again: the machine started over. */
  readonly startedOver: boolean;
}

export const NOTHING_SEEN: Sightings = {
  seen: {},
  timeline: [],
  leftOut: 0,
  everWell: false,
  treeAfterStart: false,
  packagesAfterStart: false,
  startedOver: false,
};

const MOST_OF_A_DETAIL = 120;
/** Kept from the beginning, and from the end. */
const HEAD_ENTRIES = 16;
const TAIL_ENTRIES = 16;

export interface Sighting {
  readonly at: number;
  readonly what: Sighted;
  readonly detail: string;
  readonly from: string;
  readonly result?: 0 | 1;
}

/** Whether an installer has fetched its first script. */
export function hasBegun({ seen }: Sightings): boolean {
  return seen.start !== undefined;
}

/** Pure. */
export function withSighting(before: Sightings, { at, what, detail, from, result }: Sighting): Sightings {
  const isNews = before.seen[what] === undefined || before.timeline.at(-1)?.what !== what;
  const after: Sightings = {
    ...before,
    ...sinceTheStart(before, what),
    seen: { ...before.seen, [what]: seenAgain(before.seen[what], at, from) },
    everWell: before.everWell || result === 0,
    // The first result stands: what is told after it is told by somebody else, or by another boot.
    ...(result === undefined || before.result !== undefined ? {} : { result }),
  };
  return isNews ? withEntry(after, { at, what, detail: short(detail), from }) : after;
}

function seenAgain(before: Seen | undefined, at: number, from: string): Seen {
  return before === undefined ? { first: at, last: at, count: 1, from } : { ...before, last: at, count: before.count + 1 };
}

function sinceTheStart(before: Sightings, what: Sighted): Pick<Sightings, 'treeAfterStart' | 'packagesAfterStart'> {
  const packages = hasBegun(before) && what === 'package';
  const tree = hasBegun(before) && what === 'repository';
  return {
    treeAfterStart: before.treeAfterStart || tree || packages,
    packagesAfterStart: before.packagesAfterStart || packages,
  };
}

export interface Refusal {
  readonly at: number;
  readonly what: 'answer' | 'start' | 'config';
  readonly why: string;
  readonly from: string;
}

/** Pure. The same refusal over and over is one entry. */
export function withRefusal(before: Sightings, { at, what, why, from }: Refusal): Sightings {
  const detail = short(`${what}: ${why}`);
  const startedOver = before.startedOver || (what !== 'config' && before.seen.start !== undefined);
  const last = before.timeline.at(-1);
  const again = last?.what === 'refused' && last.detail === detail;
  const after = startedOver === before.startedOver ? before : { ...before, startedOver };
  return again ? after : withEntry(after, { at, what: 'refused', detail, from });
}

function withEntry(before: Sightings, entry: TimelineEntry): Sightings {
  const all = [...before.timeline, entry];
  if (all.length <= HEAD_ENTRIES + TAIL_ENTRIES) return { ...before, timeline: all };
  const timeline = [...all.slice(0, HEAD_ENTRIES), ...all.slice(all.length - TAIL_ENTRIES)];
  return { ...before, timeline, leftOut: before.leftOut + 1 };
}

/** What an installer asked for goes into a log and an object. */
function short(text: string): string {
  const clean = text.slice(0, MOST_OF_A_DETAIL).replace(/[^\x20-\x7e]/g, '?');
  return text.length > MOST_OF_A_DETAIL ? `${clean.slice(0, MOST_OF_A_DETAIL - 3)}...` : clean;
}
