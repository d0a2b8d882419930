// Effects on guests: the moves and stops that empty a host, and the starts that undo them. A guest that we stop carries a mark in its own
// `other_config`, set before the stop and removed after the start, so that the pool itself knows which stops were ours.
import { holds } from '../../foundation/fact';
import { compareHosts, type Guest, type Host, newestHosts, versionsDiffer } from '../../plan/pool';
import { freeMemory, obstacleOn } from '../../plan/placement';
import type { HeartPorts, Outcome } from '../ports';
import { type RunState, timesTried, withBack, withoutStopped, withStopped } from '../state';
import { iso, seconds } from '../time';
import { allowed, type Effect, type EffectContext, forbidden, type Guard, inOrder, ok, type Prove } from './effect';
import { guestOf, guestSight } from './sights';

/** Key in `VM.other_config`; the value is `RUN/HOST`, the run that stopped it and the host it was stopped on. */
export const GUEST_MARK = 'xenpool.dev/stopped';

/** Uuid of the host a marked guest was stopped on. */
export function stoppedOn(guest: Pick<Guest, 'mark'>): string | undefined {
  return guest.mark?.split('/')[1];
}

const base = { destructive: false, needs: ['pool', 'guests'] as const, stage: 1, settle: seconds(20) };

const isHalted = (guest: Guest): boolean => guest.powerState === 'Halted' || guest.powerState === 'Suspended';
const runsFreely = (guest: Guest): boolean =>
  guest.powerState === 'Running' && guest.host !== undefined && guest.mark === undefined;

export const migrate: Effect = {
  ...base,
  name: 'Migrate',
  guard: (context) => onGuest(context, (guest) => migrateGuard(context, guest)),
  isDone: ({ item, facts }) =>
    guestSight(facts, item.object, (guest) => isHalted(guest) || (guest.host === item.params['to'] && guest.busy.length === 0)),
  perform: ({ pool }, { item, orders }) => pool.migrate(item.object, item.params['to']!, orders.consent.forceMigration),
  remember: countMove,
};

export const suspend: Effect = {
  ...base,
  name: 'Suspend',
  destructive: true,
  remember: rememberStop,
  guard: (context) => onGuest(context, stopGuard(context)),
  isDone: ({ item, facts }) => guestSight(facts, item.object, isHalted),
  perform: (ports, context, prove) => stop(ports, context, prove, () => ports.pool.suspend(context.item.object)),
};

export const cleanShutdown: Effect = {
  ...base,
  name: 'CleanShutdown',
  destructive: true,
  remember: rememberStop,
  guard: (context) => onGuest(context, stopGuard(context)),
  isDone: ({ item, facts }) => guestSight(facts, item.object, isHalted),
  perform: (ports, context, prove) =>
    stop(ports, context, prove, () =>
      ports.pool.cleanShutdown(context.item.object, context.orders.forceShutdownAfter ?? seconds(1200)),
    ),
};

/** Pulling the plug: only with `forceShutdownAfter`, and only after the guest was asked, or cannot be asked. */
export const hardShutdown: Effect = {
  ...base,
  name: 'HardShutdown',
  destructive: true,
  remember: rememberStop,
  guard: (context) => {
    if (context.orders.forceShutdownAfter === undefined) return forbidden('spec.vms.forceShutdownAfter is not set');
    return onGuest(context, (guest) =>
      mayCutOff(context, guest) ? stopGuard(context)(guest) : forbidden(`${guest.name} was not asked to shut down`),
    );
  },
  isDone: ({ item, facts }) => guestSight(facts, item.object, isHalted),
  perform: (ports, context, prove) => stop(ports, context, prove, () => ports.pool.hardShutdown(context.item.object)),
};

/** A host that boots everything at once serves nobody. */
export const STARTS_AT_ONCE = 2;

export const start: Effect = {
  ...base,
  name: 'Start',
  lane: { width: STARTS_AT_ONCE, of: ({ params }) => params['on'] ?? '' },
  guard: (context) => onGuest(context, (guest) => startGuard(context, guest)),
  isDone: ({ item, facts }) => guestSight(facts, item.object, runsFreely),
  perform: bringBack,
  remember: started,
};

export const ejectCd: Effect = {
  ...base,
  name: 'EjectCd',
  stage: 0,
  guard: () => allowed,
  isDone: ({ item, facts }) => guestSight(facts, item.params['vm']!, (guest) => !guest.cds.some((cd) => cd.vbd === item.object)),
  perform: ({ pool }, { item }) => pool.ejectCd(item.object),
};

export const insertCd: Effect = {
  ...base,
  name: 'InsertCd',
  stage: 2,
  guard: () => allowed,
  isDone: ({ item, facts }) => guestSight(facts, item.params['vm']!, (guest) => guest.cds.some((cd) => cd.vbd === item.object)),
  perform: ({ pool }, { item }) => pool.insertCd(item.object, item.params['vdi']!),
};

/** Takes the mark off a guest that runs again without our doing, or that is gone for good. */
export const unmarkGuest: Effect = {
  ...base,
  name: 'UnmarkGuest',
  guard: () => allowed,
  isDone: ({ item, facts }) => guestSight(facts, item.object, (guest) => guest.mark === undefined),
  perform: ({ pool }, { item }) => pool.unmarkGuest(item.object, GUEST_MARK),
  remember: rememberBack,
};

function started(state: RunState, context: EffectContext): RunState {
  const { item, facts, now } = context;
  const fact = guestOf(facts, item.object);
  const { startDelay = 0, appliance = '' } = (fact.known ? fact.value : undefined) ?? {};
  const others = (state.starting ?? []).filter((pause) => pause.appliance !== appliance && Date.parse(pause.until) > now);
  const pauses = startDelay > 0 ? [...others, { appliance, until: iso(now + startDelay) }] : others;
  const { starting: _starting, ...rest } = rememberBack(state, context);
  return pauses.length === 0 ? rest : { ...rest, starting: pauses };
}

/** A guest that stopped by itself meanwhile, without our mark, is not ours to start. */
function rememberStop(state: RunState, { item, facts, now }: EffectContext): RunState {
  const ours = holds(guestOf(facts, item.object), (guest) => guest?.mark !== undefined);
  return ours ? withStopped(state, { uuid: item.object, name: item.name, by: item.effect, at: iso(now) }) : state;
}

/** One that is gone did not come back. */
function rememberBack(state: RunState, { item, facts, now }: EffectContext): RunState {
  const runs = holds(guestOf(facts, item.object), (guest) => guest?.powerState === 'Running');
  return runs ? withBack(state, item.object, iso(now)) : withoutStopped(state, item.object);
}

/** A guest that stopped by itself on the way did not move. */
function countMove(state: RunState, { item, facts }: EffectContext): RunState {
  const arrived = holds(guestOf(facts, item.object), (guest) => guest?.host === item.params['to']);
  return arrived ? { ...state, moved: (state.moved ?? 0) + 1 } : state;
}

function onGuest(context: EffectContext, judge: (guest: Guest) => Guard): Guard {
  const fact = guestOf(context.facts, context.item.object);
  if (!fact.known) return forbidden(fact.why);
  return fact.value === undefined ? forbidden(`${context.item.name} is no longer in the pool`) : judge(fact.value);
}

/** A guest is stopped only where the drain meant it: still on the host in work, still running. */
function stopGuard({ item, host }: EffectContext): (guest: Guest) => Guard {
  return (guest) => {
    if (guest.host !== host) return forbidden(`${guest.name} is no longer on this host`);
    if (guest.powerState === 'Paused' && item.effect !== 'HardShutdown') return forbidden(`${guest.name} is paused`);
    return allowed;
  };
}

/** It was asked in vain, or cannot be asked. */
function mayCutOff({ state }: EffectContext, guest: Guest): boolean {
  const deaf = !guest.cleanShutdown || guest.powerState === 'Paused' || guest.blocked['clean_shutdown'] !== undefined;
  return deaf || timesTried(state, guest.uuid, 'CleanShutdown') > 0;
}

function migrateGuard({ item, facts }: EffectContext, guest: Guest): Guard {
  if (guest.powerState !== 'Running') return forbidden(`${guest.name} is ${guest.powerState.toLowerCase()}`);
  if (!facts.pool.known || !facts.guests.known) return forbidden('the pool is not in sight');
  const from = facts.pool.value.hosts.find((host) => host.uuid === guest.host);
  const to = facts.pool.value.hosts.find((host) => host.uuid === item.params['to']);
  if (from === undefined || to === undefined || !to.enabled)
    return forbidden(`the host ${guest.name} was to move to is not to be had`);
  if (compareHosts(to.version, from.version) < 0) return forbidden(`${to.name} is older than ${from.name}`);
  const obstacle = obstacleOn(to, guest, facts.guests.value, freeMemory(to, facts.guests.value));
  return obstacle === undefined ? allowed : forbidden(`${obstacle.code}: ${obstacle.text}`);
}

function startGuard({ item, facts }: EffectContext, guest: Guest): Guard {
  if (guest.mark === undefined) return forbidden(`${guest.name} was not stopped by the operator`);
  if (!facts.pool.known) return forbidden(facts.pool.why);
  const hosts = facts.pool.value.hosts;
  const on = hosts.find((host) => host.uuid === item.params['on']);
  return mayStart(hosts, on) ? allowed : forbidden('in mixed mode a guest may start only on a host of the highest version');
}

function mayStart(hosts: readonly Host[], on: Host | undefined): boolean {
  return !versionsDiffer(hosts) || (on !== undefined && newestHosts(hosts).includes(on));
}

async function stop(
  { pool }: HeartPorts,
  { item, state, facts, host }: EffectContext,
  prove: Prove,
  send: () => Promise<Outcome>,
): Promise<Outcome> {
  const marked = holds(guestOf(facts, item.object), (guest) => guest?.mark !== undefined);
  return inOrder(
    prove,
    async () => (marked ? ok : pool.markGuest(item.object, GUEST_MARK, `${state.run.id}/${host ?? ''}`)),
    send,
  );
}

async function bringBack({ pool }: HeartPorts, { item, facts }: EffectContext, prove: Prove): Promise<Outcome> {
  const fact = guestOf(facts, item.object);
  const guest = fact.known ? fact.value : undefined;
  const on = item.params['on'];
  const wake = async (): Promise<Outcome> => {
    if (guest?.powerState === 'Suspended') return pool.resume(item.object, on);
    return guest?.powerState === 'Halted' ? pool.start(item.object, on) : ok;
  };
  return inOrder(prove, wake, () => pool.unmarkGuest(item.object, GUEST_MARK));
}
