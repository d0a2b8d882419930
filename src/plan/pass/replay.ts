// Whether the rest of a planned pass can still be carried out on the pool as it stands: the plan is played through, turn by turn, on a sketch of the pool.
// What does not fit is told in words, and is why a plan is made anew. Also the pool as it will be after the pass, from which the next hop is planned.
import { obstacleNow } from '../placement';
import { type Guest, type Guests, hasDomain, type Host } from '../pool';
import type { Release } from '../release';
import type { Pass, PlannedMove, Turn } from './pass';

export interface ReplayInput {
  readonly hosts: readonly Host[];
  readonly world: Guests;
  /** Bytes for guests by host uuid once it is upgraded, where that differs. */
  readonly capacitiesAfter: Readonly<Record<string, number>>;
  /** The release that the pass brings. */
  readonly to: Release;
  /** Uuids of hosts that have had their turn. */
  readonly upgraded: readonly string[];
}

export interface Replayed {
  readonly hosts: readonly Host[];
  readonly world: Guests;
  /** In words, in the order in which they come up; empty when the plan holds. */
  readonly deviations: readonly string[];
}

export function replay(pass: Pass, input: ReplayInput): Replayed {
  const sketch = new Sketch(input);
  const strangers = input.hosts.filter(({ uuid }) => !pass.order.includes(uuid) && !input.upgraded.includes(uuid));
  for (const host of strangers) sketch.deviate(`host ${host.name} is not in the plan`);
  for (const turn of pass.turns) if (!input.upgraded.includes(turn.host)) sketch.play(turn, pass);
  return sketch.end();
}

class Sketch {
  private readonly hosts: Map<string, Host>;
  private readonly guests: Map<string, Guest>;
  private readonly capacities: Record<string, number>;
  private readonly found: string[] = [];

  constructor(private readonly input: ReplayInput) {
    this.hosts = new Map(input.hosts.map((host) => [host.uuid, host]));
    this.guests = new Map(input.world.guests.map((guest) => [guest.uuid, guest]));
    this.capacities = Object.fromEntries(input.hosts.map(({ uuid }) => [uuid, input.world.capacities[uuid] ?? 0]));
  }

  deviate(text: string): void {
    this.found.push(text);
  }

  play(turn: Turn, pass: Pass): void {
    const host = this.hosts.get(turn.host);
    if (host === undefined) return this.deviate(`host ${turn.host} is no longer in the pool`);
    for (const move of turn.moves) this.move(move);
    for (const stop of turn.stops) this.put(stop.guest, 'Halted', undefined);
    this.leave(host, pass);
    const release = this.input.to;
    this.hosts.set(host.uuid, { ...host, enabled: true, version: { release } });
    this.capacities[host.uuid] = this.input.capacitiesAfter[host.uuid] ?? this.capacities[host.uuid] ?? 0;
    for (const start of turn.starts) this.start(start.guest, start.on);
    for (const move of turn.returns) this.move(move);
  }

  end(): Replayed {
    const world = { ...this.input.world, guests: [...this.guests.values()], capacities: this.capacities };
    return { hosts: [...this.hosts.values()], world, deviations: this.found };
  }

  /** A guest that somebody stopped, or that is there already, needs no move. */
  private move({ guest: uuid, from, to }: PlannedMove): void {
    const guest = this.guests.get(uuid);
    if (guest === undefined || guest.powerState !== 'Running' || guest.host === to) return;
    if (guest.host !== from)
      return this.deviate(`${guest.name} is on ${this.hostName(guest.host)}, not on ${this.hostName(from)}`);
    this.takeIn(guest, to);
  }

  private start(uuid: string, on: string): void {
    const guest = this.guests.get(uuid);
    if (guest === undefined || hasDomain(guest)) return;
    this.takeIn({ ...guest, powerState: 'Running' }, on);
  }

  private takeIn(guest: Guest, to: string): void {
    const target = this.hosts.get(to);
    if (target === undefined) return this.deviate(`host ${to}, where ${guest.name} was to go, is no longer in the pool`);
    const world = { ...this.input.world, guests: [...this.guests.values()], capacities: this.capacities };
    const obstacle = obstacleNow(target, guest, world);
    if (obstacle !== undefined) this.deviate(`${guest.name} cannot go to ${target.name}: ${obstacle.text}`);
    this.put(guest.uuid, 'Running', to);
  }

  private put(uuid: string, powerState: 'Running' | 'Halted', host: string | undefined): void {
    const guest = this.guests.get(uuid);
    if (guest !== undefined) this.guests.set(uuid, { ...guest, powerState, host, arriving: undefined, busy: [] });
  }

  /** By then the host must be empty, but for guests of which the plan says that they block it. */
  private leave(host: Host, pass: Pass): void {
    const left = [...this.guests.values()].filter((guest) => guest.host === host.uuid && hasDomain(guest));
    for (const guest of left.filter(({ uuid }) => !pass.blocked.some((block) => block.guest === uuid)))
      this.deviate(`${guest.name} is on ${host.name}, and the plan does not say what becomes of it`);
  }

  private hostName(uuid: string | undefined): string {
    return uuid === undefined ? 'no host' : (this.hosts.get(uuid)?.name ?? uuid);
  }
}
