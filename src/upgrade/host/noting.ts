// What is written down about a host that is away, whenever it tells more than before: what the boot server saw of its installer, what its BMC was told, and, while
// the installer has not begun, why it must not any more.
import { sameValue } from '../../foundation/sameValue';
import type { Decision, HostSituation } from '../decision';
import { type MachineAttempt, type MachineSight, summaryOf } from '../machineSight';
import { type HostState, type RunState, withHost } from '../state';
import { masterChanged } from './draining';

/** Orders and changes of protocol that are listed; each is a line in an object. */
const MOST_ATTEMPTS = 8;

/** The same wait, with what is to be remembered. */
export function noted(situation: HostSituation, waiting: Extract<Decision, { kind: 'wait' }>): Decision {
  const change = changeOf(situation);
  if (Object.keys(change).length === 0) return waiting;
  const { uuid } = situation.host;
  return { ...waiting, remember: (state) => withHost(waiting.remember?.(state) ?? state, uuid, change) };
}

/** The last that was seen: once the host is back its attempt is closed, and the boot server forgets it. */
export function withNotes(situation: HostSituation, state: RunState): RunState {
  const { boot: _boot, ...told } = changeOf(situation);
  return withHost(state, situation.host.uuid, told);
}

function changeOf(situation: HostSituation): Partial<Pick<HostState, 'installer' | 'bmc' | 'boot'>> {
  const { facts, host } = situation;
  const installer = facts.installer.known ? summaryOf(facts.installer.value) : undefined;
  const bmc = facts.machine.known ? toldOf(facts.machine.value) : undefined;
  const boot = vetoed(situation);
  return {
    ...(installer === undefined || sameValue(installer, host.installer) ? {} : { installer }),
    ...(bmc === undefined || sameValue(bmc, host.bmc) ? {} : { bmc }),
    ...(boot === undefined ? {} : { boot }),
  };
}

function toldOf({ power, attempts = [] }: MachineSight): NonNullable<HostState['bmc']> {
  return { power, attempts: attempts.filter(isNotable).slice(-MOST_ATTEMPTS) };
}

/** An answer to a question is none, but where another protocol stood in for the first. */
function isNotable({ outcome, protocol }: MachineAttempt): boolean {
  return outcome !== 'read' || protocol === 'ipmi';
}

/** The world has changed since the attempt was opened: an installer that asks for its first script is turned away, and has touched nothing (xenserver.md 5.2). */
function vetoed(situation: HostSituation): HostState['boot'] {
  const { facts, host } = situation;
  if (host.boot === undefined || host.boot.veto !== undefined || !facts.pool.known) return undefined;
  const pool = facts.pool.value;
  if (pool.haEnabled) return { ...host.boot, veto: 'HA was switched on in the pool meanwhile' };
  const changed = masterChanged(situation, pool);
  return changed === undefined ? undefined : { ...host.boot, veto: 'the pool has another master than the run goes by' };
}
