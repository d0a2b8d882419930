// What an earlier run on a pool left in the namespace: its record in a ConfigMap, and its backup. Looked for by the pool's uuid, when an object finds no
// memory of its own.
import type { KubernetesApi } from '../../kubernetes/api';
import type { SavedText } from '../../kubernetes/immutableChunks';
import type { EarlierRun, RunRecord, LeavingRecord } from '../../upgrade/record';
import { backupKey, type BackupSummary } from '../../upgrade/state';
import type { BackupPlace } from './backupPlace';
import { findJson, keepJson } from './keptJson';
import { LABELS } from './labels';

export function saveRecord(api: KubernetesApi, namespace: string, record: RunRecord): Promise<SavedText> {
  return keepJson(api, namespace, 'plan', labelsOf(record), record);
}

export async function saveLeaving(api: KubernetesApi, namespace: string, record: LeavingRecord): Promise<void> {
  await keepJson(api, namespace, 'leaving', labelsOf(record), record);
}

/** The newest run whose record is whole; null when there is none. */
export async function findEarlier(
  api: KubernetesApi,
  namespace: string,
  place: BackupPlace,
  pool: string,
): Promise<EarlierRun | null> {
  const records = await findJson<RunRecord>(api, namespace, `${LABELS.kind}=plan,${LABELS.pool}=${pool}`);
  const [newest] = [...records].sort(({ value: one }, { value: other }) => Date.parse(other.at) - Date.parse(one.at));
  if (newest === undefined) return null;
  const { value: record, saved } = newest;
  const leavings = await findJson<LeavingRecord>(api, namespace, `${LABELS.kind}=leaving,${LABELS.run}=${record.run}`);
  const backups: (BackupSummary | null)[] = [];
  for (let at = 0; at < Math.max(1, (record.plan.path?.length ?? 2) - 1); at++)
    backups.push(await place.find(backupKey(record.run, at)));
  return { record, saved, backups, leavings: leavings.map(({ value }) => value) };
}

function labelsOf({ pool, run }: RunRecord | LeavingRecord): Readonly<Record<string, string>> {
  return { [LABELS.pool]: pool, [LABELS.run]: run };
}
