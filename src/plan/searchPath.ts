// The search over the catalogue's edges: the fewest undocumented hops, then the fewest hops, then stops that the manifest names a source for, then none that
// a document advises against; of what is still equal the newest stops, each as early as it may come, within one line of products as long as possible.
import { type Edge, edgesFrom } from './catalogue';
import { placeRelease, type ShownRelease } from './placeRelease';
import { compareVersions, printRelease, type Release, sameRelease } from './release';

export interface Hop {
  readonly from: Release;
  readonly to: Release;
  readonly documented: boolean;
  /** Where the catalogue has it from. */
  readonly source: string;
}

/** Where installers come from, as far as the choice of stops depends on it. */
export interface Sources {
  /** The manifest names where the installer of this release can be fetched. */
  readonly named: (release: Release) => boolean;
  /** The hop cannot be walked without it: some host of the pool would stage it. A hop that people do by hand needs none. */
  readonly needed: (hop: { readonly from: Release; readonly to: Release }) => boolean;
}

export interface Step {
  readonly to: Release;
  readonly documented: boolean;
  readonly source: string;
}

export interface SearchRules {
  /** Edges without a document may be taken. */
  readonly bold: boolean;
  readonly sources: Sources | undefined;
  /** Stops whose source is needed and not named are left out. */
  readonly onlyServed: boolean;
}

/** Compared place by place: undocumented hops, hops, stops that lack a needed source, stops nobody names, hops advised against. */
type Cost = readonly [number, number, number, number, number];
interface Way {
  readonly cost: Cost;
  readonly steps: readonly Step[];
}

/** The best path; undefined when none leads there. */
export function search(from: ShownRelease, target: Release, rules: SearchRules): readonly Step[] | undefined {
  const known = new Map<string, Way | undefined>();
  const best = (at: ShownRelease): Way | undefined => {
    if (sameRelease(at, target)) return { cost: [0, 0, 0, 0, 0], steps: [] };
    const name = printRelease(at);
    if (!known.has(name)) known.set(name, bestFrom(at, rules, best));
    return known.get(name);
  };
  return best(from)?.steps;
}

function bestFrom(at: ShownRelease, rules: SearchRules, best: (at: Release) => Way | undefined): Way | undefined {
  const ways = leaving(at, rules).flatMap((edge): readonly Way[] => {
    const rest = best(edge.to);
    return rest === undefined ? [] : [{ cost: sum(costOf(at, edge, rules), rest.cost), steps: [stepOf(edge), ...rest.steps] }];
  });
  return ways.sort((one, other) => compareWays(one, other, at)).at(0);
}

function leaving(at: ShownRelease, { bold, sources, onlyServed }: SearchRules): readonly Edge[] {
  const walkable = edgesOf(at).filter((edge) => bold || edge.kind === 'documented');
  return onlyServed ? walkable.filter((edge) => !lacksSource(at, edge, sources)) : walkable;
}

/** Edges that leave a release by its line, forwards from its own number. */
export function edgesOf(at: ShownRelease): readonly Edge[] {
  const place = placeRelease(at);
  if (!place.ok) return [];
  return edgesFrom(place.line).filter(({ to }) => {
    const order = compareVersions(to.version, at.version);
    return to.brand === at.brand ? order > 0 : order >= 0;
  });
}

export function stepOf({ to, kind, source }: Edge): Step {
  return { to, documented: kind === 'documented', source };
}

export function hopsOf(from: Release, steps: readonly Step[]): readonly Hop[] {
  const { brand, version } = from;
  return steps.map((step, index) => ({ from: index === 0 ? { brand, version } : steps[index - 1]!.to, ...step }));
}

function lacksSource(from: Release, { to }: Edge, sources: Sources | undefined): boolean {
  return sources !== undefined && sources.needed({ from, to }) && !sources.named(to);
}

function costOf(from: Release, edge: Edge, { sources }: SearchRules): Cost {
  const named = sources === undefined || sources.named(edge.to);
  return [
    Number(edge.kind !== 'documented'),
    1,
    Number(lacksSource(from, edge, sources)),
    Number(!named),
    Number(edge.discouraged ?? false),
  ];
}

function sum(one: Cost, other: Cost): Cost {
  return one.map((part, index) => part + other[index]!) as unknown as Cost;
}

function compareWays(one: Way, other: Way, from: Release): number {
  for (const [index, part] of one.cost.entries()) if (part !== other.cost[index]) return part - other.cost[index]!;
  for (const [index, step] of one.steps.entries()) {
    const order = compareStops(step.to, other.steps[index]!.to, from);
    if (order !== 0) return order;
  }
  return 0;
}

/** The own line first, then the newer release. */
function compareStops(one: Release, other: Release, from: Release): number {
  if (one.brand !== other.brand) return one.brand === from.brand ? -1 : 1;
  return compareVersions(other.version, one.version);
}
