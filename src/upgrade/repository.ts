// Where the installer of a release comes from, as the orders have it.
import { compareVersions } from '../plan/release';
import type { Orders } from './orders';

/** The repository of a release; an entry without a brand serves any. */
export function repositoryFor(orders: Orders, version: string, brand: string | undefined): string | undefined {
  return orders.repositories.find((entry) => serves(entry, version, brand))?.url;
}

/** Whether the manifest names a repository of that version, of whatever brand. */
export function isNamed(orders: Orders, version: string): boolean {
  return orders.repositories.some((entry) => compareVersions(entry.version, version) === 0);
}

/** Whether the boot server has the image of a release. */
export function hasImage(orders: Orders, version: string, brand: string | undefined): boolean {
  return (orders.images ?? []).some((entry) => serves(entry, version, brand));
}

type Entry = Pick<Orders['repositories'][number], 'brand' | 'version'>;

function serves(entry: Entry, version: string, brand: string | undefined): boolean {
  return compareVersions(entry.version, version) === 0 && (entry.brand === undefined || entry.brand === brand);
}
