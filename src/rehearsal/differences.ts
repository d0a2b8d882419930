// What a run found to differ, as one list: of each host, of the pool as a whole, and of its VMs.
import type { RunState } from '../upgrade/state';
import type { RehearsalReport } from './report';

export function differencesOf(state: RunState | undefined): RehearsalReport['differences'] {
  if (state === undefined) return [];
  const { hosts, comparison, pool } = state;
  const ofHosts = hosts.flatMap((host) => (host.differences ?? []).map((difference) => ({ host: host.name, ...difference })));
  const ofPool = (comparison?.pool ?? []).map((difference) => ({ host: pool?.name ?? '', ...difference }));
  const ofVms = (comparison?.vms.differences ?? []).map(({ uuid: _uuid, name, ...difference }) => ({
    host: name,
    ...difference,
  }));
  return [...ofHosts, ...ofPool, ...ofVms];
}
