// The simulator's own table of releases: what a host that runs one of them looks like and does. It shares nothing with the planner's catalogue, so
// that a mistake there shows in a rehearsal instead of agreeing with itself. Sources: the project's XenServer reference, sections 1.1 to 1.3, 1.6, 4.1, 4.7.
import type { Release } from './world';

/** As Node names them. */
export type TlsVersion = 'TLSv1' | 'TLSv1.2';

export interface ReleaseFacts {
  readonly release: Release;
  /** `platform_version`; null up to 6.0.x, whose hosts do not show one. */
  readonly platform: string | null;
  /** What XenAPI calls the release: decides fields, calls and parameters served. */
  readonly api: string;
  /** `software_version.product_brand`. */
  readonly productBrand: string;
  readonly xapi: string;
  readonly xen: string;
  readonly build: string;
  /** The installer takes an installed system of this product version or later, up to its own. */
  readonly minimumSource: string;
  readonly layout: 'old' | 'new';
  /** Version of `prepare_host_upgrade.py`; null where there is none. */
  readonly plugin: string | null;
  readonly servesJson: boolean;
  /** What its stunnel speaks. */
  readonly tls: { readonly from: TlsVersion; readonly to: TlsVersion };
}

type Row = readonly [
  version: string,
  platform: string | null,
  api: string,
  xapi: string,
  xen: string,
  build: string,
  minimumSource: string,
  plugin: string | null,
];

// Each xapi number only has to differ where real ones differ; build numbers are those of the public media where known. Plugin versions before 7.5 were
// not found: they get 1.1.0, which is below the first one in the change log (1.1.4). 6.5 takes 6.0.0 and later: the sources leave 5.6 open.
const xenServer: readonly Row[] = [
  ['4.1.0', null, 'miami', '1.2', '3.1.0', '7843p', '4.0.0', null],
  ['4.1.1', null, 'symc', '1.2', '3.1.0', '8102p', '4.0.0', null],
  ['5.0.0', null, 'orlando', '1.3', '3.2.1', '10918p', '4.1.0', null],
  ['5.5.0', null, 'george', '1.3', '3.3.1', '15119p', '5.0.0', null],
  ['5.6.0', null, 'midnight-ride', '1.3', '3.4.2', '31188p', '5.5.0', null],
  ['5.6.100', null, 'cowley', '1.3', '3.4.2', '39265p', '5.5.0', null],
  ['5.6.200', null, 'cowley', '1.3', '3.4.2', '47101p', '5.5.0', null],
  ['6.0.0', null, 'boston', '1.3', '4.1.1', '50762p', '5.6.0', '1.1.0'],
  ['6.0.2', null, 'boston', '1.3', '4.1.1', '53456p', '5.6.0', '1.1.0'],
  ['6.1.0', '1.6.10', 'tampa', '1.3', '4.1.3', '59235p', '5.6.0', '1.1.0'],
  ['6.2.0', '1.8.0', 'clearwater', '1.3', '4.1.5', '70446c', '5.6.0', '1.1.0'],
  ['6.5.0', '1.9.0', 'creedence', '1.3', '4.4.1', '90233c', '6.0.0', '1.1.0'],
  ['7.0.0', '2.1.0', 'dundee', '1.9', '4.6.1', '125380c', '6.0.0', '1.1.0'],
  ['7.1.0', '2.1.1', 'ely', '1.9', '4.7.1', '137272c', '6.0.0', '1.1.0'],
  ['7.1.1', '2.1.1', 'ely', '1.9', '4.7.1', '137272c', '6.0.0', '1.1.0'],
  ['7.1.2', '2.1.1', 'ely', '1.9', '4.7.1', '137272c', '6.0.0', '1.1.0'],
  ['7.2.0', '2.3.0', 'falcon', '1.14', '4.7.2', '142434c', '6.0.0', '1.1.0'],
  ['7.3.0', '2.4.0', 'inverness', '1.15', '4.7.4', '147855c', '6.0.0', '1.1.0'],
  ['7.4.0', '2.5.0', 'jura', '1.16', '4.7.4', '154489c', '6.0.0', '1.1.0'],
  ['7.5.0', '2.6.0', 'kolkata', '1.17', '4.7.5', '158586c', '6.0.0', '1.1.5'],
  ['7.6.0', '2.7.0', 'lima', '1.18', '4.7.6', '162000c', '6.0.0', '1.1.6'],
  ['8.0.0', '3.0.0', 'naples', '1.19', '4.11.1', '185000c', '7.0.0', '2.1.0'],
  ['8.1.0', '3.1.0', 'quebec', '1.20', '4.13.0', '195000c', '7.0.0', '2.2.0'],
  ['8.2.0', '3.2.0', 'stockholm', '1.20', '4.13.1', '200600c', '7.0.0', '2.2.0'],
  ['8.2.1', '3.2.1', 'stockholm_psr', '1.20', '4.13.4', '217000c', '7.0.0', '2.2.3'],
  ['8.3.0', '3.4.0', 'nile', '23.31', '4.17.3', '240100c', '7.0.0', '2.2.5'],
  ['8.4.0', '3.4.0', 'nile', '24.11', '4.17.4', '240800c', '7.0.0', '2.2.6'],
];

const xcpNg: readonly Row[] = [
  ['7.4.0', '2.5.0', 'jura', '1.16', '4.7.4', 'release/jura/master/3', '6.0.0', '1.1.0'],
  ['7.5.0', '2.6.0', 'kolkata', '1.17', '4.7.5', 'release/kolkata/master/4', '6.0.0', '1.1.5'],
  ['7.6.0', '2.7.0', 'lima', '1.18', '4.7.6', 'release/lima/master/18', '6.0.0', '1.1.6'],
  ['8.0.0', '3.0.0', 'naples', '1.19', '4.11.1', 'release/naples/master/45', '7.0.0', '2.1.0'],
  ['8.1.0', '3.1.0', 'quebec', '1.20', '4.13.0', 'release/quebec/master/10', '7.0.0', '2.2.0'],
  ['8.2.0', '3.2.0', 'stockholm', '1.20', '4.13.1', 'release/stockholm/master/7', '7.0.0', '2.2.0'],
  ['8.2.1', '3.2.1', 'stockholm_psr', '1.20', '4.13.4', 'release/yangtze/master/58', '7.0.0', '2.2.3'],
  ['8.3.0', '3.4.0', 'nile', '24.11', '4.17.5', 'cloud', '7.0.0', '3.0.3'],
];

function brandName(brand: Release['brand'], version: string): string {
  if (brand === 'XCP-ng') return 'XCP-ng';
  return compareVersions(version, '8.0.0') >= 0 && compareVersions(version, '8.3.0') < 0 ? 'Citrix Hypervisor' : 'XenServer';
}

function factsFrom(brand: Release['brand'], row: Row): ReleaseFacts {
  const [version, platform, api, xapi, xen, build, minimumSource, plugin] = row;
  return {
    release: { brand, version },
    platform,
    api,
    productBrand: brandName(brand, version),
    xapi,
    xen,
    build,
    minimumSource,
    layout: compareVersions(version, '7.0.0') >= 0 ? 'new' : 'old',
    plugin,
    servesJson: compareVersions(version, '7.1.0') >= 0,
    tls: tlsOf(version),
  };
}

/** Up to 6.5 TLS 1.0 alone (4.1); from 7.0 also 1.1 and 1.2, until `pool.disable_ssl_legacy` lost its use with 8.0 (4.6): TLS 1.2 alone. */
function tlsOf(version: string): ReleaseFacts['tls'] {
  if (compareVersions(version, '7.0.0') < 0) return { from: 'TLSv1', to: 'TLSv1' };
  return { from: compareVersions(version, '8.0.0') < 0 ? 'TLSv1' : 'TLSv1.2', to: 'TLSv1.2' };
}

/** All releases the simulator knows, each brand's oldest first. */
export const knownReleases: readonly ReleaseFacts[] = [
  ...xenServer.map((row) => factsFrom('XenServer', row)),
  ...xcpNg.map((row) => factsFrom('XCP-ng', row)),
];

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`, number by number; missing parts count as 0 and text after a number is ignored. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (Number.parseInt(left[part] ?? '0', 10) || 0) - (Number.parseInt(right[part] ?? '0', 10) || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * What a host of this release is like. A version between two known ones (a beta, a build that was never sold) behaves as the older of the two and keeps
 * its own number: 5.9.950 has no staging plugin yet, 6.0.50 has 6.0.2's.
 * @returns undefined for a version older than the brand's first
 */
export function findFacts(release: Release): ReleaseFacts | undefined {
  const row = knownReleases.findLast(
    (known) => known.release.brand === release.brand && compareVersions(known.release.version, release.version) <= 0,
  );
  return row === undefined ? undefined : { ...row, release };
}

/** @throws Error when the release is older than the brand's first: whoever lets one in has checked it with {@link findFacts} */
export function factsOf(release: Release): ReleaseFacts {
  const facts = findFacts(release);
  if (facts === undefined) throw new Error(`the simulator knows no ${release.brand} ${release.version}`);
  return facts;
}

/** The release as published, or undefined when the brand never published that version: an installer exists only for these. */
export function publishedFacts(release: Release): ReleaseFacts | undefined {
  const facts = findFacts(release);
  return facts !== undefined && knownReleases.some((known) => sameRelease(known.release, release)) ? facts : undefined;
}

export function sameRelease(a: Release, b: Release): boolean {
  return a.brand === b.brand && compareVersions(a.version, b.version) === 0;
}

/** Whether that release's installer offers to upgrade an installed system: from its minimum source up to its own version. */
export function installerAccepts(installer: Release, installed: Release): boolean {
  const { minimumSource } = factsOf(installer);
  return compareVersions(installed.version, minimumSource) >= 0 && compareVersions(installed.version, installer.version) <= 0;
}

/** `XCP-ng` when the product says so; every other `product_brand` (XenServer, Citrix Hypervisor, a code name) is XenServer's line. */
export function brandOf(productBrand: string | undefined): Release['brand'] {
  return productBrand === 'XCP-ng' ? 'XCP-ng' : 'XenServer';
}

/**
 * `host.software_version` of a host that was just installed with the release: the keys that matter to anyone, not every one of the real thing.
 * @param before the map the host had: what an upgrade carries over (`network_backend`) is taken from it
 */
export function softwareVersionOf(release: Release, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const facts = factsOf(release);
  const short = release.version.split('.').slice(0, 2).join('.');
  const since = (version: string): boolean => compareVersions(release.version, version) >= 0;
  return {
    product_version: release.version,
    ...(since('5.6.100') ? { product_version_text: short, product_version_text_short: short } : {}),
    ...(facts.platform === null ? {} : { platform_name: 'XCP', platform_version: facts.platform }),
    product_brand: facts.productBrand,
    build_number: facts.build,
    hostname: before['hostname'] ?? 'localhost',
    ...(since('5.6.0') ? { dbv: '2010.0521' } : {}),
    xapi: facts.xapi,
    ...(since('7.3.0') ? { xapi_build: `${facts.xapi}.0` } : {}),
    xen: facts.xen,
    ...(since('5.6.0') ? { network_backend: before['network_backend'] ?? 'bridge' } : {}),
  };
}
