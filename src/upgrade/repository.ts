// Where the installer of a release comes from, as the orders have it.
import { compareVersions } from '../plan/release';
import type { Orders } from './orders';

/** The repository of a release; an entry without a brand serves any. */
export function repositoryFor(orders: Orders, version: string, brand: string | undefined): string | undefined {
  const serves = (entry: Orders['repositories'][number]): boolean =>
    compareVersions(entry.version, version) === 0 && (entry.brand === undefined || entry.brand === brand);
  return orders.repositories.find(serves)?.url;
}
