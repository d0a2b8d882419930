// What must be known of a host right before it goes, so that its return can be told from a clock that stepped.
import type { Fact } from '../../foundation/fact';
import { known, unknown } from '../../foundation/fact';
import type { HostSituation } from '../decision';
import type { Evidence } from '../state';

export function evidenceBeforeLeaving({ facts, host }: HostSituation): Fact<Evidence> {
  if (!facts.pool.known) return facts.pool;
  if (!facts.hostTime.known) return facts.hostTime;
  const seen = facts.pool.value.hosts.find((entry) => entry.uuid === host.uuid);
  if (seen === undefined) return unknown(`host ${host.name} is no longer in the pool`);
  return known({ hostTime: String(facts.hostTime.value), agentStartTime: seen.agentStartTime ?? '' });
}
