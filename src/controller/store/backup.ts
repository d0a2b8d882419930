// The pool's database: dumped, parsed back, counted against the live pool and stored outside it. A dump that does not hold what the pool holds is no backup.
import type { Outcome } from '../../upgrade/ports';
import { minutes } from '../../upgrade/time';
import type { PoolCache } from '../../xenapi/cache';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import { type Database, rowsOf } from '../../xenapi/database/database';
import { DatabaseError } from '../../xenapi/database/databaseError';
import { parseDatabase } from '../../xenapi/database/parseDatabase';
import { accepted } from '../pool/outcome';
import { type BackupPlace, PlaceError } from './backupPlace';

export interface BackupParts {
  readonly client: XapiClient;
  readonly cache: PoolCache;
  /** As the object names it now. */
  readonly place: () => BackupPlace;
  /** ISO 8601. */
  readonly now: () => string;
}

/** Takes, verifies and stores the backup of a run. */
export async function takeBackup(parts: BackupParts, runId: string, keep: number): Promise<Outcome> {
  try {
    const text = await parts.client.get('/pool/xmldbdump', { deadlineMs: minutes(10) });
    const dump = parseDatabase(text);
    await parts.cache.refresh(['pool', 'host', 'VM', 'SR']);
    const missing = shortcoming(dump, parts.cache);
    if (missing !== undefined) return { kind: 'Refused', code: 'BACKUP_INCOMPLETE', text: missing };
    const pool = rowsOf(dump, 'pool')[0]?.['uuid'] ?? '';
    const counts = { hosts: rowsOf(dump, 'host').length, vms: rowsOf(dump, 'VM').length };
    const place = parts.place();
    await place.save({ run: runId, pool, ...counts, takenAt: parts.now(), text });
    await place.prune(pool, keep);
    return accepted;
  } catch (error) {
    if (error instanceof DatabaseError) return { kind: 'Refused', code: 'BACKUP_UNREADABLE', text: error.message };
    if (error instanceof PlaceError) return { kind: 'Refused', code: 'BACKUP_NOT_STORED', text: error.message };
    if (error instanceof XapiError) return { kind: 'Refused', code: 'BACKUP_FAILED', text: error.message };
    throw error;
  }
}

/** What the dump lacks of what the pool has, by uuid. */
function shortcoming(dump: Database, cache: PoolCache): string | undefined {
  for (const cls of ['pool', 'host', 'VM', 'SR'] as const) {
    const dumped = new Set(rowsOf(dump, cls).map((row) => row['uuid']));
    const lost = [...cache.records(cls).values()].filter((record) => !dumped.has((record as { uuid: string }).uuid));
    if (lost.length > 0)
      return `the dump lacks ${lost.length} of ${cache.records(cls).size} objects of class ${cls}; in mixed mode XAPI serves a dummy`;
  }
  return undefined;
}
