// What of a list of differences goes into the object's status: the hardest first, few enough for a pool of 64 hosts, each text cut. Counts are never cut.
import { type Difference, VERDICTS } from './settings';

/** Differences that the hosts of a pool may list between them: about 700 bytes each, a quarter of what an object may weigh. */
const OF_ALL_HOSTS = 512;
const MOST_OF_ONE = 64;
const LONGEST = 300;

/** @param hosts of the pool, which share the room */
export function boundedForHost(differences: readonly Difference[], hosts: number): readonly Difference[] {
  return bounded(differences, Math.min(MOST_OF_ONE, Math.floor(OF_ALL_HOSTS / Math.max(1, hosts))));
}

/** In the order of their paths again; none is preferred among equals. */
export function bounded<D extends Difference>(differences: readonly D[], most: number): readonly D[] {
  const hardestFirst = [...differences].sort((one, other) => VERDICTS.indexOf(other.verdict) - VERDICTS.indexOf(one.verdict));
  const kept = new Set(hardestFirst.slice(0, most));
  return differences.filter((difference) => kept.has(difference)).map(cutTexts);
}

function cutTexts<D extends Difference>(difference: D): D {
  const { path, before, after } = difference;
  return { ...difference, path: cut(path), before: cut(before), after: cut(after) };
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
