// What proves a reboot. `boot_time` alone moves when the host's clock is stepped and its agent restarts, so both signs are asked for.
import type { Host } from '../../plan/pool';
import type { Evidence } from '../state';

/** A `boot_time` later than the host's own clock just before (less 5 s), and another `agent_start_time`. */
export function hasRebooted(host: Host, evidence: Evidence): boolean {
  const before = Number(evidence.hostTime);
  if (host.bootTime === undefined || !Number.isFinite(before)) return false;
  return host.bootTime > before - 5 && host.agentStartTime !== evidence.agentStartTime;
}
