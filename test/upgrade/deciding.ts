// Asking one phase of one host for its decision, and saying the decision in a line.
import type { Decision, HostSituation } from '../../src/upgrade/decision';
import { hostPhases } from '../../src/upgrade/machine';
import type { HostPhase, HostState, RunState } from '../../src/upgrade/state';
import { atHost, hostState, type Setting } from './situations';

export function decide(situation: HostSituation): Decision {
  return hostPhases[situation.host.phase].step!.decide(situation);
}

/** One line: the effects with their objects, or where it leads and why. */
export function say(decision: Decision): string {
  switch (decision.kind) {
    case 'act':
      return decision.effects.map((entry) => `${entry.effect} ${entry.object}`).join(', ');
    case 'next':
      return `to ${decision.to}`;
    case 'wait':
    case 'fail':
      return `${decision.kind} ${decision.reason}`;
    default:
      return decision.kind;
  }
}

export const at = (phase: HostPhase, setting: Setting = {}, more: Partial<HostState> = {}, uuid = 'm'): string =>
  say(decide(atHost(hostState(uuid, phase, more), setting)));
export const tried = (uuid: string, counts: Record<string, number>): Partial<RunState> => ({
  resisting: [{ uuid, name: uuid, reason: 'NO', tried: counts }],
});
export const off = { enabled: false };
