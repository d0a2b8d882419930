// The place that a manifest names for its backups.
import type { PoolUpgradeSpec } from '../../api/generated/poolUpgrade';
import type { KubernetesApi } from '../../kubernetes/api';
import type { BackupPlace } from './backupPlace';
import { secretBackups } from './secretBackups';
import { volumeBackups } from './volumeBackups';

export interface Places {
  readonly api: KubernetesApi;
  readonly namespace: string;
  /** Folder with one mounted claim under each name; undefined where there is none. */
  readonly volumes: string | undefined;
}

export function chosenPlace({ api, namespace, volumes }: Places, { volume }: PoolUpgradeSpec['backup']): BackupPlace {
  return volume === undefined ? secretBackups(api, namespace) : volumeBackups(volumes ?? '', volume.claimName);
}
