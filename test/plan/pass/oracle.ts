// The optimum by trying everything: Dijkstra over where every guest is at every step of the pass. Guests move in any order at any time, stop on the host
// whose turn it is, and start right after a turn. It knows nothing of the planner: neither its rules, nor its bounds, nor what it takes for granted.
import type { PassInput } from '../../../src/plan/pass/passInput';
import { canRunOn, canStartOn, homeOf, judged, type Judged } from './xenRules';

export interface Optimum {
  readonly blocked: number;
  readonly neverBack: number;
  /** Guests that migrate by rule and policy, and stop. */
  readonly stops: number;
  readonly unmet: number;
  readonly moves: number;
}

const BASE = 64;
const WEIGHTS = ['blocked', 'neverBack', 'stops', 'rank', 'gib', 'unmet', 'moves'] as const;
type Kind = (typeof WEIGHTS)[number];
const weight = (kind: Kind, count = 1): number => count * BASE ** (WEIGHTS.length - 1 - WEIGHTS.indexOf(kind));
const part = (cost: number, kind: Kind): number => Math.floor(cost / weight(kind)) % BASE;

interface Place {
  readonly step: number;
  /** Nothing has moved since the last turn: guests may still start. */
  readonly fresh: boolean;
  /** Host uuid by guest, `-` for one that is stopped. */
  readonly at: readonly string[];
}

interface Game {
  readonly input: PassInput;
  readonly order: readonly string[];
  readonly judged: readonly Judged[];
  /** By guest and host. */
  readonly runs: readonly ReadonlyMap<string, boolean>[];
  readonly starts: readonly ReadonlyMap<string, boolean>[];
}

/** @param order uuids of the hosts that still have a turn, in that order */
export function optimum(input: PassInput, order: readonly string[]): Optimum {
  const { guests } = input.world;
  const table = (rule: typeof canRunOn): readonly ReadonlyMap<string, boolean>[] =>
    guests.map((guest) => new Map(input.hosts.map((host) => [host.uuid, rule(input, guest, host.uuid)])));
  const game = {
    input,
    order,
    judged: guests.map((guest) => judged(input, guest)),
    runs: table(canRunOn),
    starts: table(canStartOn),
  };
  const cost = cheapest(game, { step: 0, fresh: false, at: guests.map((guest) => guest.host ?? '-') });
  return {
    blocked: part(cost, 'blocked'),
    neverBack: part(cost, 'neverBack'),
    stops: part(cost, 'stops'),
    unmet: part(cost, 'unmet'),
    moves: part(cost, 'moves'),
  };
}

const END = 'end';

function cheapest(game: Game, from: Place): number {
  const best = new Map<string, number>();
  const queue = new Queue();
  const reach = (key: string, place: Place | undefined, cost: number): void => {
    if ((best.get(key) ?? Infinity) <= cost) return;
    best.set(key, cost);
    queue.put(cost, { key, place });
  };
  reach(nameOf(from), from, 0);
  for (;;) {
    const [cost, { key, place }] = queue.take();
    if (best.get(key) !== cost) continue;
    if (place === undefined) return cost;
    if (place.step === game.order.length) reach(END, undefined, cost + endCost(game, place));
    for (const [next, added] of nexts(game, place)) reach(nameOf(next), next, cost + added);
  }
}

function nameOf({ step, fresh, at }: Place): string {
  return `${step}${fresh ? '!' : '.'}${at.join()}`;
}

function* nexts(game: Game, place: Place): Iterable<readonly [Place, number]> {
  const leaving = game.order[place.step];
  if (leaving !== undefined && !place.at.includes(leaving)) yield [{ step: place.step + 1, fresh: true, at: place.at }, 0];
  for (const [guest, host] of place.at.entries()) {
    if (host === leaving) yield [put(place, guest, '-'), game.judged[guest]!.migrates ? stopWeight(game, guest) : 0];
    yield* arrivals(game, place, guest);
  }
}

function* arrivals(game: Game, place: Place, guest: number): Iterable<readonly [Place, number]> {
  const stopped = place.at[guest] === '-';
  for (const { uuid } of game.input.hosts) {
    if (!hasRoom(game, place, guest, uuid)) continue;
    if (stopped && mayStart(game, place, guest, uuid)) yield [{ ...put(place, guest, uuid), fresh: true }, 0];
    if (!stopped && mayMove(game, place, guest, uuid)) yield [put(place, guest, uuid), weight('moves')];
  }
}

function put({ step, at }: Place, guest: number, to: string): Place {
  return { step, fresh: false, at: at.map((host, index) => (index === guest ? to : host)) };
}

function stopWeight(game: Game, guest: number): number {
  const { otherwise, rank } = game.judged[guest]!;
  const gib = game.input.world.guests[guest]!.memory / 1024 ** 3;
  return weight(otherwise === 'blocks' ? 'blocked' : 'stops') + weight('rank', rank) + weight('gib', gib);
}

function isUpgraded({ input, order }: Game, host: string, step: number): boolean {
  return input.upgraded.includes(host) || order.slice(0, step).includes(host);
}

function inService(game: Game, host: string, step: number): boolean {
  if (host === game.order[step]) return false;
  if (game.order.slice(0, step).includes(host)) return true;
  const found = game.input.hosts.find((entry) => entry.uuid === host)!;
  return found.enabled && found.live;
}

function hasRoom(game: Game, { step, at }: Place, guest: number, host: string): boolean {
  const { world, capacitiesAfter, upgraded } = game.input;
  const grown = isUpgraded(game, host, step) && !upgraded.includes(host);
  const capacity = grown ? capacitiesAfter[host]! : world.capacities[host]!;
  const used = at.reduce((sum, where, index) => (where === host ? sum + world.guests[index]!.memory : sum), 0);
  return used + world.guests[guest]!.memory <= capacity;
}

/** In these pools hosts that are not upgraded are all of one version. */
function mayMove(game: Game, { step, at }: Place, guest: number, to: string): boolean {
  if (to === at[guest] || !game.judged[guest]!.migrates || !inService(game, to, step)) return false;
  if (isUpgraded(game, at[guest]!, step) && !isUpgraded(game, to, step)) return false;
  return game.runs[guest]!.get(to)!;
}

function mayStart(game: Game, { step, fresh }: Place, guest: number, on: string): boolean {
  return fresh && isUpgraded(game, on, step) && inService(game, on, step) && game.starts[guest]!.get(on)!;
}

function endCost({ input, judged: rules, order }: Game, { at }: Place): number {
  if (order.length === 0) return 0;
  const homeless = input.world.guests.filter((guest, index) => {
    const home = homeOf(input, guest);
    return rules[index]!.home && home !== undefined && home !== at[index];
  });
  const empty = input.hosts.filter((host) => !at.includes(host.uuid));
  const unmet = homeless.length + (input.policy.placement === 'Balanced' ? empty.length : 0);
  return weight('neverBack', at.filter((host) => host === '-').length) + weight('unmet', unmet);
}

interface Waiting {
  readonly key: string;
  readonly place: Place | undefined;
}

/** Entries of equal cost in one list; there are few different costs. */
class Queue {
  private readonly lists = new Map<number, Waiting[]>();
  private readonly costs: number[] = [];

  put(cost: number, entry: Waiting): void {
    const list = this.lists.get(cost);
    if (list !== undefined) return void list.push(entry);
    this.lists.set(cost, [entry]);
    this.costs.push(cost);
    this.costs.sort((a, b) => b - a);
  }

  take(): readonly [number, Waiting] {
    const cost = this.costs.at(-1);
    if (cost === undefined) throw new Error('the oracle ran dry: no way leads to the end');
    const list = this.lists.get(cost)!;
    const entry = list.pop()!;
    if (list.length === 0) {
      this.lists.delete(cost);
      this.costs.pop();
    }
    return [cost, entry];
  }
}
