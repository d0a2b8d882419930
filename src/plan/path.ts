// The upgrade path: from the pool's release to the wanted one. Today a path is one hop; refusals name the rule that forbids it.
import { edgesFrom, releases } from './catalogue';
import { compareVersions, printRelease, type Release, sameRelease } from './release';

export interface Hop {
  readonly from: Release;
  readonly to: Release;
  readonly documented: boolean;
}

export type PathRefusal = 'UnknownRelease' | 'TargetNotNewer' | 'BrandUnreachable' | 'NoDirectPath' | 'UndocumentedHop';

export type PathResult =
  | { readonly ok: true; readonly hops: readonly Hop[]; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: PathRefusal; readonly message: string };

/**
 * @param from    release of the pool
 * @param target  release wanted
 * @param consent whether hops that no document of the vendor names may be taken
 */
export function planPath(from: Release, target: Release, consent: { readonly undocumentedHops: boolean }): PathResult {
  const refusal = refuseTarget(from, target);
  if (refusal !== undefined) return refusal;
  const edge = edgesFrom(from).find((candidate) => sameRelease(candidate.to, target));
  if (edge === undefined) return noDirectPath(from, target);
  const documented = edge.kind === 'D';
  const sentence = `${printRelease(from)} to ${printRelease(target)} is accepted by the installer, but no document of the vendor names it`;
  if (!documented && !consent.undocumentedHops) {
    return { ok: false, reason: 'UndocumentedHop', message: `${sentence}; set spec.consent.undocumentedHops to true to take it` };
  }
  return { ok: true, hops: [{ from, to: target, documented }], warnings: documented ? [] : [sentence] };
}

/** The newest release of the pool's brand that one edge reaches, or undefined when there is none. */
export function newestReachable(from: Release): Release | undefined {
  const targets = edgesFrom(from).map((edge) => edge.to);
  return targets.filter((to) => to.brand === from.brand).sort((a, b) => compareVersions(b.version, a.version))[0];
}

function refuseTarget(from: Release, target: Release): PathResult | undefined {
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

function noDirectPath(from: Release, target: Release): PathResult {
  const reachable = edgesFrom(from).map((edge) => printRelease(edge.to));
  const choice = reachable.length === 0 ? 'no release can be reached from it' : `one hop from it reaches ${reachable.join(', ')}`;
  return {
    ok: false,
    reason: 'NoDirectPath',
    message: `spec.target: ${printRelease(from)} does not upgrade to ${printRelease(target)} in one hop; ${choice}`,
  };
}
