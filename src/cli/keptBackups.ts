// Backups as the operator keeps them in Secrets, found by their labels and read by what an object's status names.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { DOMAIN, LABELS } from '../controller/store/labels';
import { KubeError, type KubeObject, type KubernetesApi, SECRETS } from '../kubernetes/api';
import { ChunkMismatch, findTexts, readChunks } from '../kubernetes/immutableChunks';

/** There is no such backup, or it is not whole; in words. */
export class BackupTrouble extends Error {}

/** All as text, for a table; a dash where an older version of the operator did not count. */
export interface ListedBackup {
  readonly takenAt: string;
  readonly pool: string;
  readonly run: string;
  readonly hosts: string;
  readonly vms: string;
  readonly srs: string;
  /** `2`, or `1 of 2` where parts are missing. */
  readonly parts: string;
}

/** The newest first. What is in them is not fetched. */
export async function listBackups(api: KubernetesApi, namespace: string): Promise<readonly ListedBackup[]> {
  const { items } = await api.list(SECRETS, namespace, { labelSelector: `${LABELS.kind}=backup`, metadataOnly: true });
  const keys = [...new Set(items.map(keyOf))];
  const backups = keys.map((key) => listed(items.filter((item) => keyOf(item) === key)));
  return backups.sort((one, other) => Number(other.takenAt > one.takenAt) - Number(other.takenAt < one.takenAt));
}

function listed(parts: readonly KubeObject[]): ListedBackup {
  const { labels = {}, annotations = {}, creationTimestamp = '' } = parts[0]!.metadata;
  const label = (name: string): string => labels[name] ?? '–';
  const total = Number((annotations[`${DOMAIN}/part`] ?? '').split('/')[1] ?? 0);
  return {
    takenAt: creationTimestamp,
    pool: label(LABELS.pool),
    run: label(LABELS.run),
    hosts: label(LABELS.hosts),
    vms: label(LABELS.vms),
    srs: label(LABELS.srs),
    parts: parts.length === total ? String(total) : `${parts.length} of ${total}`,
  };
}

/** Of a pool in which nothing happened meanwhile two runs keep the same. */
function keyOf({ metadata }: KubeObject): string {
  return `${metadata.labels?.[LABELS.run] ?? ''} ${metadata.annotations?.[`${DOMAIN}/sha256`] ?? ''}`;
}

export interface FetchedBackup {
  readonly text: string;
  readonly sha256: string;
}

/**
 * @param run of an earlier run; undefined for the one the object's status tells of
 * @throws BackupTrouble; KubeError
 */
export async function fetchBackup(
  api: KubernetesApi,
  namespace: string,
  { metadata, status }: PoolUpgrade,
  run: string | undefined,
): Promise<FetchedBackup> {
  if (run !== undefined) return ofRun(api, namespace, run);
  const kept = status?.backup;
  if (kept === undefined)
    throw new BackupTrouble(`${metadata.name} has no backup: none is taken before the master has been emptied`);
  if (kept.volume !== undefined) {
    const { claimName, file } = kept.volume;
    throw new BackupTrouble(
      `the backup of ${metadata.name} lies on volume ${claimName}, gzipped, as ${file}; copy it from there`,
    );
  }
  try {
    const { secrets: names, sha256 } = kept;
    return { text: await readChunks(api, SECRETS, namespace, { names, sha256 }), sha256 };
  } catch (error) {
    if (error instanceof ChunkMismatch) throw new BackupTrouble(`the backup is not whole: ${error.message}`);
    if (error instanceof KubeError && error.kind === 'NotFound')
      throw new BackupTrouble(`the backup is not whole: ${error.message}`);
    throw error;
  }
}

async function ofRun(api: KubernetesApi, namespace: string, run: string): Promise<FetchedBackup> {
  const [found] = await findTexts(api, { resource: SECRETS, namespace }, `${LABELS.kind}=backup,${LABELS.run}=${run}`, DOMAIN);
  if (found === undefined)
    throw new BackupTrouble(`there is no whole backup of run ${run} in namespace ${namespace}; see xenpool backup list`);
  return { text: found.text, sha256: found.sha256 };
}
