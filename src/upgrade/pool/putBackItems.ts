// The smaller pieces of putting back: discs, and when to give up on something.
import type { Guests, Pool } from '../../plan/pool';
import type { Situation } from '../decision';
import { type Debt, type JournalItem, lastObstacle, type RunState, timesTried, type Undo } from '../state';

type EjectedCd = NonNullable<Undo['cds']>[number];

/** Refused often enough to be a debt. */
export function isHopeless(state: RunState, uuid: string, effect: string): boolean {
  return timesTried(state, uuid, effect) >= 3;
}

export function poolItem(pool: Pool, effect: string, params: JournalItem['params'] = {}): JournalItem {
  return { effect, object: pool.uuid, name: pool.name, params };
}

/** Discs whose guest is where it can see them again. */
export function insertable({ state }: Situation, pool: Pool, world: Guests): readonly JournalItem[] {
  const due = missing(state, world).filter((cd) => !isHopeless(state, cd.vbd, 'InsertCd') && seenByGuest(cd, pool, world));
  return due.map((cd) => ({
    effect: 'InsertCd',
    object: cd.vbd,
    name: `CD of ${cd.vmName}`,
    params: { vm: cd.vm, vdi: cd.vdi },
  }));
}

export function cdDebts({ state }: Situation, world: Guests): readonly Debt[] {
  return missing(state, world).map((cd) => ({
    kind: 'CdEjected',
    object: cd.vbd,
    name: cd.vmName,
    reason: lastObstacle(state, cd.vbd) ?? 'the guest is now on a host that does not see the disc',
  }));
}

function missing(state: RunState, world: Guests): readonly EjectedCd[] {
  const inserted = (cd: EjectedCd): boolean => world.guests.some((guest) => guest.cds.some((entry) => entry.vbd === cd.vbd));
  return (state.undo.cds ?? []).filter((cd) => !inserted(cd));
}

/** A halted guest may hold any disc of its pool; a running one only what its host sees. */
function seenByGuest(cd: EjectedCd, pool: Pool, world: Guests): boolean {
  const guest = world.guests.find((entry) => entry.uuid === cd.vm);
  if (guest === undefined || guest.busy.length > 0) return false;
  const hosts = guest.host === undefined ? pool.hosts.map((host) => host.uuid) : [guest.host];
  return world.pbds.some((pbd) => pbd.sr === cd.sr && pbd.attached && hosts.includes(pbd.host));
}
