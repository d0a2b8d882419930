// The release catalogue, as data: every release that is known, and which can become which in one hop. This file is the only place that says so; what it does
// not name is refused. Sections are those of the project's XenServer reference, which names the commits and pages behind each. Order: oldest first.
import { type Brand, compareVersions, type Release } from './release';

/**
 * `documented`: the vendor names this hop as a way to upgrade. `accepted by the installer`: its code takes it, and no document was found. `refused`: the
 * code or a document forbids it; listed where the reason is worth telling, though what is not listed is refused as well.
 */
export type EdgeKind = 'documented' | 'accepted by the installer' | 'refused';

export interface KnownRelease extends Release {
  /** `platform_version`; absent up to 6.0.2, whose hosts do not show one. */
  readonly platform?: string;
  /** As people call it. */
  readonly label: string;
}

export interface Edge {
  /** Leaves any pool from `from` (included) to `below` (excluded) of that brand: builds between two releases belong to the older one's line. */
  readonly brand: Brand;
  readonly from: string;
  readonly below: string;
  readonly to: Release;
  readonly kind: EdgeKind;
  readonly source: string;
  /** The installer takes it, but a document of the vendor wants a release in between: taken only where nothing as short is there. */
  readonly discouraged?: true;
}

const xs = (version: string, platform: string | undefined, label: string): KnownRelease =>
  known('XenServer', version, platform, label);
const xcp = (version: string, platform: string, label: string): KnownRelease => known('XCP-ng', version, platform, label);

/** Reference 1.1 and 1.2. */
export const releases: readonly KnownRelease[] = [
  xs('4.1.0', undefined, 'XenServer 4.1'),
  xs('4.1.1', undefined, 'XenServer 4.1 Update 1'),
  xs('5.0.0', undefined, 'XenServer 5.0'),
  xs('5.5.0', undefined, 'XenServer 5.5'),
  xs('5.6.0', undefined, 'XenServer 5.6'),
  xs('5.6.100', undefined, 'XenServer 5.6 Feature Pack 1'),
  xs('5.6.200', undefined, 'XenServer 5.6 Service Pack 2'),
  xs('6.0.0', undefined, 'XenServer 6.0'),
  xs('6.0.2', undefined, 'XenServer 6.0.2'),
  xs('6.1.0', '1.6.10', 'XenServer 6.1'),
  xs('6.2.0', '1.8.0', 'XenServer 6.2'),
  xs('6.5.0', '1.9.0', 'XenServer 6.5'),
  xs('7.0.0', '2.1.0', 'XenServer 7.0'),
  xs('7.1.0', '2.1.1', 'XenServer 7.1'),
  xs('7.1.1', '2.1.1', 'XenServer 7.1 CU1'),
  xs('7.1.2', '2.1.1', 'XenServer 7.1 CU2'),
  xs('7.2.0', '2.3.0', 'XenServer 7.2'),
  xs('7.3.0', '2.4.0', 'XenServer 7.3'),
  xs('7.4.0', '2.5.0', 'XenServer 7.4'),
  xs('7.5.0', '2.6.0', 'XenServer 7.5'),
  xs('7.6.0', '2.7.0', 'XenServer 7.6'),
  xs('8.0.0', '3.0.0', 'Citrix Hypervisor 8.0'),
  xs('8.1.0', '3.1.0', 'Citrix Hypervisor 8.1'),
  xs('8.2.0', '3.2.0', 'Citrix Hypervisor 8.2'),
  xs('8.2.1', '3.2.1', 'Citrix Hypervisor 8.2 CU1'),
  xs('8.3.0', '3.4.0', 'XenServer 8, shown as 8.3'),
  xs('8.4.0', '3.4.0', 'XenServer 8, shown as 8.4'),
  xcp('7.4.0', '2.5.0', 'XCP-ng 7.4'),
  xcp('7.5.0', '2.6.0', 'XCP-ng 7.5'),
  xcp('7.6.0', '2.7.0', 'XCP-ng 7.6'),
  xcp('8.0.0', '3.0.0', 'XCP-ng 8.0'),
  xcp('8.1.0', '3.1.0', 'XCP-ng 8.1'),
  xcp('8.2.0', '3.2.0', 'XCP-ng 8.2'),
  xcp('8.2.1', '3.2.1', 'XCP-ng 8.2.1'),
  xcp('8.3.0', '3.4.0', 'XCP-ng 8.3'),
];

const D = 'documented';
const A = 'accepted by the installer';
const R = 'refused';

const floor5 = '1.3: history of upgrade.py in the host installer; 1.5';
const guide61 = '1.4: XenServer 6.1 Installation Guide 7.2';
const floor6 = '1.3: the installers of 6.0 to 6.2 take 5.6.0 and later';
const unsettled65 = '1.3: whether the installer of 6.5 takes 5.6 is not settled; 6.0 and later are';
const floor65 = '1.3: upgrade.py, commit 21a305e';
const floor7 = '1.3: host installer, tags 10.0.0 to 10.3.3, takes platform 1.0.99 (6.0) and later';
const wantsMore = '; 1.4: the documentation of 7.6 wants a release in between';
const docs76 = '1.4: XenServer 7.6 documentation';
const refused76 = '1.4: XenServer 7.6 documentation: from 7.0, 7.1 CU1, 7.4 or 7.5 only, all else by a release in between';
const floor8 = '1.3: host installer, commit 1e7c70f, takes platform 2.1.0 (7.0) and later';
const below7 = `${floor8}: from 6.5 and earlier a stop at 7.x is needed`;
const docs8 = '1.4: XenServer 8 documentation';
const only821 = '1.4: XenServer 8 documentation: from 8.2 CU1 only';
const docs83 = '1.4: XCP-ng 8.3 documentation';
const only83 = '1.4: XCP-ng 8.3 documentation: from 8.2.1, 8.0 or 8.1, all else by 8.2.1';
const cross = '1.5, 1.7: XCP-ng documentation, upgrade from XenServer';
const crossCode = '1.3, 1.7: the installer of XCP-ng offers to upgrade a XenServer of equal or lower version';
const docs821 = '1.4, 1.5: XCP-ng documentation, upgrade from an ISO';
const skip821 = '1.4: XCP-ng documentation: an ISO can often skip releases (7.5 to 8.2); 1.3';

/** From the line of the first to the line of the second version, both included. */
type Row = readonly [brand: Brand, first: string, last: string, to: string, kind: EdgeKind, source: string];

const ofXenServer: readonly Row[] = [
  ['XenServer', '4.1.0', '4.1.1', '5.0.0', A, floor5],
  ['XenServer', '5.0.0', '5.0.0', '5.5.0', A, floor5],
  ['XenServer', '5.5.0', '5.5.0', '5.6.0', A, floor5],
  ['XenServer', '5.5.0', '5.6.0', '5.6.100', A, floor5],
  ['XenServer', '5.6.0', '5.6.200', '6.0.0', A, floor6],
  ['XenServer', '5.6.0', '5.6.200', '6.0.2', A, floor6],
  ['XenServer', '5.6.0', '5.6.200', '6.1.0', D, guide61],
  ['XenServer', '6.0.0', '6.0.2', '6.1.0', A, floor6],
  ['XenServer', '5.6.0', '6.1.0', '6.2.0', A, floor6],
  ['XenServer', '5.6.0', '5.6.200', '6.5.0', R, unsettled65],
  ['XenServer', '6.0.0', '6.2.0', '6.5.0', A, floor65],
  ['XenServer', '6.0.0', '6.5.0', '7.0.0', A, floor7],
  ['XenServer', '6.0.0', '7.1.0', '7.1.1', A, floor7],
  ['XenServer', '6.0.0', '7.1.1', '7.1.2', A, floor7],
  ['XenServer', '6.0.0', '7.1.2', '7.2.0', A, floor7],
  ['XenServer', '6.0.0', '7.2.0', '7.3.0', A, floor7],
  ['XenServer', '6.0.0', '7.3.0', '7.4.0', A, floor7],
  ['XenServer', '6.0.0', '7.4.0', '7.5.0', A, floor7],
  ['XenServer', '6.0.0', '6.5.0', '7.6.0', A, `${floor7}${wantsMore}`],
  ['XenServer', '7.0.0', '7.0.0', '7.6.0', D, docs76],
  ['XenServer', '7.1.0', '7.1.0', '7.6.0', R, refused76],
  ['XenServer', '7.1.1', '7.1.2', '7.6.0', D, docs76],
  ['XenServer', '7.2.0', '7.3.0', '7.6.0', R, refused76],
  ['XenServer', '7.4.0', '7.5.0', '7.6.0', D, docs76],
  ...(['8.0.0', '8.1.0', '8.2.0', '8.2.1'] as const).map((to): Row => ['XenServer', '4.1.0', '6.5.0', to, R, below7]),
  ['XenServer', '7.0.0', '7.6.0', '8.0.0', A, floor8],
  ['XenServer', '7.0.0', '8.0.0', '8.1.0', A, floor8],
  ['XenServer', '7.0.0', '8.1.0', '8.2.0', A, floor8],
  ['XenServer', '7.0.0', '8.2.0', '8.2.1', A, floor8],
  ['XenServer', '4.1.0', '8.2.0', '8.3.0', R, only821],
  ['XenServer', '4.1.0', '8.2.0', '8.4.0', R, only821],
  ['XenServer', '8.2.1', '8.2.1', '8.3.0', D, docs8],
  ['XenServer', '8.2.1', '8.2.1', '8.4.0', D, docs8],
];

const ofXcpNg: readonly Row[] = [
  ['XenServer', '6.0.0', '7.4.0', '7.4.0', A, crossCode],
  ['XenServer', '6.0.0', '7.5.0', '7.5.0', A, crossCode],
  ['XenServer', '6.0.0', '7.6.0', '7.6.0', A, crossCode],
  ['XenServer', '7.0.0', '8.0.0', '8.0.0', A, crossCode],
  ['XenServer', '7.0.0', '8.1.0', '8.1.0', A, crossCode],
  ['XenServer', '7.0.0', '8.2.0', '8.2.0', A, crossCode],
  ['XenServer', '4.1.0', '6.5.0', '8.2.1', R, below7],
  ['XenServer', '7.0.0', '7.6.0', '8.2.1', A, crossCode],
  ['XenServer', '8.0.0', '8.2.1', '8.2.1', D, cross],
  ['XenServer', '4.1.0', '7.6.0', '8.3.0', R, only83],
  ['XenServer', '8.0.0', '8.1.0', '8.3.0', D, cross],
  ['XenServer', '8.2.0', '8.2.0', '8.3.0', R, only83],
  ['XenServer', '8.2.1', '8.2.1', '8.3.0', D, cross],
  ['XCP-ng', '7.4.0', '7.4.0', '7.5.0', A, floor7],
  ['XCP-ng', '7.4.0', '7.5.0', '7.6.0', A, floor7],
  ['XCP-ng', '7.4.0', '7.6.0', '8.0.0', A, floor8],
  ['XCP-ng', '7.4.0', '8.0.0', '8.1.0', A, floor8],
  ['XCP-ng', '7.4.0', '8.1.0', '8.2.0', A, floor8],
  ['XCP-ng', '7.4.0', '7.6.0', '8.2.1', A, skip821],
  ['XCP-ng', '8.0.0', '8.2.0', '8.2.1', D, docs821],
  ['XCP-ng', '7.4.0', '7.6.0', '8.3.0', R, only83],
  ['XCP-ng', '8.0.0', '8.1.0', '8.3.0', D, docs83],
  ['XCP-ng', '8.2.0', '8.2.0', '8.3.0', R, only83],
  ['XCP-ng', '8.2.1', '8.2.1', '8.3.0', D, docs83],
];

/** One edge a line that it leaves. */
export const edges: readonly Edge[] = [
  ...ofXenServer.flatMap((row) => expand(row, 'XenServer')),
  ...ofXcpNg.flatMap((row) => expand(row, 'XCP-ng')),
];

function known(brand: Brand, version: string, platform: string | undefined, label: string): KnownRelease {
  return platform === undefined ? { brand, version, label } : { brand, version, platform, label };
}

/** Releases of a brand, oldest first. */
export function releasesOf(brand: Brand): readonly KnownRelease[] {
  return releases.filter((release) => release.brand === brand);
}

function expand([brand, first, last, to, kind, source]: Row, toBrand: Brand): readonly Edge[] {
  const lines = releasesOf(brand);
  return lines.flatMap((line, index): readonly Edge[] => {
    if (compareVersions(line.version, first) < 0 || compareVersions(line.version, last) > 0) return [];
    const below = lines[index + 1]?.version ?? '999';
    const edge = {
      brand,
      from: line.version,
      below,
      to: { brand: toBrand, version: to },
      kind,
      source: `xenserver.md ${source}`,
    };
    return [source.endsWith(wantsMore) ? { ...edge, discouraged: true } : edge];
  });
}

/** The edges that may be walked from a pool of this release; a version between two known ones belongs to the line of the older. */
export function edgesFrom(release: Release): readonly Edge[] {
  return listedFrom(release).filter((edge) => edge.kind !== 'refused');
}

/** What is listed between the two, a refusal included; undefined when nothing is. */
export function edgeBetween(from: Release, to: Release): Edge | undefined {
  return listedFrom(from).find((edge) => edge.to.brand === to.brand && compareVersions(edge.to.version, to.version) === 0);
}

function listedFrom(release: Release): readonly Edge[] {
  const within = (edge: Edge): boolean =>
    compareVersions(edge.from, release.version) <= 0 && compareVersions(release.version, edge.below) < 0;
  return edges.filter((edge) => edge.brand === release.brand && within(edge) && !isBackwards(edge, release));
}

/** Within one brand a hop must lead to a newer release; across brands an equal number is a cross-grade. */
function isBackwards(edge: Edge, from: Release): boolean {
  const order = compareVersions(edge.to.version, from.version);
  return edge.to.brand === from.brand ? order <= 0 : order < 0;
}
