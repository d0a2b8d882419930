// The fault `agent-restarts`: the daemon of a host restarts by itself, so many seconds into the run, and again after as long.
import type { Ref } from './liveDatabase';
import { text } from './recordFields';
import type { Xapi } from './xapi';

/** A daemon that is not in service when its hour comes has it later. */
const LATER = 60_000;

export function armAgentFaults(xapi: Xapi): void {
  for (const { ref, record } of xapi.hosts.all()) {
    for (let hour = 0; ;) {
      const fault = xapi.world.faults.strike('agent-restarts', { host: text(record, 'uuid') });
      if (fault === undefined) break;
      hour += 1_000 * Number(fault['after'] ?? 600);
      xapi.clock.after(hour, () => restart(xapi, ref));
    }
  }
}

function restart(xapi: Xapi, host: Ref): void {
  const uuid = xapi.hosts.uuid(host);
  if (xapi.agents.reaches(uuid)) xapi.startup.restartAgent(uuid);
  else xapi.clock.after(LATER, () => restart(xapi, host));
}
