// The order of XenAPI releases. The datamodel names the release in which each item appeared: by codename up to stockholm (Citrix Hypervisor 8.2), by
// xapi's own version number since. Comparing two of them is the only question the rest of the program has.

/** Oldest first. Source: xen-api ocaml/idl/datamodel_types.ml, `release_order_full`, up to the last release that branched before numbers began. */
const NAMED: ReadonlyMap<string, number> = new Map(
  [
    'rio',
    'miami',
    'symc',
    'orlando',
    'orlando-update-1',
    'george',
    'midnight-ride',
    'cowley',
    'boston',
    'tampa',
    'clearwater',
    'vgpu-tech-preview',
    'vgpu-productisation',
    'clearwater-felton',
    'clearwater-whetstone',
    'creedence',
    'cream',
    'indigo',
    'dundee',
    'ely',
    'falcon',
    'inverness',
    'jura',
    'kolkata',
    'lima',
    'naples',
    'oslo',
    'quebec',
    'stockholm',
    'stockholm_psr',
  ].map((codename, rank) => [codename, rank]),
);

/**
 * Codenames given after numbering began, each with the last xapi version tagged before it was dated or named: August 2023, the general availability
 * of March 2024, and the commit that added the name in May 2026. A product that calls itself so has at least that version's items.
 */
const NAMED_LATE: ReadonlyMap<string, string> = new Map([
  ['nile-preview', '23.21.0'],
  ['nile', '24.11.0'],
  ['orinoco', '26.14.0'],
]);

const NUMBERED = /^(\d+)\.(\d+)\.(\d+)$/;

/** Leaves room below the first number (1.250.0) for all codenames. */
function rankOfNumber(version: string): number | undefined {
  const parts = NUMBERED.exec(version);
  return parts === null ? undefined : Number(parts[1]) * 1e8 + Number(parts[2]) * 1e4 + Number(parts[3]);
}

/**
 * The place of a release in the total order of XenAPI releases; a greater rank is a later release.
 * @param codename as the datamodel writes it: `tampa`, `stockholm_psr`, `1.297.0`, `23.27.0`, `nile`
 * @throws Error naming the codename when it is none
 */
export function releaseRank(codename: string): number {
  const named = NAMED.get(codename);
  if (named !== undefined) return named;
  const late = NAMED_LATE.get(codename);
  const rank = late === undefined ? rankOfNumber(codename) : (rankOfNumber(late) ?? NaN) + 0.5;
  if (rank === undefined)
    throw new Error(`"${codename}" is not a XenAPI release; expected a codename such as tampa or a xapi version such as 23.27.0`);
  return rank;
}

/** The later of two releases. */
export function laterRelease(one: string, other: string): string {
  return releaseRank(one) >= releaseRank(other) ? one : other;
}
