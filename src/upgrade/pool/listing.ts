// How a pool and its hosts are written down when a run begins with them, or goes on with them.
import type { Host, Pool } from '../../plan/pool';
import type { BootMethod } from '../orders';
import type { HostState, RunState } from '../state';

/** A host whose turn has not come. @param hop product versions */
export function listedHost(
  host: Host,
  { from, to }: { readonly from: string; readonly to: string },
  bootMethod: BootMethod,
): HostState {
  const { uuid, name, address } = host;
  const role = host.master ? 'master' : 'member';
  return { uuid, name, address, role, phase: 'Pending', attempt: 0, bootMethod, from, to, evidence: {} };
}

export function poolSummary(pool: Pool): NonNullable<RunState['pool']> {
  return { uuid: pool.uuid, name: pool.name, master: pool.masterUuid };
}
