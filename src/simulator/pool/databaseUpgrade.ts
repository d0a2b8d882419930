// What a new XAPI changes in the old one's database when the master starts with it, and what a host loses with its old system.
import { releaseRank } from '../../datamodel/datamodel';
import type { LiveDatabase, Ref } from './liveDatabase';
import { list, map, refOf, text } from './recordFields';

/** Coming from 5.6 Feature Pack 1 or earlier, VMs that started by themselves become best-effort ones of HA. Source: xapi, `upgrade_auto_poweron`. */
export function upgradeDatabase(database: LiveDatabase, from: string, to: string): void {
  const boston = releaseRank('boston');
  if (releaseRank(from) >= boston || releaseRank(to) < boston) return;
  for (const [ref, vm] of [...database.records('VM')]) {
    const marked = map(vm, 'other_config')['auto_poweron'] === 'true' && text(vm, 'ha_restart_priority') === '';
    if (marked) database.update('VM', ref, { ha_restart_priority: 'best-effort' });
  }
}

/** Patches and updates were of the old system: the new one has none of them. */
export function forgetPatches(database: LiveDatabase, host: Ref): void {
  forgetUpdates(database, host);
  const gone = new Set(
    [...database.records('host_patch')].filter(([, patch]) => refOf(patch, 'host') === host).map(([ref]) => ref),
  );
  if (gone.size === 0) return;
  for (const ref of gone) database.remove('host_patch', ref);
  for (const [ref, patch] of [...database.records('pool_patch')]) {
    database.update('pool_patch', ref, { host_patches: list(patch, 'host_patches').filter((applied) => !gone.has(applied)) });
  }
  database.update('host', host, { patches: [] });
}

function forgetUpdates(database: LiveDatabase, host: Ref): void {
  const applied = database.get('host', host)?.['updates'];
  if (!Array.isArray(applied) || applied.length === 0) return;
  for (const [ref, update] of [...database.records('pool_update')]) {
    const hosts = list(update, 'hosts').filter((one) => one !== host);
    if (hosts.length === 0) database.remove('pool_update', ref);
    else database.update('pool_update', ref, { hosts });
  }
  database.update('host', host, { updates: [] });
}
