// Draining: no guest is left on the host. It is disabled, discs that pin guests are ejected, and every guest migrates, suspends or shuts down by policy
// and rule. Guests that people start or create there meanwhile are drained as the others are. Ends when the disabled host is seen empty.
import { holds } from '../../foundation/fact';
import { pinningCds, type Placement, withoutPinningCds } from '../../plan/placement';
import { type Guest, type Guests, type Host, keepsHost, type Pool } from '../../plan/pool';
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { exhausted, inSight } from '../sight';
import { place } from './placing';
import { movesDue, turnOf } from './plannedTurn';
import type { JournalItem, RunState } from '../state';
import { timesTried, withEvidence } from '../state';
import { iso, millis } from '../time';
import { type GuestAction, guestAction } from './guestAction';
import { onGuest, onHost } from './item';

/** Guests a wave may name in one journal entry. */
export const WAVE = 16;

export const draining: HostStep = {
  needs: () => ['pool', 'guests'],
  decide(situation) {
    const { host, orders, now } = situation;
    const until = (millis(host.since) ?? now) + orders.deadlines.drain;
    return inSight(situation, (pool, world) => drain(situation, pool, world, until), until);
  },
};

function drain(situation: HostSituation, pool: Pool, world: Guests, until: number): Decision {
  const { host, now } = situation;
  const seen = pool.hosts.find((entry) => entry.uuid === host.uuid);
  if (seen === undefined) return fail('HostGone', `host ${host.name} is no longer in the pool`);
  const changed = masterChanged(situation, pool);
  if (changed !== undefined) return changed;
  if (seen.enabled) return disable(situation);
  const residents = world.guests.filter((guest) => keepsHost(guest, host.uuid));
  if (residents.length === 0)
    return next(afterDraining(situation), (state) => withEvidence(state, host.uuid, { emptyAt: iso(now) }));
  return now >= until ? overdue(situation, residents) : emptyHost(situation, seen, world, residents, until);
}

function afterDraining({ host, state }: HostSituation): 'Safeguarding' | 'Leaving' {
  const safeguarded = state.backup !== undefined && host.evidence.syncedAt !== undefined;
  return host.role === 'master' && !safeguarded ? 'Safeguarding' : 'Leaving';
}

function disable({ host, state }: HostSituation): Decision {
  const sentence = `host ${host.name} cannot be disabled`;
  const refused = exhausted(state, { object: host, effect: 'DisableHost', times: 5, reason: 'HostNotDisabled', sentence });
  return refused ?? act([onHost('DisableHost', host)]);
}

function emptyHost(situation: HostSituation, from: Host, world: Guests, residents: readonly Guest[], until: number): Decision {
  const { orders, state, host } = situation;
  const planned = movesDue(turnOf(situation)?.moves ?? [], knownHosts(situation), world, state);
  const rooms = planned.now.filter(({ guest }) => guest.host !== host.uuid);
  if (rooms.length > 0) return act(rooms.slice(0, WAVE).map(({ guest, to }) => migration(guest, to)));
  const free = residents.filter((guest) => guest.busy.length === 0 || ignoresShutdown(guest, state));
  const freed = free.map((guest) => withoutPinningCds(guest, world));
  const { placement, awaited } = place(situation, from, world, freed, planned);
  const choices = freed
    .filter((guest) => !awaited.includes(guest))
    .map((guest) => ({ guest, action: guestAction(guest, isPlaced(placement, guest), orders, state) }));
  const items = choices.flatMap(({ guest, action }) => itemsFor(guest, action, placement, free, world)).slice(0, 2 * WAVE);
  if (items.length > 0) return act(oneWave(items), rememberEjected(items, world, situation));
  const obstacle = choices.find(({ action }) => action.kind === 'Blocked');
  if (obstacle?.action.kind === 'Blocked') return wait(obstacle.action.reason, obstacle.action.message, until);
  return wait('GuestsBusy', `operations are in flight on guests of ${situation.host.name}`, until);
}

/** Was asked, does not answer, and the asking is still going on: the plug may be pulled meanwhile. */
function ignoresShutdown(guest: Guest, state: RunState): boolean {
  return guest.busy.every((operation) => operation === 'clean_shutdown') && timesTried(state, guest.uuid, 'CleanShutdown') > 0;
}

/** At most 16 guests; the ejection of a disc goes with the move that needs it. */
function oneWave(items: readonly JournalItem[]): readonly JournalItem[] {
  const guests = [...new Set(items.map((item) => item.params['vm'] ?? item.object))].slice(0, WAVE);
  return items.filter((item) => guests.includes(item.params['vm'] ?? item.object));
}

function migration(guest: Guest, to: Host): JournalItem {
  return onGuest('Migrate', guest, { to: to.uuid, toName: to.name });
}

function knownHosts({ facts }: HostSituation): readonly Host[] {
  return facts.pool.known ? facts.pool.value.hosts : [];
}

function isPlaced(placement: Placement, guest: Guest): boolean {
  return placement.moves.some((move) => move.guest.uuid === guest.uuid);
}

/** Before a suspend every disc goes: one from the Tools SR would be another after the upgrade, and the guest could not resume. */
function itemsFor(
  guest: Guest,
  action: GuestAction,
  placement: Placement,
  present: readonly Guest[],
  world: Guests,
): readonly JournalItem[] {
  if (action.kind === 'Blocked') return [];
  const whole = present.find((entry) => entry.uuid === guest.uuid) ?? guest;
  const cds = action.kind === 'Suspend' ? whole.cds : action.kind === 'Migrate' ? pinningCds(whole, world) : [];
  const ejections = cds.map((cd): JournalItem => ({
    effect: 'EjectCd',
    object: cd.vbd,
    name: `CD of ${guest.name}`,
    params: { vm: guest.uuid, vdi: cd.vdi, sr: cd.sr },
  }));
  const to = placement.moves.find((move) => move.guest.uuid === guest.uuid)?.to;
  return [
    ...ejections,
    onGuest(action.kind, guest, action.kind === 'Migrate' && to !== undefined ? { to: to.uuid, toName: to.name } : {}),
  ];
}

function rememberEjected(items: readonly JournalItem[], world: Guests, { state }: HostSituation): (state: RunState) => RunState {
  const known = state.undo.cds ?? [];
  const added = items
    .filter((item) => item.effect === 'EjectCd' && !known.some((cd) => cd.vbd === item.object))
    .map((item) => {
      const vm = world.guests.find((guest) => guest.uuid === item.params['vm'])!;
      return { vm: vm.uuid, vmName: vm.name, vbd: item.object, vdi: item.params['vdi']!, sr: item.params['sr']! };
    });
  return (before) => (added.length === 0 ? before : { ...before, undo: { ...before.undo, cds: [...known, ...added] } });
}

function overdue({ host, orders }: HostSituation, residents: readonly Guest[]): Decision {
  const names = residents.map((guest) => guest.name).join(', ');
  return fail('DrainOverdue', `host ${host.name} still has guests after ${orders.deadlines.drain / 60_000} min: ${names}`);
}

/** Whether the last look showed no guest at the host: what entering the next phases rests on. */
export function seenEmpty({ facts, host }: HostSituation): boolean {
  return holds(facts.guests, ({ guests }) => !guests.some((guest) => keepsHost(guest, host.uuid)));
}

/** XAPI enables a host by itself after a boot of its agent, and people may. */
export function isEnabled({ facts, host }: HostSituation): boolean {
  return holds(facts.pool, (pool) => pool.hosts.some((entry) => entry.uuid === host.uuid && entry.enabled));
}

/** Master first was planned with the master of then. Another one designated meanwhile would make this host the wrong one to go. */
export function masterChanged({ host }: HostSituation, pool: Pool): Decision | undefined {
  if ((pool.masterUuid === host.uuid) === (host.role === 'master')) return undefined;
  const master = pool.hosts.find((entry) => entry.master)?.name ?? pool.masterUuid;
  return fail(
    'MasterChanged',
    `the pool's master is ${master} now; host ${host.name} was to go as its ${host.role}. Nothing more is done`,
  );
}
