// The heart's memory outside the process: status, baseline and plan in ConfigMaps, the database backup in Secrets.
import { type Fact, known, unknown } from '../../foundation/fact';
import { CONFIG_MAPS, KubeError, type KubernetesApi } from '../../kubernetes/api';
import { ChunkMismatch, readChunks } from '../../kubernetes/immutableChunks';
import type { Baseline } from '../../upgrade/baseline';
import type { StorePort } from '../../upgrade/ports';
import type { RunRecord } from '../../upgrade/record';
import type { SavedDocument } from '../../upgrade/state';
import { type BackupParts, takeBackup } from './backup';
import { saveRecord, saveLeaving } from './earlierRun';
import { keepJson } from './keptJson';
import { LABELS } from './labels';
import type { ObjectStore } from './objectStore';

export interface StoreParts extends BackupParts {
  readonly api: KubernetesApi;
  readonly store: ObjectStore;
}

export function createStorePort(parts: StoreParts): StorePort {
  const { api, store } = parts;
  return {
    writeState: (state) => store.writeState(state),
    async saveBaseline(baseline) {
      const labels = { [LABELS.object]: store.current.metadata.uid ?? '', [LABELS.pool]: baseline.poolUuid };
      const { names, sha256 } = await keepJson(api, store.namespace, 'baseline', labels, baseline);
      return { configMaps: names, sha256 };
    },
    loadBaseline: (saved) => load<Baseline>(parts, 'baseline', saved),
    async loadPlan(saved) {
      const record = await load<RunRecord>(parts, 'plan', saved);
      return record.known ? known(record.value.whole) : record;
    },
    protect: () => store.protect(),
    takeBackup: (runId) => takeBackup(parts, runId, store.current.spec.backup.keep),
    async saveRecord(record) {
      const { names, sha256 } = await saveRecord(api, store.namespace, record);
      return { configMaps: names, sha256 };
    },
    saveLeaving: (record) => saveLeaving(api, store.namespace, record),
  };
}

async function load<T>({ api, store }: StoreParts, what: string, { configMaps, sha256 }: SavedDocument): Promise<Fact<T>> {
  try {
    const text = await readChunks(api, CONFIG_MAPS, store.namespace, { names: configMaps, sha256 });
    return known(JSON.parse(text) as T);
  } catch (error) {
    const lost = error instanceof ChunkMismatch || (error instanceof KubeError && error.kind === 'NotFound');
    if (!lost) throw error;
    return unknown(`the ${what} in ConfigMap ${configMaps.join(', ')} cannot be read: ${error.message}; restore it`);
  }
}
