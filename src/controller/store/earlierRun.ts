// What an earlier run on a pool left in the namespace: its record in a ConfigMap, and its backup. Looked for by the pool's uuid, when an object finds no
// memory of its own.
import { CONFIG_MAPS, type KubernetesApi, type KubeObject } from '../../kubernetes/api';
import { ChunkMismatch, readChunks, type SavedText, wholeSet, writeChunks } from '../../kubernetes/immutableChunks';
import type { EarlierRun, RunRecord, LeavingRecord } from '../../upgrade/record';
import type { BackupPlace } from './backupPlace';
import { DOMAIN, LABELS } from './labels';
import { createHash } from 'node:crypto';

/** @returns the name of the first ConfigMap */
export async function saveRecord(api: KubernetesApi, namespace: string, record: RunRecord): Promise<string> {
  const [first] = await save(api, namespace, 'plan', record);
  return first!;
}

export async function saveLeaving(api: KubernetesApi, namespace: string, record: LeavingRecord): Promise<void> {
  await save(api, namespace, 'leaving', record);
}

/** The newest run whose record is whole; null when there is none. */
export async function findEarlier(
  api: KubernetesApi,
  namespace: string,
  place: BackupPlace,
  pool: string,
): Promise<EarlierRun | null> {
  const records = await readAll<RunRecord>(api, namespace, `${LABELS.kind}=plan,${LABELS.pool}=${pool}`);
  const [record] = [...records].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  if (record === undefined) return null;
  const leavings = await readAll<LeavingRecord>(api, namespace, `${LABELS.kind}=leaving,${LABELS.run}=${record.run}`);
  return { record, backup: await place.find(record.run), leavings };
}

async function save(
  api: KubernetesApi,
  namespace: string,
  kind: 'plan' | 'leaving',
  record: RunRecord | LeavingRecord,
): Promise<readonly string[]> {
  const text = JSON.stringify(record);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const labels = { [LABELS.kind]: kind, [LABELS.pool]: record.pool, [LABELS.run]: record.run };
  const set = { resource: CONFIG_MAPS, namespace, name: `xenpool-${kind}-${digest}` };
  const { names } = await writeChunks(api, set, text, { domain: DOMAIN, labels });
  return names;
}

/** What is not whole, or not what was written, is left out. */
async function readAll<T>(api: KubernetesApi, namespace: string, labelSelector: string): Promise<readonly T[]> {
  const { items } = await api.list(CONFIG_MAPS, namespace, { labelSelector });
  const records: T[] = [];
  for (const sha256 of new Set(items.map((item) => shaOf(item)))) {
    const parts = items.filter((item) => shaOf(item) === sha256);
    const names = wholeSet(parts, DOMAIN)?.map(({ metadata }) => metadata.name);
    const record = names === undefined ? undefined : await readRecord<T>(api, namespace, { names, sha256 });
    if (record !== undefined) records.push(record);
  }
  return records;
}

async function readRecord<T>(api: KubernetesApi, namespace: string, saved: SavedText): Promise<T | undefined> {
  try {
    return JSON.parse(await readChunks(api, CONFIG_MAPS, namespace, saved)) as T;
  } catch (error) {
    if (error instanceof ChunkMismatch || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function shaOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[`${DOMAIN}/sha256`] ?? '';
}
