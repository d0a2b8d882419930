// A person applies a hotfix to every host of a pool, as XenCenter does: the pool then lists it, and each host as one that has it.
import type { LiveDatabase } from './liveDatabase';

export interface Hotfix {
  readonly uuid: string;
  readonly name: string;
}

/** Renews the staging plugin of Citrix Hypervisor 8.2, without which nothing leads from there to XenServer 8. Source: the project's XenServer reference, 3.2. */
export const PLUGIN_HOTFIX: Hotfix = { name: 'XS82RPU005', uuid: '38a7eeeb-31ec-4de3-934f-13929ad3e339' };

/** Changes nothing where the pool has it already. */
export function applyHotfix(database: LiveDatabase, { uuid, name }: Hotfix): void {
  if (database.byUuid('pool_update', uuid) !== undefined) return;
  const ref = `OpaqueRef:${uuid}`;
  const hosts = [...database.records('host')];
  database.create('pool_update', ref, {
    uuid,
    name_label: name,
    name_description: 'Renews the plugin that prepares a rolling pool upgrade',
    version: '1.0',
    installation_size: 0,
    after_apply_guidance: [],
    hosts: hosts.map(([host]) => host),
    other_config: {},
  });
  for (const [host, record] of hosts) {
    const updates = Array.isArray(record['updates']) ? record['updates'] : [];
    database.update('host', host, { updates: [...updates, ref] });
  }
}
