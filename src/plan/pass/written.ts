// A plan in indices written down as the Pass that people and the drain read: uuids, reasons, and stops that were refused as what stands in the way.
import type { Guest, Host } from '../pool';
import { type Ending } from './fate';
import type { DraftMove, DraftTurn, Floor } from './floor';
import { isOpen, mayGo, type Model } from './model';
import { obstacleTo } from './obstacle';
import type { Downtime, Migrations, Pass, PlannedBlock, PlannedMove, PlannedStop, Turn, Why } from './pass';

export function writtenPass(model: Model, floor: Floor, migrations: Migrations, downtime: Downtime): Pass {
  const started = new Map<number, { readonly after: number; readonly on: number }>();
  floor.turns.forEach((turn, index) => {
    for (const { guest, on } of turn.starts) started.set(guest, { after: model.turns[index]!, on });
  });
  const order = model.turns.map((host) => hostOf(model, host).uuid);
  return {
    order,
    turns: floor.turns.map((turn, index) => writtenTurn(model, turn, index, started)),
    blocked: [...lostGuests(model), ...floor.turns.flatMap((turn, index) => writtenBlocks(model, turn, index))],
    migrations,
    downtime,
  };
}

type Started = ReadonlyMap<number, { readonly after: number; readonly on: number }>;

function writtenTurn(model: Model, turn: DraftTurn, index: number, started: Started): Turn {
  const starts = turn.starts.filter(({ guest }) => endingOf(model, guest).kind === 'Stop' || model.scene.at[guest] === -1);
  return {
    host: hostOf(model, model.turns[index]!).uuid,
    moves: turn.moves.map((move) => writtenMove(model, move)),
    stops: turn.stops.flatMap((guest) => writtenStop(model, guest, index, started)),
    starts: starts
      .sort((a, b) => compareStarts(guestOf(model, a.guest), guestOf(model, b.guest)) || a.guest - b.guest)
      .map(({ guest, on }) => ({ guest: guestOf(model, guest).uuid, on: hostOf(model, on).uuid })),
    returns: turn.returns.map((move) => writtenMove(model, move)),
  };
}

/** By start order, which counts across appliances as within one; those of one appliance stay together where it is the same. */
function compareStarts(a: Guest, b: Guest): number {
  const appliances = (a.appliance ?? '') < (b.appliance ?? '') ? -1 : a.appliance === b.appliance ? 0 : 1;
  return (a.startOrder ?? 0) - (b.startOrder ?? 0) || appliances;
}

function writtenMove(model: Model, { guest, from, to, purpose }: DraftMove): PlannedMove {
  return { guest: guestOf(model, guest).uuid, from: hostOf(model, from).uuid, to: hostOf(model, to).uuid, purpose };
}

function writtenStop(model: Model, guest: number, turn: number, started: Started): readonly PlannedStop[] {
  const ending = endingOf(model, guest);
  if (ending.kind === 'Block') return [];
  const start = started.get(guest);
  const back = start === undefined ? undefined : { after: hostOf(model, start.after).uuid, on: hostOf(model, start.on).uuid };
  const host = hostOf(model, model.turns[turn]!).uuid;
  return [{ guest: guestOf(model, guest).uuid, host, action: ending.action, why: whyOf(model, guest, turn), back }];
}

function writtenBlocks(model: Model, turn: DraftTurn, index: number): readonly PlannedBlock[] {
  return turn.stops.flatMap((guest) => {
    const ending = endingOf(model, guest);
    if (ending.kind !== 'Block') return [];
    const { code, text } = whyOf(model, guest, index);
    const cause = code === ending.code || code === 'ByRule' ? '' : ` (${code}: ${text})`;
    const why = { code: ending.code, text: `${ending.text}${cause}` };
    return [{ guest: guestOf(model, guest).uuid, host: hostOf(model, model.turns[index]!).uuid, why }];
  });
}

/** They may be on any host, and so keep the first from leaving. */
function lostGuests(model: Model): readonly PlannedBlock[] {
  const first = model.turns[0];
  if (first === undefined) return [];
  return model.scene.lost.map((guest) => ({
    guest: guest.uuid,
    host: hostOf(model, first).uuid,
    why: { code: 'GuestBlocksDrain', text: `${guest.name} is ${guest.powerState}, and the pool does not say on which host` },
  }));
}

/** The guest's own reason, else the first obstacle on the hosts it could legally have gone to, else their memory. */
function whyOf(model: Model, guest: number, turn: number): Why {
  const { scene } = model;
  const own = scene.fates[guest]!.why;
  if (own !== undefined) return own;
  const from = model.turns[turn]!;
  const legal = [...scene.hosts.keys()].filter((to) => to !== from && isOpen(model, to, turn) && mayGo(model, from, to, turn));
  if (legal.length === 0)
    return { code: 'NO_HOSTS_AVAILABLE', text: 'no other host is up, enabled and of at least the same version' };
  if (legal.some((to) => scene.sees[guest * scene.hosts.length + to] === 1)) return noRoom(model, guest);
  return obstacleTo(guestOf(model, guest), hostOf(model, legal[0]!), scene.sight, { cpu: true }) ?? noRoom(model, guest);
}

function noRoom(model: Model, guest: number): Why {
  const needed = Math.ceil(model.scene.need[guest]! / 1048576);
  const text = `no host that ${guestOf(model, guest).name} may go to has ${needed} MiB left for it at that time`;
  return { code: 'HOST_NOT_ENOUGH_FREE_MEMORY', text };
}

function endingOf(model: Model, guest: number): Ending {
  return model.scene.fates[guest]!.ending;
}

function guestOf(model: Model, guest: number): Guest {
  return model.scene.guests[guest]!;
}

function hostOf(model: Model, host: number): Host {
  return model.scene.hosts[host]!;
}
