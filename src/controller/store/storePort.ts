// The heart's memory outside the process: status, baseline and plan in ConfigMaps, the database backup in Secrets.
import { known, unknown } from '../../foundation/fact';
import { CONFIG_MAPS, KubeError } from '../../kubernetes/api';
import { ChunkMismatch, readChunks, writeChunks } from '../../kubernetes/immutableChunks';
import type { Baseline } from '../../upgrade/baseline';
import type { StorePort } from '../../upgrade/ports';
import { type BackupParts, takeBackup } from './backup';
import { createHash } from 'node:crypto';

export function createStorePort(parts: BackupParts): StorePort {
  const { api, store } = parts;
  const keep = async (
    kind: 'baseline' | 'plan',
    text: string,
  ): Promise<{ readonly names: readonly string[]; readonly sha256: string }> => {
    const name = `xenpool-${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    const labels = { 'xenpool.dev/kind': kind, 'xenpool.dev/object': store.current.metadata.uid ?? '' };
    return writeChunks(api, { resource: CONFIG_MAPS, namespace: store.namespace, name }, text, { domain: 'xenpool.dev', labels });
  };
  return {
    writeState: (state) => store.writeState(state),
    async saveBaseline(baseline) {
      const { names, sha256 } = await keep('baseline', JSON.stringify(baseline));
      return { configMaps: names, sha256 };
    },
    async loadBaseline(saved) {
      try {
        const text = await readChunks(api, CONFIG_MAPS, store.namespace, { names: saved.configMaps, sha256: saved.sha256 });
        return known(JSON.parse(text) as Baseline);
      } catch (error) {
        const lost = error instanceof ChunkMismatch || (error instanceof KubeError && error.kind === 'NotFound');
        if (!lost) throw error;
        return unknown(`the baseline in ConfigMap ${saved.configMaps.join(', ')} cannot be read: ${error.message}; restore it`);
      }
    },
    protect: () => store.protect(),
    takeBackup: (runId) => takeBackup(parts, runId, store.current.spec.backup.keep),
    async savePlan(_runId, text) {
      await keep('plan', text);
    },
  };
}
