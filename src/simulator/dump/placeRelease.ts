// Which release a pool runs, and which XenAPI its hosts serve.
import { manifestValue, type Database } from '../../xenapi/database/database';
import type { DatabaseRecord } from '../pool/liveDatabase';
import { brandOf, findFacts } from '../releases';
import type { Release } from '../world';
import { LoadError } from './loadError';
import { apiOfSchema } from './schema';

export interface Placement {
  readonly release: Release;
  readonly apiRelease: string;
}

/**
 * The hosts' `product_version` places the release, the manifest's where they have none; the schema version places the XenAPI, the release where it does not.
 * @throws LoadError when hosts differ or no known release fits
 */
export function placeRelease(database: Database, hosts: readonly DatabaseRecord[]): Placement {
  const versions = hosts.map(softwareVersion);
  for (const key of ['product_version', 'platform_version', 'xapi', 'product_brand']) refuseMixed(key, versions);
  const told = (key: string): string | undefined => versions[0]?.[key] ?? manifestValue(database, key);
  const version = told('product_version') ?? '';
  const brand = brandOf(told('product_brand'));
  const facts = /^\d/.test(version) ? findFacts({ brand, version }) : undefined;
  if (facts !== undefined) return { release: facts.release, apiRelease: apiOfManifest(database) ?? facts.api };
  throw new LoadError(
    'UnknownRelease',
    `the hosts run ${brand} "${version}"; the simulator knows XenServer from 4.1 and XCP-ng from 7.4 on`,
  );
}

function apiOfManifest(database: Database): string | undefined {
  const major = manifestValue(database, 'schema_major_vsn') ?? '5';
  return major === '5' ? apiOfSchema(manifestValue(database, 'schema_minor_vsn')) : undefined;
}

export function softwareVersion(host: DatabaseRecord): Readonly<Record<string, string>> {
  const value = host['software_version'];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, string>>) : {};
}

function refuseMixed(key: string, versions: readonly Readonly<Record<string, string>>[]): void {
  const found = [...new Set(versions.map((version) => version[key] ?? 'none'))];
  if (found.length <= 1) return;
  throw new LoadError(
    'AlreadyMixed',
    `hosts differ in ${key} (${found.sort().join(', ')}): an upgrade is under way; finish it before planning another`,
  );
}
