// What proves a reboot. `boot_time` alone moves when the host's clock is stepped and its agent restarts, so both signs are asked for.
import type { Host } from '../../plan/pool';
import { type Release, sameRelease } from '../../plan/release';
import type { Evidence } from '../state';

/**
 * Another release than before is proof enough: no clock is needed for it. With the same release: a `boot_time` later than the host's own clock just
 * before (less 5 s), and another `agent_start_time`.
 */
export function hasRebooted(host: Host, before: { readonly from: Release; readonly evidence: Evidence }): boolean {
  if (!sameRelease(host.version.release, before.from)) return true;
  const left = Number(before.evidence.hostTime);
  if (host.bootTime === undefined || !Number.isFinite(left)) return false;
  return host.bootTime > left - 5 && host.agentStartTime !== before.evidence.agentStartTime;
}
