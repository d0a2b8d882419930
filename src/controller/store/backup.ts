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
    await parts.cache.refresh(COUNTED);
    const dump = parse(text);
    const missing = shortcoming(dump, parts.cache);
    if (missing !== undefined) return { kind: 'Refused', code: 'BACKUP_INCOMPLETE', text: missing };
    const pool = rowsOf(dump, 'pool')[0]?.['uuid'] ?? '';
    const counts = { hosts: rowsOf(dump, 'host').length, vms: rowsOf(dump, 'VM').length, srs: rowsOf(dump, 'SR').length };
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

const COUNTED = ['pool', 'host', 'VM', 'SR'] as const;
const EMPTY: Database = { manifest: [], tables: [] };

/** What XAPI gives out in mixed mode is a database as well, with nothing in it: its counts are told like those of any other. @throws DatabaseError */
function parse(text: string): Database {
  try {
    return parseDatabase(text);
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'NoPool') return EMPTY;
    throw error;
  }
}

/** How the dump differs from the pool as it is now, object by object and in numbers; undefined when it holds what the pool holds, and nothing else. */
function shortcoming(dump: Database, cache: PoolCache): string | undefined {
  const uuids = COUNTED.map((cls) => ({
    cls,
    dumped: new Set(rowsOf(dump, cls).map((row) => row['uuid'] ?? '')),
    live: [...cache.records(cls).values()].map((record) => (record as { readonly uuid: string }).uuid),
  }));
  const wrong = uuids.find(({ dumped, live }) => dumped.size !== live.length || live.some((uuid) => !dumped.has(uuid)));
  if (wrong === undefined) return undefined;
  const numbers = (size: (entry: (typeof uuids)[number]) => number): string =>
    uuids
      .filter(({ cls }) => cls !== 'pool')
      .map((entry) => `${size(entry)} ${entry.cls}s`)
      .join(', ');
  const found = numbers(({ dumped }) => dumped.size);
  const expected = numbers(({ live }) => live.length);
  const lost = wrong.live.filter((uuid) => !wrong.dumped.has(uuid)).length;
  return `the dump holds ${found}; the pool has ${expected}; of class ${wrong.cls} it lacks ${lost} (in mixed mode XAPI serves a dummy)`;
}
