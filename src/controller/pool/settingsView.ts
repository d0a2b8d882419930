// Every host's settings and the pool's, flat: what "existing settings are retained" is checked by. Source of the list: the XenServer reference, section 6.1.
import type { Settings } from '../../plan/settings';
import type { Records } from './records';
import { hostSettings } from './settings/hostSettings';
import { networkSettings } from './settings/networkSettings';
import { poolSettings } from './settings/poolSettings';
import { srChoices, storageSettings } from './settings/storageSettings';

/** Classes that `viewSettings` reads. */
export const SETTINGS_CLASSES = ['pool', 'host', 'host_metrics', 'PIF', 'network', 'Bond', 'VLAN', 'PBD', 'SR', 'VM'] as const;

/** By uuid of the host, and of the pool for what is set for all. */
export function viewSettings(records: Records): Readonly<Record<string, Settings>> {
  const hosts = [...records('host')].map(([ref, host]): [string, Settings] => {
    const own = [...hostSettings(records, ref, host), ...srChoices(records, host)];
    return [host.uuid, Object.fromEntries([...own, ...networkSettings(records, ref), ...storageSettings(records, ref)])];
  });
  const pools = [...records('pool').values()].map((pool): [string, Settings] => [
    pool.uuid,
    Object.fromEntries(poolSettings(records, pool)),
  ]);
  return Object.fromEntries([...hosts, ...pools]);
}
