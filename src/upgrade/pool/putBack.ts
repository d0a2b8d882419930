// Putting back what was put aside, as far as the pool's state allows, and naming as debts what it does not allow. One walk serves every way a run can
// end: finished, cancelled, or halted with a pool that still serves.
import type { Pending, PutBack } from './puttingBack';
import { isMixed, newestHosts, type Guests, type Pool, versionsDiffer } from '../../plan/pool';
import type { Situation } from '../decision';
import { onGuest } from '../host/item';
import { nextStarts } from '../host/starting';
import {
  type Debt,
  hostInWork,
  type JournalItem,
  lastObstacle,
  type HostState,
  type RunState,
  timesTried,
  type Undo,
} from '../state';
import { cdDebts, fixDebts, fixesToUndo, insertable, isHopeless, poolItem } from './putBackItems';

/** What to do next to put things back, given a pool that can be seen. */
export function putBack(situation: Situation, pool: Pool, world: Guests): PutBack {
  const steps = [hostsToEnable, guestsToWake, discsAndSwitches, fixesToUndo];
  const debts: Debt[] = [];
  let pending: Pending | undefined;
  for (const step of steps) {
    const result = step(situation, pool, world);
    if (result.effects.length > 0) return { effects: result.effects.slice(0, 16), debts: [] };
    pending ??= result.pending;
    debts.push(...result.debts);
  }
  if (pending !== undefined) return { effects: [], debts: [...debts, ...stagedDebts(situation.state)], pending };
  const last = releaseMark(situation, pool);
  return { effects: last.effects, debts: [...debts, ...last.debts, ...stagedDebts(situation.state)] };
}

/** The mark goes last: until then nobody else may touch the pool. */
function releaseMark({ state, mark }: Situation, pool: Pool): PutBack {
  if (pool.mark !== mark) return { effects: [], debts: [] };
  if (!isHopeless(state, pool.uuid, 'ReleasePool')) return { effects: [poolItem(pool, 'ReleasePool')], debts: [] };
  return { effects: [], debts: [{ kind: 'PoolMark', object: pool.uuid, name: pool.name, reason: reasonFor(state, pool.uuid) }] };
}

/** When the pool cannot be seen, everything that was put aside is a debt. */
export function allDebts(state: RunState, why: string): readonly Debt[] {
  const { undo, pool } = state;
  const onPool = (kind: Debt['kind']): Debt => ({ kind, object: pool?.uuid ?? '', name: pool?.name ?? '', reason: why });
  const work = hostInWork(state);
  return [
    ...(undo.ha === undefined ? [] : [onPool('HighAvailability')]),
    ...(undo.wlb === undefined ? [] : [onPool('WorkloadBalancing')]),
    ...(undo.autoPoweron === undefined ? [] : [onPool('AutoPoweron')]),
    onPool('PoolMark'),
    ...(work === undefined ? [] : [{ kind: 'HostDisabled' as const, object: work.uuid, name: work.name, reason: why }]),
    ...state.stopped.map(({ uuid, name }): Debt => ({ kind: 'VmStopped', object: uuid, name, reason: why })),
    ...fixDebts(state, undo.fixes?.filter(({ undone }) => undone !== true) ?? [], why),
    ...(undo.cds ?? []).map((cd): Debt => ({ kind: 'CdEjected', object: cd.vbd, name: cd.vmName, reason: why })),
    ...stagedDebts(state),
  ];
}

/** What leads a host into the installer at its next boot, or may: until it has gone for it, or is back and tidied, it is owed. */
export function stagedDebts({ hosts }: RunState): readonly Debt[] {
  const owed = (kind: Debt['kind'], those: readonly HostState[], why: (name: string) => string): readonly Debt[] =>
    those.map(({ uuid, name }) => ({ kind, object: uuid, name, reason: why(name) }));
  // Nothing in XenAPI removes a staged entry.
  const staged = hosts.filter(({ evidence }) => evidence.stagedAt !== undefined && evidence.leftAt === undefined);
  const armed = hosts.filter(({ evidence }) => mayBeArmed(evidence));
  return [
    ...owed('StagedBootEntry', staged, (name) => `the next reboot of ${name} runs the installer`),
    ...owed('BootMedium', armed, (name) => {
      return `the installer’s image may be in the virtual drive of ${name}, or its next boot overridden: eject it and clear the override by its BMC`;
    }),
  ];
}

function mayBeArmed({ insertedAt, poweredOnAt, tidiedAt }: HostState['evidence']): boolean {
  return (insertedAt !== undefined || poweredOnAt !== undefined) && tidiedAt === undefined;
}

function hostsToEnable({ state }: Situation, pool: Pool): PutBack {
  const begun = new Set(state.hosts.filter((host) => host.startedAt !== undefined).map((host) => host.uuid));
  // One that a fix enabled was in maintenance mode before, and goes back there.
  const wasDisabled = (uuid: string): boolean =>
    (state.undo.fixes ?? []).some(({ effect, object }) => effect === 'DisableHost' && object === uuid);
  const disabled = pool.hosts.filter((host) => begun.has(host.uuid) && !host.enabled && !wasDisabled(host.uuid));
  const able = disabled.filter(
    (host) => host.live && !awayForGood(state, host.uuid) && !isHopeless(state, host.uuid, 'EnableHost'),
  );
  const effects = able.map((host): JournalItem => ({ effect: 'EnableHost', object: host.uuid, name: host.name, params: {} }));
  const debts = disabled.map((host): Debt => ({
    kind: 'HostDisabled',
    object: host.uuid,
    name: host.name,
    reason: `the host is not back in service${suffix(state, host.uuid)}`,
  }));
  return { effects, debts };
}

/** The host in work of a run that halted on it: it may be in an installer, whatever `live` says. */
function awayForGood(state: RunState, host: string): boolean {
  return state.hosts.some((entry) => entry.uuid === host && entry.reason === 'MemberUnknown');
}

function guestsToWake({ state, baseline, now }: Situation, pool: Pool, world: Guests): PutBack {
  const marked = world.guests.filter((guest) => guest.mark !== undefined);
  const idle = marked.filter((guest) => guest.busy.length === 0);
  const running = idle.filter((guest) => guest.powerState === 'Running').map((guest) => onGuest('UnmarkGuest', guest));
  const stopped = idle.filter((guest) => guest.powerState !== 'Running');
  const hopeful = stopped.filter((guest) => timesTried(state, guest.uuid, 'Start') < 6);
  const busy = marked.filter((guest) => guest.busy.length > 0);
  const owed = [...busy, ...stopped].map((guest): Debt => {
    const reason = `it does not start${suffix(state, guest.uuid) || placeReason(pool)}`;
    return { kind: 'VmStopped', object: guest.uuid, name: guest.name, reason };
  });
  const scene = { baseline, hosts: pool.hosts, world, now, planned: [], pauses: state.starting ?? [] };
  const starts = nextStarts(hopeful, scene);
  const effects = [...running, ...starts.items];
  if (effects.length > 0) return { effects, debts: owed };
  if (busy.length > 0 || starts.crowded)
    return { effects, debts: owed, pending: { what: 'operations are in flight on guests that are to run again' } };
  if (starts.until === undefined) return { effects, debts: owed };
  return {
    effects,
    debts: owed,
    pending: { what: 'a guest is given its start delay before the next starts', until: starts.until },
  };
}

function placeReason(pool: Pool): string {
  if (!versionsDiffer(pool.hosts)) return ': no host that is up can take it';
  return `: in mixed mode only ${newestHosts(pool.hosts)
    .map((host) => host.name)
    .join(', ')} may start guests`;
}

function discsAndSwitches(situation: Situation, pool: Pool, world: Guests): PutBack {
  const { state } = situation;
  const due = switchesDue(state, pool);
  const hopeful = due.filter(({ item }) => !isHopeless(state, pool.uuid, item.effect));
  const debts = due.map(({ kind }): Debt => ({ kind, object: pool.uuid, name: pool.name, reason: reasonFor(state, pool.uuid) }));
  return {
    effects: [...insertable(situation, pool, world), ...hopeful.map(({ item }) => item)],
    debts: [...debts, ...refusedHa(state, pool), ...cdDebts(situation, world)],
  };
}

interface Switch {
  readonly item: JournalItem;
  readonly kind: Debt['kind'];
}

/** Pool-wide switches that are not as they were and may be set now. */
function switchesDue({ undo }: RunState, pool: Pool): readonly Switch[] {
  const { autoPoweron, wlb, ha } = undo;
  const switches: Switch[] = [];
  const due = (kind: Debt['kind'], effect: string, params: JournalItem['params'] = {}): void => {
    switches.push({ item: poolItem(pool, effect, params), kind });
  };
  if (autoPoweron !== undefined && pool.autoPoweron !== autoPoweron) due('AutoPoweron', 'SetAutoPoweron', { value: autoPoweron });
  if (wlb !== undefined && !pool.wlbEnabled) due('WorkloadBalancing', 'SetWlb', { enabled: 'true' });
  if (ha !== undefined) haSwitches(ha, pool, due);
  return switches;
}

/** HA first, then how many failures it is to tolerate. */
function haSwitches(
  ha: NonNullable<Undo['ha']>,
  pool: Pool,
  due: (kind: Debt['kind'], effect: string, params?: JournalItem['params']) => void,
): void {
  if (!pool.haEnabled && !isMixed(pool)) due('HighAvailability', 'EnableHa');
  const tolerance = String(ha.failuresToTolerate);
  if (pool.haEnabled && pool.haTolerance !== ha.failuresToTolerate)
    due('HighAvailability', 'SetHaTolerance', { hosts: tolerance });
}

function refusedHa({ undo }: RunState, pool: Pool): readonly Debt[] {
  if (!owesHa(undo, pool) || !isMixed(pool)) return [];
  const reason = 'XAPI refuses to enable HA while host versions differ';
  return [{ kind: 'HighAvailability', object: pool.uuid, name: pool.name, reason }];
}

function owesHa(undo: Undo, pool: Pool): boolean {
  return undo.ha !== undefined && !pool.haEnabled;
}

function reasonFor(state: RunState, uuid: string): string {
  return lastObstacle(state, uuid) ?? 'it could not be put back';
}

function suffix(state: RunState, uuid: string): string {
  const obstacle = lastObstacle(state, uuid);
  return obstacle === undefined ? '' : `: ${obstacle}`;
}
