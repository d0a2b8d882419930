// Updates that a made pool has: of Citrix Hypervisor 8.2 the one that renews the staging plugin, without which nothing leads from there to XenServer 8.
// Source: the project's XenServer reference, section 3.2.
import { compareVersions } from '../../releases';
import type { Release } from '../../world';
import { made, type MadeTables } from './tables';

const PLUGIN_HOTFIX = { name: 'XS82RPU005', uuid: '38a7eeeb-31ec-4de3-934f-13929ad3e339' };

/** By name. */
export function updatesOf({ brand, version }: Release): readonly string[] {
  const needsIt = brand === 'XenServer' && compareVersions(version, '8.2') >= 0 && compareVersions(version, '8.3') < 0;
  return needsIt ? [PLUGIN_HOTFIX.name] : [];
}

/** @param hosts names */
export function addUpdates(tables: MadeTables, release: Release, hosts: readonly string[]): void {
  for (const name of updatesOf(release)) {
    tables.add('pool_update', name, {
      uuid: PLUGIN_HOTFIX.uuid,
      name_label: name,
      name_description: 'Renews the plugin that prepares a rolling pool upgrade',
      version: '1.0',
      installation_size: 0,
      after_apply_guidance: [],
      hosts: hosts.map((host) => made('host', host)),
      other_config: {},
    });
  }
}
