// What the exact search works on: guests that are alike in classes, so that plans which differ only in their names are one plan; and what is known of
// every plan beforehand, as a floor under its cost.
import { stopMemory, stopWeight } from '../cost';
import { capacityAt, isNew, isOpen, type Model } from '../model';
import { WAITING } from '../scene';

/** Where a guest is in a state of the search, besides a host's index. */
export const STOPPED_FOR_NOW = 255;
export const STOPPED_FOR_GOOD = 254;

export interface Field {
  readonly model: Model;
  readonly balanced: boolean;
  readonly guests: number;
  readonly hosts: number;
  readonly steps: number;
  /** Class of each guest; members of a class by class. */
  readonly classOf: Int32Array;
  readonly members: readonly (readonly number[])[];
  readonly migrates: Uint8Array;
  /** Whether some guest must be at home at the end. */
  readonly homeward: boolean;
  /** Wishes about the end that no plan fulfils, and how many returns are therefore not needed. */
  readonly unmet: number;
  readonly spared: number;
  /** By step: bytes that guests which migrate may hold, at most, while that step's host is empty. */
  readonly room: Float64Array;
  /** By step: bytes that they may hold on hosts that are new by then, at most. */
  readonly newRoom: Float64Array;
  /** Bytes of guests that migrate, biggest first, summed up. */
  readonly biggest: Float64Array;
  /** Least weight of a stop. */
  readonly leastStop: number;
}

export function fieldOf(model: Model, balanced: boolean): Field {
  const { scene } = model;
  const names = new Map<string, number>();
  const classOf = Int32Array.from(scene.guests, (_, guest) => {
    const name = likeness(model, guest);
    const found = names.get(name) ?? names.size;
    names.set(name, found);
    return found;
  });
  const members: number[][] = [...names.keys()].map(() => []);
  classOf.forEach((entry, guest) => members[entry]!.push(guest));
  const migrates = Uint8Array.from(scene.fates, (fate) => (fate.migrates ? 1 : 0));
  const moving = [...scene.guests.keys()].filter((guest) => migrates[guest] === 1);
  let sum = 0;
  const biggest = moving.map((guest) => scene.need[guest]!).sort((a, b) => b - a);
  return {
    model,
    balanced,
    guests: scene.guests.length,
    hosts: scene.hosts.length,
    steps: model.turns.length,
    classOf,
    members,
    migrates,
    homeward: scene.fates.some((fate, guest) => fate.homeward && scene.home[guest]! >= 0),
    ...homelessness(model),
    room: Float64Array.from(model.turns, (_, step) => roomAt(model, step, () => true)),
    newRoom: Float64Array.from(model.turns, (_, step) => roomAt(model, step, (host) => isNew(model, host, step))),
    biggest: Float64Array.from(biggest, (need) => (sum += need)),
    leastStop: Math.min(...moving.map((guest) => stopWeight(model, guest))),
  };
}

function likeness(model: Model, guest: number): string {
  const { scene } = model;
  const hosts = scene.hosts.length;
  const row = (flags: Uint8Array): string => flags.subarray(guest * hosts, (guest + 1) * hosts).join('');
  const { migrates, homeward, rank, ending } = scene.fates[guest]!;
  const home = homeward ? scene.home[guest] : '';
  return [scene.need[guest], row(scene.sees), row(scene.starts), migrates, rank, ending.kind, home].join('/');
}

/** Guests that belong home and do not fit there: each by itself, and the fewest of those that fit only one by one. */
function homelessness({ scene, turns, turnOf }: Model): { readonly unmet: number; readonly spared: number } {
  let alone = 0;
  const wishes = new Map<number, number[]>();
  scene.fates.forEach((fate, guest) => {
    const home = scene.home[guest]!;
    if (!fate.homeward || home < 0) return;
    const at = guest * scene.hosts.length + home;
    const seen = scene.sees[at] === 1 || scene.starts[at] === 1 || scene.at[guest] === home;
    if (!seen) alone++;
    else wishes.set(home, [...(wishes.get(home) ?? []), scene.need[guest]!]);
  });
  let spared = 0;
  for (const [home, needs] of wishes) {
    const stays = turnOf[home]! < 0 && scene.at.includes(home);
    if (!stays && turns.length > 0) spared += fewestOver(needs, scene.after[home]!);
  }
  return { unmet: alone + spared, spared };
}

function fewestOver(needs: readonly number[], capacity: number): number {
  let over = needs.reduce((sum, need) => sum + need, 0) - capacity;
  let count = 0;
  for (const need of [...needs].sort((a, b) => b - a)) {
    if (over <= 0) break;
    over -= need;
    count++;
  }
  return count;
}

/** Hosts that hold more than they have room for keep it: nobody is squeezed out of where he is. */
function roomAt(model: Model, step: number, counts: (host: number) => boolean): number {
  const { scene, turnOf } = model;
  const fixed = new Float64Array(scene.hosts.length);
  const held = new Float64Array(scene.hosts.length);
  scene.at.forEach((host, guest) => {
    if (host === WAITING) return;
    const sums = scene.fates[guest]!.migrates ? held : fixed;
    sums[host] = sums[host]! + scene.need[guest]!;
  });
  let room = 0;
  for (let host = 0; host < scene.hosts.length; host++) {
    const turn = turnOf[host]!;
    if (turn === step || !counts(host)) continue;
    const untouched = turn < 0 || turn > step;
    const usable = isOpen(model, host, step) ? capacityAt(model, host, step) - (untouched ? fixed[host]! : 0) : 0;
    room += Math.max(0, usable, untouched ? held[host]! : 0);
  }
  return room;
}

/** The least that stops cost where guests that migrate hold `excess` bytes too many. */
export function stopsFor(
  field: Field,
  excess: number,
): { readonly count: number; readonly stops: number; readonly memory: number } {
  if (excess <= 0) return { count: 0, stops: 0, memory: 0 };
  const count = fewestHolding(field, excess);
  return { count, stops: count * field.leastStop, memory: Math.floor(excess / 1048576) };
}

/** The fewest guests that hold `excess` bytes. */
export function fewestHolding({ biggest }: Field, excess: number): number {
  return excess <= 0 ? 0 : biggest.findIndex((sum) => sum >= excess) + 1;
}

/** What the guest's stop adds to a plan's cost. */
export function stopCost({ model }: Field, guest: number): { readonly stops: number; readonly memory: number } {
  return { stops: stopWeight(model, guest), memory: stopMemory(model, guest) };
}
