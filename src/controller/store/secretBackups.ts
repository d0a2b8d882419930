// Dumps in immutable Secrets beside the object: a pool's database holds what opens its storage, so not everyone may read it.
import { sha256 } from '../../foundation/sha256';
import { type KubernetesApi, type KubeObject, SECRETS } from '../../kubernetes/api';
import { findTexts, type FoundText, TooManyChunks, writeChunks } from '../../kubernetes/immutableChunks';
import type { BackupSummary } from '../../upgrade/state';
import { type BackupPlace, PlaceError, type StoredDump, type VerifiedDump } from './backupPlace';
import { DOMAIN, LABELS } from './labels';

/** More belongs on a volume: all Secrets of a cluster live in its own database. */
const MOST_SECRETS = 16;

export function secretBackups(api: KubernetesApi, namespace: string): BackupPlace {
  return {
    save: (dump) => save(api, namespace, dump),
    find: (run) => find(api, namespace, run),
    all: (pool) => all(api, namespace, pool),
    prune: (pool, keep) => prune(api, namespace, pool, keep),
  };
}

async function save(api: KubernetesApi, namespace: string, { run, pool, hosts, vms, srs, text }: VerifiedDump): Promise<void> {
  const digest = sha256(text).slice(0, 8);
  const set = { resource: SECRETS, namespace, name: `xenpool-backup-${pool.slice(0, 8)}-${run.slice(0, 8)}-${digest}` };
  const labels = {
    [LABELS.kind]: 'backup',
    [LABELS.run]: run,
    [LABELS.pool]: pool,
    [LABELS.hosts]: String(hosts),
    [LABELS.vms]: String(vms),
    [LABELS.srs]: String(srs),
  };
  try {
    await writeChunks(api, set, text, { domain: DOMAIN, labels, most: MOST_SECRETS });
  } catch (error) {
    if (!(error instanceof TooManyChunks)) throw error;
    throw new PlaceError(
      `the dump needs ${error.count} Secrets, expected at most ${MOST_SECRETS}; name a volume under spec.backup.volume`,
    );
  }
}

async function find(api: KubernetesApi, namespace: string, run: string): Promise<BackupSummary | null> {
  const selector = `${LABELS.kind}=backup,${LABELS.run}=${run}`;
  const [found] = await findTexts(api, { resource: SECRETS, namespace }, selector, DOMAIN);
  return found === undefined ? null : summaryOf(found);
}

async function all(api: KubernetesApi, namespace: string, pool: string): Promise<readonly StoredDump[]> {
  const selector = `${LABELS.kind}=backup,${LABELS.pool}=${pool}`;
  const found = await findTexts(api, { resource: SECRETS, namespace }, selector, DOMAIN);
  const dumps = found.map((dump) => ({ summary: summaryOf(dump), text: dump.text }));
  return dumps.sort((one, other) => Date.parse(other.summary.takenAt) - Date.parse(one.summary.takenAt));
}

function summaryOf(found: FoundText): BackupSummary {
  const first = found.parts[0]!;
  return {
    secrets: found.parts.map(({ metadata }) => metadata.name),
    sha256: found.sha256,
    takenAt: first.metadata.creationTimestamp ?? '',
    hosts: count(first, LABELS.hosts),
    vms: count(first, LABELS.vms),
    ...(first.metadata.labels?.[LABELS.srs] === undefined ? {} : { srs: count(first, LABELS.srs) }),
  };
}

async function prune(api: KubernetesApi, namespace: string, pool: string, keep: number): Promise<void> {
  const { items: backups } = await api.list(SECRETS, namespace, {
    labelSelector: `${LABELS.kind}=backup,${LABELS.pool}=${pool}`,
  });
  const byAge = [...new Set(backups.map((secret) => runOf(secret)))].sort((a, b) => newest(backups, b) - newest(backups, a));
  const old = byAge.slice(keep);
  for (const secret of backups.filter((entry) => old.includes(runOf(entry))))
    await api.delete(SECRETS, namespace, secret.metadata.name);
}

function newest(backups: readonly KubeObject[], run: string): number {
  const times = backups
    .filter((secret) => runOf(secret) === run)
    .map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') || 0);
  return Math.max(...times);
}

function runOf({ metadata }: KubeObject): string {
  return metadata.labels?.[LABELS.run] ?? '';
}

function count(secret: KubeObject, label: string): number {
  return Number(secret.metadata.labels?.[label] ?? 0);
}
