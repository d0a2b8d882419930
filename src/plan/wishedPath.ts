// A path that the manifest names, checked hop by hop: every stop is known, each leads on from the one before by one edge, and the last is the target.
import { edgeBetween, releases } from './catalogue';
import type { PathResult, PathStep, PathWishes } from './pathResult';
import { placeRelease, type ShownRelease } from './placeRelease';
import { compareVersions, printRelease, type Release, sameRelease } from './release';
import { edgesOf, type Hop, search, type Step, stepOf } from './searchPath';

interface Stop {
  readonly release: Release;
  /** Its place in `spec.path`. */
  readonly index: number;
}

export function followPath(from: ShownRelease, target: Release, path: readonly PathStep[], wishes: PathWishes): PathResult {
  const stops = stopsOf(from, path);
  const refusal = unknownStop(stops) ?? wrongEnd(stops, target);
  if (refusal !== undefined) return refusal;
  // A pool that has some of the way behind it goes on from where it is.
  const behind = stops.findIndex(({ release }) => sameRelease(release, from));
  const hops: Hop[] = [];
  let at: ShownRelease = from;
  for (const { release, index } of stops.slice(behind + 1)) {
    const step = stepTo(at, release);
    if (step === undefined) return noStep(at, release, index);
    hops.push({ from: { brand: at.brand, version: at.version }, ...step });
    at = release;
  }
  return unwilling(hops, wishes) ?? { ok: true, hops, warnings: [] };
}

/** @param from release of the pool, whose brand is the first's where that names none */
function stopsOf(from: Release, path: readonly PathStep[]): readonly Stop[] {
  let brand = from.brand;
  return path.map((step, index) => {
    brand = step.brand ?? brand;
    return { release: { brand, version: step.version }, index };
  });
}

function unknownStop(stops: readonly Stop[]): PathResult | undefined {
  const unknown = stops.find(({ release }) => !releases.some((entry) => sameRelease(entry, release)));
  if (unknown === undefined) return undefined;
  const { release, index } = unknown;
  const names = releases.filter(({ brand }) => brand === release.brand).map(({ version }) => version);
  const message = `spec.path[${index}]: no release ${printRelease(release)} is known; ${release.brand} has ${names.join(', ')}; name one of them`;
  return { ok: false, reason: 'UnknownRelease', message };
}

function wrongEnd(stops: readonly Stop[], target: Release): PathResult | undefined {
  const last = stops.at(-1);
  if (last !== undefined && sameRelease(last.release, target)) return undefined;
  const found = last === undefined ? 'nothing' : printRelease(last.release);
  const remedy = `end the path with it, brand and version, or leave spec.path out`;
  const message = `spec.path[${last?.index ?? 0}]: found ${found}, expected the target ${printRelease(target)} as the last step; ${remedy}`;
  return { ok: false, reason: 'PathInvalid', message };
}

function stepTo(at: ShownRelease, to: Release): Step | undefined {
  const edge = edgesOf(at).find((candidate) => sameRelease(candidate.to, to));
  return edge === undefined ? undefined : stepOf(edge);
}

/** Backwards, or past a stop that is needed: the stops in between are named where there is a way. */
function noStep(at: ShownRelease, to: Release, index: number): PathResult {
  const field = `spec.path[${index}]: found ${printRelease(to)} after ${printRelease(at)}`;
  const invalid = (message: string): PathResult => ({ ok: false, reason: 'PathInvalid', message });
  const order = compareVersions(to.version, at.version);
  if (order < 0 || (order === 0 && to.brand === at.brand))
    return invalid(`${field}, expected a newer release; a pool can only go forwards, so take it out`);
  const way = search(at, to, { bold: true, sources: undefined, onlyServed: false });
  if (way === undefined)
    return invalid(`${field}, expected a release that it upgrades to; no path leads there, so take it out${because(at, to)}`);
  const between = way
    .slice(0, -1)
    .map((step) => printRelease(step.to))
    .join(', ');
  return invalid(
    `${field}, expected ${between} between them; put ${way.length === 2 ? 'it' : 'them'} before it, or leave spec.path out${because(at, to)}`,
  );
}

function because(at: ShownRelease, to: Release): string {
  const place = placeRelease(at);
  const edge = place.ok ? edgeBetween(place.line, to) : undefined;
  return edge?.kind === 'refused' ? ` (${edge.source})` : '';
}

function unwilling(hops: readonly Hop[], { consent, sources }: PathWishes): PathResult | undefined {
  const bold = hops.filter((hop) => !hop.documented).map((hop) => `${printRelease(hop.from)} to ${printRelease(hop.to)}`);
  if (bold.length > 0 && !consent.undocumentedHops) {
    const message = `spec.path: ${bold.join(', ')} ${bold.length === 1 ? 'is' : 'are'} accepted by the installer, but no document of the vendor names ${bold.length === 1 ? 'it' : 'them'}; set spec.consent.undocumentedHops to true to take this path`;
    return { ok: false, reason: 'UndocumentedHop', message };
  }
  const missing = hops.filter((hop) => sources !== undefined && sources.needed(hop) && !sources.named(hop.to));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ to }) => printRelease(to)).join(', ');
  const message = `spec.releases names no repository for ${names}, which spec.path passes and boot method Staged needs; add ${missing.length === 1 ? 'it' : 'them'}`;
  return { ok: false, reason: 'RepositoryMissing', message };
}
