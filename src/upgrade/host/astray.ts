// A member without BMC that is overdue: where its power-on mode is set, its pool is told to switch it on, once. That helps one that went off, and does nothing to
// one that is on. Only where it cannot lead a half-written system into its installer again, which would overwrite the only backup.
import { act, type Decision, type HostSituation } from '../decision';
import { canBeRoused, isOff } from '../bootMethods/byNetwork';
import { namesBmc } from '../bootMethods/bootMethod';
import { timesTried } from '../state';
import { millis } from '../time';
import { onHost } from './item';

const TRIES = 2;

/** @param due when it is overdue. Undefined: nothing can be done that was not */
export function callHome(situation: HostSituation, due: number): Decision | undefined {
  const { facts, host, now } = situation;
  if (now < due || !isItsPools(situation) || wasCalled(situation, due) || !isWhole(situation)) return undefined;
  if (!facts.pool.known) return undefined;
  const pool = facts.pool.value;
  return canBeRoused(pool, host.uuid) && isOff(pool, host.uuid) ? act([onHost('PowerOnMember', host)]) : undefined;
}

/** Nobody else has to switch it on. */
function isItsPools({ host, orders }: HostSituation): boolean {
  return host.role === 'member' && (host.bootMethod === 'Staged' || !namesBmc(orders, host));
}

/** Since it is overdue; or in vain. */
function wasCalled({ host, state }: HostSituation, due: number): boolean {
  return (millis(host.evidence.rousedAt) ?? 0) >= due || timesTried(state, host.uuid, 'PowerOnMember') >= TRIES;
}

/** When it should be back at last: one that was switched on because it was overdue is given the time of a boot. */
export function dueAtLast({ host, orders }: HostSituation, due: number): number {
  const roused = millis(host.evidence.rousedAt) ?? 0;
  return roused >= due ? roused + orders.deadlines.rejoin : due;
}

/**
 * Whatever boots from the disk now is a whole system, or nothing. The entry of a staged installer is taken away before the installer changes anything (xenserver.md
 * 4.7 step 6); one from the network would be met again.
 */
function isWhole({ facts: { installer }, host }: HostSituation): boolean {
  if (host.bootMethod === 'Staged') return true;
  return installer.known && (installer.value.side === 'Before' || installer.value.completedAt !== undefined);
}
