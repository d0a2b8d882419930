// The backups of a pool that are stored, read for what they say of its hosts: what a mixed pool may be gone on with, whoever began its upgrade.
import { brandOf, type Release } from '../../plan/release';
import type { KeptBackup } from '../../upgrade/record';
import { type Row, rowsOf } from '../../xenapi/database/database';
import { DatabaseError } from '../../xenapi/database/databaseError';
import { readMap } from '../../xenapi/database/literals';
import { parseDatabase } from '../../xenapi/database/parseDatabase';
import type { BackupPlace, StoredDump } from './backupPlace';

/** Newest first; a dump that cannot be read back is no backup. */
export async function findKept(place: BackupPlace, pool: string): Promise<readonly KeptBackup[]> {
  return (await place.all(pool)).flatMap(readDump);
}

function readDump({ summary, text }: StoredDump): readonly KeptBackup[] {
  try {
    const hosts = rowsOf(parseDatabase(text), 'host');
    return [{ summary, releases: Object.fromEntries(hosts.map((host) => [host['uuid'] ?? '', releaseOf(host)])) }];
  } catch (error) {
    if (error instanceof DatabaseError) return [];
    throw error;
  }
}

function releaseOf(host: Row): Release {
  const software = new Map(readMap(host['software_version'] ?? '()'));
  return { brand: brandOf(software.get('product_brand')), version: software.get('product_version') ?? '0' };
}
