// What every boot method asks before it makes a host go: that it is still the one to go, empty and out of service, and what its clocks say now, so that
// its return can be told from a clock that stepped.
import { type Fact, known, unknown } from '../../foundation/fact';
import type { Pool } from '../../plan/pool';
import { type Decision, type HostSituation, next, wait } from '../decision';
import { isEnabled, masterChanged, seenEmpty } from '../host/draining';
import type { Evidence } from '../state';

/** @param go what to do with a host that may leave, given the evidence to remember */
export function readyToLeave(situation: HostSituation, pool: Pool, go: (evidence: Evidence) => Decision): Decision {
  const changed = masterChanged(situation, pool);
  if (changed !== undefined) return changed;
  if (!seenEmpty(situation) || isEnabled(situation)) return next('Draining');
  const evidence = evidenceNow(situation, pool);
  return evidence.known ? go(evidence.value) : wait('HostTimeUnknown', evidence.why);
}

function evidenceNow({ facts, host }: HostSituation, pool: Pool): Fact<Evidence> {
  if (!facts.hostTime.known) return facts.hostTime;
  const seen = pool.hosts.find((entry) => entry.uuid === host.uuid);
  if (seen === undefined) return unknown(`host ${host.name} is no longer in the pool`);
  return known({ hostTime: String(facts.hostTime.value), agentStartTime: seen.agentStartTime ?? '' });
}
