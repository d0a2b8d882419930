// The smaller pieces of putting back: discs, fixes, and when to give up on something.
import type { Guests, Pool } from '../../plan/pool';
import { compareVersions } from '../../plan/release';
import type { Situation } from '../decision';
import { undoItem } from '../fixing';
import type { PutBack } from './puttingBack';
import { type Debt, type FixUndo, type JournalItem, lastObstacle, type RunState, timesTried, type Undo } from '../state';

type EjectedCd = NonNullable<Undo['cds']>[number];

/** Refused often enough to be a debt. */
export function isHopeless(state: RunState, uuid: string, effect: string): boolean {
  return timesTried(state, uuid, effect) >= 3;
}

export function poolItem(pool: Pool, effect: string, params: JournalItem['params'] = {}): JournalItem {
  return { effect, object: pool.uuid, name: pool.name, params };
}

/** Fixes in reverse, one at a time; what the release no longer has needs no way back. */
export function fixesToUndo({ state }: Situation, pool: Pool): PutBack {
  const due = (state.undo.fixes ?? []).filter((fix) => fix.undone !== true && !isOutlived(fix, pool)).reverse();
  const hopeful = due.find(({ object, effect }) => !isHopeless(state, object, effect));
  return { effects: hopeful === undefined ? [] : [undoItem(hopeful)], debts: fixDebts(state, due, 'it could not be put back') };
}

function isOutlived({ before, object }: FixUndo, pool: Pool): boolean {
  const host = pool.hosts.find(({ uuid }) => uuid === object) ?? pool.hosts.find(({ master }) => master);
  return before !== undefined && host !== undefined && compareVersions(host.version.release.version, before) >= 0;
}

export function fixDebts(state: RunState, due: readonly FixUndo[], why: string): readonly Debt[] {
  return due.map(({ check, object, name }) => ({
    kind: 'Fix',
    object,
    name: `${check} of ${name}`,
    reason: lastObstacle(state, object) ?? why,
  }));
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
