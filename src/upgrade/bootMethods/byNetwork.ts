// PXE of a host of which no BMC is named: it shuts down, and is to boot from the network when it is switched on. A member whose power-on mode is set is switched on
// by its pool, and boots from the network where its firmware tries that first; every other host, the master always, is switched on by a person.
import { act, type Decision, type HostSituation, type HostStep, next, wait } from '../decision';
import { onHost } from '../host/item';
import { servedFacts, unserved } from '../bootRecord';
import type { Pool } from '../../plan/pool';
import { inSight } from '../sight';
import { timesTried } from '../state';
import { millis, minutes } from '../time';
import type { BootMethodModule } from './bootMethod';
import { readyToLeave } from './readyToLeave';
import { shutDown } from './shutDown';

/** From the accepted order until the machine is certainly off: what wakes it before that is lost. */
const GOES_OFF = minutes(3);
const TRIES = 2;

const leaving: HostStep = {
  needs: (host) => (host.evidence.leftAt === undefined ? ['pool', 'guests', 'hostTime', ...servedFacts(host)] : ['pool']),
  decide(situation) {
    const { evidence } = situation.host;
    if (evidence.rousedAt !== undefined) return next('Installing');
    if (evidence.leftAt !== undefined) return rouse(situation);
    return inSight(situation, (pool) =>
      readyToLeave(situation, pool, (seen) => unserved(situation) ?? shutDown(situation, seen)),
    );
  },
};

/** Switched on by its pool, or by a person. */
function rouse(situation: HostSituation): Decision {
  const { facts, host, now, orders, state } = situation;
  const left = millis(host.evidence.leftAt) ?? now;
  const patient = now < left + orders.deadlines.powerOff;
  if (host.role === 'master' || timesTried(state, host.uuid, 'PowerOnMember') >= TRIES) return next('AwaitingOperator');
  if (!facts.pool.known)
    return patient ? wait('PoolUnreachable', facts.pool.why, left + orders.deadlines.powerOff) : next('AwaitingOperator');
  if (!canBeRoused(facts.pool.value, host.uuid)) return next('AwaitingOperator');
  if (isOff(facts.pool.value, host.uuid) && now >= left + GOES_OFF) return act([onHost('PowerOnMember', host)]);
  const until = Math.max(left + GOES_OFF, Math.min(now + minutes(1), left + orders.deadlines.powerOff));
  return patient ? wait('PoweringOff', `${host.name} shuts down`, until) : next('AwaitingOperator');
}

/** Its power-on mode is set: its master can switch it on. */
export function canBeRoused({ hosts }: Pool, uuid: string): boolean {
  return hosts.some((entry) => entry.uuid === uuid && !entry.master && entry.powerOnMode !== undefined);
}

/** As far as a pool can tell: its master does not hear it. */
export function isOff({ hosts }: Pool, uuid: string): boolean {
  return hosts.some((entry) => entry.uuid === uuid && !entry.live);
}

/** The one sentence to follow. */
export function networkInstruction(host: {
  readonly name: string;
  readonly address: string;
  readonly to: string;
  readonly boot?: { readonly macs: readonly string[] };
}): string {
  const cards = host.boot === undefined || host.boot.macs.length === 0 ? '' : ` (one of the cards ${host.boot.macs.join(', ')})`;
  return `switch host ${host.name} (${host.address}) on and let it boot from the network${cards}: the boot server brings it into the installer of ${host.to}`;
}

export const byNetwork: BootMethodModule = { name: 'PXE', leaving };
