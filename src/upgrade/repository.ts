// Where the installer of a release comes from, as the orders have it.
import { compareVersions, type Release } from '../plan/release';
import type { Orders } from './orders';

/** The repository of a release; an entry without a brand serves any. */
export function repositoryFor(orders: Orders, version: string, brand: string | undefined): string | undefined {
  return orders.repositories.find((entry) => serves(entry, { version, brand }))?.url;
}

/** Whether the manifest names a repository of that version, of whatever brand. */
export function isNamed(orders: Orders, version: string): boolean {
  return orders.repositories.some((entry) => compareVersions(entry.version, version) === 0);
}

/** Whether an image of a release is named, which the boot server serves. */
export function hasImage({ isos }: Orders, version: string, brand: string | undefined): boolean {
  return isos.some((entry) => serves(entry, { version, brand }));
}

/** Those of the releases of which an image is named. */
export function withImage({ isos }: Orders, releases: readonly Release[]): readonly Release[] {
  return releases.filter((release) => isos.some((entry) => serves(entry, release)));
}

interface Wanted {
  readonly version: string;
  readonly brand: string | undefined;
}

function serves(entry: Wanted, { version, brand }: Wanted): boolean {
  return compareVersions(entry.version, version) === 0 && (entry.brand === undefined || entry.brand === brand);
}
