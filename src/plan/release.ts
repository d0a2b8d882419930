// Releases and how they compare. A release is a brand and a product version; versions compare number by number, never as text.

export type Brand = 'XenServer' | 'XCP-ng';

export interface Release {
  readonly brand: Brand;
  /** Product version, e.g. `6.2.0`. */
  readonly version: string;
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`. Missing parts count as 0; text after a number is ignored. */
export function compareVersions(a: string, b: string): number {
  const left = numbers(a);
  const right = numbers(b);
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

export function sameRelease(a: Release, b: Release): boolean {
  return a.brand === b.brand && compareVersions(a.version, b.version) === 0;
}

/** `XCP-ng` when the product says so; every other brand name (XenServer, Citrix Hypervisor, code names of old builds) is XenServer's line. */
export function brandOf(productBrand: string | undefined): Brand {
  return productBrand === 'XCP-ng' ? 'XCP-ng' : 'XenServer';
}

export function printRelease(release: Release): string {
  return `${release.brand} ${release.version}`;
}
