// The way back out of a mixed pool: a stored backup from before the hop under way. None can be taken in mixed mode, when XAPI serves a dummy, so it is an
// earlier one or none.
import type { Pool } from '../../plan/pool';
import { type Release, sameRelease } from '../../plan/release';
import type { Facts } from '../facts';
import type { KeptBackup } from '../record';
import type { BackupSummary } from '../state';

/** The newest in which every host of the pool stands with the release that the old ones still have. */
export function backupFromBefore(facts: Pick<Facts, 'keptBackups'>, pool: Pool, old: Release): BackupSummary | undefined {
  const fits = ({ releases }: KeptBackup): boolean =>
    pool.hosts.every(({ uuid }) => releases[uuid] !== undefined && sameRelease(releases[uuid], old));
  return keptBackups(facts).find(fits)?.summary;
}

/** Why there is none, for a person. */
export function whyNoBackup(facts: Pick<Facts, 'keptBackups'>): string {
  const kept = keptBackups(facts).length;
  return kept === 0
    ? 'no backup of it is stored here'
    : `of the backups of it that are stored here (${kept}) none is from before`;
}

function keptBackups({ keptBackups }: Pick<Facts, 'keptBackups'>): readonly KeptBackup[] {
  return keptBackups.known ? keptBackups.value : [];
}
