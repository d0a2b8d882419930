// Which release can become which in one hop, as data. `D`: the vendor documents it; `A`: the installer accepts it, documentation was not found.
// What is not listed is refused. Source: the planner matrix of the project's XenServer reference, section 1.5, row by row.
import { type Brand, compareVersions, type Release } from './release';

export type EdgeKind = 'D' | 'A';

export interface Edge {
  /** Sources of the row: brand and versions from `from` (included) to `below` (excluded), so that pre-releases and hotfixed builds have a place. */
  readonly brand: Brand;
  readonly from: string;
  readonly below: string;
  readonly to: Release;
  readonly kind: EdgeKind;
}

const xs = (version: string): Release => ({ brand: 'XenServer', version });
const xcp = (version: string): Release => ({ brand: 'XCP-ng', version });

/** Every release a hop may lead to, and those it may start from, oldest first. */
export const releases: readonly Release[] = [
  ...['4.1.0', '5.0.0', '5.5.0', '5.6.0', '5.6.100', '5.6.200', '6.0.0', '6.0.2', '6.1.0', '6.2.0', '6.5.0'].map(xs),
  ...[
    '7.0.0',
    '7.1.0',
    '7.1.1',
    '7.1.2',
    '7.2.0',
    '7.3.0',
    '7.4.0',
    '7.5.0',
    '7.6.0',
    '8.0.0',
    '8.1.0',
    '8.2.0',
    '8.2.1',
    '8.4.0',
  ].map(xs),
  ...['7.4.0', '7.5.0', '7.6.0', '8.0.0', '8.1.0', '8.2.0', '8.2.1', '8.3.0'].map(xcp),
];

type Row = readonly [from: string, below: string, targets: readonly (readonly [Release, EdgeKind])[]];

const toSeven: readonly (readonly [Release, EdgeKind])[] = [
  [xs('7.0.0'), 'A'],
  [xs('7.1.2'), 'A'],
  [xs('7.6.0'), 'A'],
];
const toEight: readonly (readonly [Release, EdgeKind])[] = [
  [xs('8.0.0'), 'A'],
  [xs('8.2.1'), 'A'],
  [xcp('8.2.1'), 'A'],
];

const xenServerRows: readonly Row[] = [
  ['4.1.0', '5.0.0', [[xs('5.0.0'), 'A']]],
  ['5.0.0', '5.5.0', [[xs('5.5.0'), 'A']]],
  ['5.5.0', '5.6.0', [[xs('5.6.100'), 'A']]],
  ['5.6.0', '5.6.100', [[xs('5.6.100'), 'A']]],
  [
    '5.6.0',
    '6.0.0',
    [
      [xs('6.0.2'), 'A'],
      [xs('6.1.0'), 'D'],
      [xs('6.2.0'), 'A'],
    ],
  ],
  ['6.0.0', '6.1.0', [[xs('6.1.0'), 'A'], [xs('6.2.0'), 'A'], [xs('6.5.0'), 'A'], ...toSeven]],
  ['6.1.0', '6.2.0', [[xs('6.2.0'), 'A'], [xs('6.5.0'), 'A'], ...toSeven]],
  ['6.2.0', '6.5.0', [[xs('6.5.0'), 'A'], ...toSeven]],
  ['6.5.0', '7.0.0', toSeven],
  ['7.0.0', '7.1.0', [[xs('7.1.2'), 'A'], [xs('7.6.0'), 'D'], ...toEight]],
  ['7.1.0', '7.1.1', [[xs('7.1.2'), 'A'], ...toEight]],
  ['7.1.1', '7.2.0', [[xs('7.6.0'), 'D'], ...toEight]],
  ['7.2.0', '7.4.0', toEight],
  ['7.4.0', '7.6.0', [[xs('7.6.0'), 'D'], ...toEight]],
  ['7.6.0', '8.0.0', toEight],
  [
    '8.0.0',
    '8.2.0',
    [
      [xs('8.2.1'), 'A'],
      [xcp('8.2.1'), 'D'],
      [xcp('8.3.0'), 'D'],
    ],
  ],
  [
    '8.2.0',
    '8.2.1',
    [
      [xs('8.2.1'), 'A'],
      [xcp('8.2.1'), 'D'],
    ],
  ],
  [
    '8.2.1',
    '8.3.0',
    [
      [xs('8.4.0'), 'D'],
      [xcp('8.2.1'), 'D'],
      [xcp('8.3.0'), 'D'],
    ],
  ],
];

const xcpRows: readonly Row[] = [
  ['7.4.0', '8.0.0', [[xcp('8.2.1'), 'A']]],
  [
    '8.0.0',
    '8.2.0',
    [
      [xcp('8.2.1'), 'D'],
      [xcp('8.3.0'), 'D'],
    ],
  ],
  ['8.2.0', '8.2.1', [[xcp('8.2.1'), 'D']]],
  ['8.2.1', '8.3.0', [[xcp('8.3.0'), 'D']]],
];

export const edges: readonly Edge[] = [...expand('XenServer', xenServerRows), ...expand('XCP-ng', xcpRows)];

function expand(brand: Brand, rows: readonly Row[]): Edge[] {
  return rows.flatMap(([from, below, targets]) => targets.map(([to, kind]) => ({ brand, from, below, to, kind })));
}

/** The edges that leave a pool of this release; a version between two rows belongs to the lower one. */
export function edgesFrom(release: Release): readonly Edge[] {
  const within = (edge: Edge): boolean =>
    compareVersions(edge.from, release.version) <= 0 && compareVersions(release.version, edge.below) < 0;
  return edges.filter((edge) => edge.brand === release.brand && within(edge) && !isBackwards(edge, release));
}

/** Within one brand a hop must lead to a newer release; across brands an equal number is a cross-grade. */
function isBackwards(edge: Edge, from: Release): boolean {
  const order = compareVersions(edge.to.version, from.version);
  return edge.to.brand === from.brand ? order <= 0 : order < 0;
}
