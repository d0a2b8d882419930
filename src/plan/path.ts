// The upgrade path: from the pool's release to the wanted one, hop by hop over the catalogue's edges. Without a path in the manifest the shortest over
// documented edges; with consent also over those that only an installer accepts, as few of them as possible. Refusals name the rule that forbids, and a remedy.
import { edgesFrom, releases } from './catalogue';
import { placeRelease, type ShownRelease } from './placeRelease';
import { compareVersions, printRelease, type Release, sameRelease } from './release';
import { type Hop, hopsOf, search, type Sources, type Step } from './searchPath';
import type { PathResult, PathWishes } from './pathResult';
import { followPath } from './wishedPath';

export type { Hop, Sources } from './searchPath';

export type { PathRefusal, PathResult, PathWishes } from './pathResult';

/** @param from as a host of the pool shows it */
export function planPath(from: ShownRelease, target: Release, wishes: PathWishes): PathResult {
  const place = placeRelease(from);
  if (!place.ok) return { ok: false, reason: 'UnknownRelease', message: place.message };
  const refusal = refuseTarget(from, target);
  if (refusal !== undefined) return refusal;
  const found = wishes.path === undefined ? shortest(from, target, wishes) : followPath(from, target, wishes.path, wishes);
  if (!found.ok) return found;
  const told = place.sentence === undefined ? [] : [place.sentence];
  return { ...found, warnings: [...told, ...found.warnings, ...found.hops.filter((hop) => !hop.documented).map(undocumented)] };
}

/** The newest release of the pool's brand that one edge reaches, or undefined when there is none. */
export function newestReachable(from: Release): Release | undefined {
  const targets = edgesFrom(from).map((edge) => edge.to);
  return targets.filter((to) => to.brand === from.brand).sort((a, b) => compareVersions(b.version, a.version))[0];
}

function undocumented({ from, to, source }: Hop): string {
  return `${printRelease(from)} to ${printRelease(to)} is accepted by the installer, but no document of the vendor names it (${source})`;
}

function shortest(from: ShownRelease, target: Release, wishes: PathWishes): PathResult {
  const { consent, sources } = wishes;
  const bold = consent.undocumentedHops;
  const found = search(from, target, { bold, sources, onlyServed: true });
  const direct = search(from, target, { bold, sources, onlyServed: false });
  if (found === undefined) return noPath(from, target, wishes, direct);
  const detour = direct !== undefined && isBetter(direct, found) ? [betterOne(from, direct, sources)] : [];
  return { ok: true, hops: hopsOf(from, found), warnings: detour };
}

function isBetter(one: readonly Step[], other: readonly Step[]): boolean {
  const bold = (steps: readonly Step[]): number => steps.filter((step) => !step.documented).length;
  return bold(one) < bold(other) || one.length < other.length;
}

function betterOne(from: ShownRelease, steps: readonly Step[], sources: Sources | undefined): string {
  const missing = missingOf(from, steps, sources).map(printRelease).join(', ');
  return `a better path is there, with fewer undocumented or fewer hops: ${chain(from, steps)}; it needs a repository for ${missing} under spec.releases`;
}

function noPath(from: ShownRelease, target: Release, { sources }: PathWishes, unserved: readonly Step[] | undefined): PathResult {
  if (unserved !== undefined) return sourcesMissing(from, unserved, sources);
  const bold = search(from, target, { bold: true, sources, onlyServed: false });
  if (bold === undefined) return unreachable(from, target);
  const hops = hopsOf(from, bold).filter((hop) => !hop.documented);
  const named = hops.map((hop) => `${printRelease(hop.from)} to ${printRelease(hop.to)}`).join(', ');
  const which = `${chain(from, bold)}; ${named} ${hops.length === 1 ? 'is' : 'are'} accepted by the installer, but no document of the vendor names`;
  const message = `spec.target: the shortest path is ${which} ${hops.length === 1 ? 'it' : 'them'}; set spec.consent.undocumentedHops to true to take it`;
  return { ok: false, reason: 'UndocumentedHop', message };
}

/** Names every release that is missing, so that one edit mends all. */
function sourcesMissing(from: ShownRelease, steps: readonly Step[], sources: Sources | undefined): PathResult {
  const missing = missingOf(from, steps, sources).map(printRelease);
  return {
    ok: false,
    reason: 'RepositoryMissing',
    message: `spec.releases names no repository for ${missing.join(', ')} on the path ${chain(from, steps)}; boot method Staged needs one for each; add ${missing.length === 1 ? 'it' : 'them'}`,
  };
}

function missingOf(from: ShownRelease, steps: readonly Step[], sources: Sources | undefined): readonly Release[] {
  const hops = hopsOf(from, steps);
  return hops.filter((hop) => sources !== undefined && sources.needed(hop) && !sources.named(hop.to)).map(({ to }) => to);
}

function chain(from: Release, steps: readonly Step[]): string {
  return [from, ...steps.map(({ to }) => to)]
    .map((release, index) =>
      index === 0 ? printRelease(release) : release.brand === from.brand ? release.version : printRelease(release),
    )
    .join(' → ');
}

function unreachable(from: ShownRelease, target: Release): PathResult {
  const reachable = edgesFrom(from).map((edge) => printRelease(edge.to));
  const choice = reachable.length === 0 ? 'no release can be reached from it' : `from it one hop reaches ${reachable.join(', ')}`;
  return {
    ok: false,
    reason: 'NoDirectPath',
    message: `spec.target: no path leads from ${printRelease(from)} to ${printRelease(target)}; ${choice}`,
  };
}

function refuseTarget(from: ShownRelease, target: Release): PathResult | undefined {
  if (!releases.some((release) => sameRelease(release, target))) {
    const names = releases.filter((release) => release.brand === target.brand).map((release) => release.version);
    return {
      ok: false,
      reason: 'UnknownRelease',
      message: `spec.target: no release ${printRelease(target)} is known; ${target.brand} has ${names.join(', ')}`,
    };
  }
  const order = compareVersions(target.version, from.version);
  if (order < 0 || (order === 0 && target.brand === from.brand)) {
    const relation =
      order === 0 ? 'is the release the pool already has' : `is older than ${printRelease(from)}, which the pool has`;
    return {
      ok: false,
      reason: 'TargetNotNewer',
      message: `spec.target: ${printRelease(target)} ${relation}; a pool can only go forwards`,
    };
  }
  if (from.brand === 'XCP-ng' && target.brand !== from.brand) {
    return {
      ok: false,
      reason: 'BrandUnreachable',
      message: `spec.target: no installer of ${target.brand} upgrades ${printRelease(from)}; choose a release of XCP-ng`,
    };
  }
  return undefined;
}
