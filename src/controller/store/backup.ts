// The pool's database: dumped, parsed back, counted against the live pool and stored outside it. A dump that does not hold what the pool holds is no backup.
import { createHash } from 'node:crypto';
import { type KubernetesApi, type KubeObject, SECRETS } from '../../kubernetes/api';
import { ChunkMismatch, readChunks, type SavedText, wholeSet, writeChunks } from '../../kubernetes/immutableChunks';
import type { Outcome } from '../../upgrade/ports';
import type { BackupSummary } from '../../upgrade/state';
import { minutes } from '../../upgrade/time';
import type { PoolCache } from '../../xenapi/cache';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import { type Database, rowsOf } from '../../xenapi/database/database';
import { DatabaseError } from '../../xenapi/database/databaseError';
import { parseDatabase } from '../../xenapi/database/parseDatabase';
import { accepted } from '../pool/outcome';
import { DOMAIN, LABELS } from './labels';
import { readState } from './status';
import type { ObjectStore } from './objectStore';

export interface BackupParts {
  readonly api: KubernetesApi;
  readonly store: ObjectStore;
  readonly client: XapiClient;
  readonly cache: PoolCache;
}

/** Takes, verifies and stores the backup of a run. */
export async function takeBackup(parts: BackupParts, runId: string, keep: number): Promise<Outcome> {
  try {
    const text = await parts.client.get('/pool/xmldbdump', { deadlineMs: minutes(10) });
    const dump = parseDatabase(text);
    await parts.cache.refresh(['pool', 'host', 'VM', 'SR']);
    const missing = shortcoming(dump, parts.cache);
    if (missing !== undefined) return { kind: 'Refused', code: 'BACKUP_INCOMPLETE', text: missing };
    await save(parts, runId, text, dump);
    await prune(parts, keep);
    return accepted;
  } catch (error) {
    if (error instanceof DatabaseError) return { kind: 'Refused', code: 'BACKUP_UNREADABLE', text: error.message };
    if (error instanceof XapiError) return { kind: 'Refused', code: 'BACKUP_FAILED', text: error.message };
    throw error;
  }
}

/** The verified backup of a run as it is stored; null when there is none or it is not whole. */
export async function findBackup(api: KubernetesApi, namespace: string, run: string): Promise<BackupSummary | null> {
  const { items } = await api.list(SECRETS, namespace, { labelSelector: `${LABELS.kind}=backup,${LABELS.run}=${run}` });
  for (const sha256 of new Set(items.map((secret) => shaOf(secret)))) {
    const whole = wholeSet(
      items.filter((secret) => shaOf(secret) === sha256),
      DOMAIN,
    );
    if (whole === undefined) continue;
    const names = whole.map((secret) => secret.metadata.name);
    if (!(await isReadable(api, namespace, { names, sha256 }))) continue;
    return {
      secrets: names,
      sha256,
      takenAt: whole[0]!.metadata.creationTimestamp ?? '',
      hosts: count(whole[0]!, LABELS.hosts),
      vms: count(whole[0]!, LABELS.vms),
    };
  }
  return null;
}

/** A set that does not give the text it was made of is no backup. */
async function isReadable(api: KubernetesApi, namespace: string, saved: SavedText): Promise<boolean> {
  try {
    await readChunks(api, SECRETS, namespace, saved);
    return true;
  } catch (error) {
    if (error instanceof ChunkMismatch) return false;
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

async function save({ api, store }: BackupParts, runId: string, text: string, dump: Database): Promise<void> {
  const pool = rowsOf(dump, 'pool')[0]?.['uuid'] ?? '';
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const name = `xenpool-backup-${pool.slice(0, 8)}-${runId.slice(0, 8)}-${digest}`;
  const labels = {
    [LABELS.kind]: 'backup',
    [LABELS.run]: runId,
    [LABELS.pool]: pool,
    [LABELS.hosts]: String(rowsOf(dump, 'host').length),
    [LABELS.vms]: String(rowsOf(dump, 'VM').length),
  };
  await writeChunks(api, { resource: SECRETS, namespace: store.namespace, name }, text, { domain: DOMAIN, labels });
}

/** Keeps the newest backups of the pool, of whatever run. */
async function prune({ api, store }: BackupParts, keep: number): Promise<void> {
  const pool = readState(store.current)?.pool?.uuid;
  const { items: backups } = await api.list(SECRETS, store.namespace, {
    labelSelector: `${LABELS.kind}=backup,${LABELS.pool}=${pool}`,
  });
  const byAge = [...new Set(backups.map((secret) => secret.metadata.labels![LABELS.run]!))].sort(
    (a, b) => newest(backups, b) - newest(backups, a),
  );
  const old = byAge.slice(keep);
  for (const secret of backups.filter((entry) => old.includes(entry.metadata.labels![LABELS.run]!)))
    await api.delete(SECRETS, store.namespace, secret.metadata.name);
}

function newest(backups: readonly KubeObject[], run: string): number {
  return Math.max(
    ...backups
      .filter((secret) => secret.metadata.labels?.[LABELS.run] === run)
      .map((secret) => Date.parse(secret.metadata.creationTimestamp ?? '') || 0),
  );
}

function shaOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[`${DOMAIN}/sha256`] ?? '';
}

function count(secret: KubeObject, label: string): number {
  return Number(secret.metadata.labels?.[label] ?? 0);
}
