// Carries a plan out step by step and complains at the first step that XenServer or the user would not allow.
import type { Pass, PlannedMove } from '../../../src/plan/pass/pass';
import type { PassInput } from '../../../src/plan/pass/passInput';
import type { Guest } from '../../../src/plan/pool';
import { canRunOn, canStartOn, homeOf, judged } from './xenRules';

export interface Replayed {
  /** Host by guest at the end; guests that are stopped, or were in the way, are not listed. */
  readonly at: ReadonlyMap<string, string>;
  readonly moves: number;
}

/** @throws Error with the first step that is not allowed, or the guest that is lost */
export function replay(input: PassInput, pass: Pass, need: (guest: Guest) => number = (guest) => guest.memory): Replayed {
  return new Replay(input, pass, need).run();
}

class Replay {
  private readonly at = new Map<string, string>();
  private readonly waiting = new Set<string>();
  /** In the way of a host that left meanwhile: a person saw to it, and where it is since only the planner supposes. */
  private readonly gone = new Set<string>();
  private readonly upgraded: Set<string>;
  private leaving: string | undefined;
  private moves = 0;

  constructor(
    private readonly input: PassInput,
    private readonly pass: Pass,
    private readonly need: (guest: Guest) => number,
  ) {
    for (const guest of input.world.guests)
      if (guest.host !== undefined && !input.waiting.includes(guest.uuid)) this.at.set(guest.uuid, guest.host);
    for (const uuid of input.waiting) this.waiting.add(uuid);
    this.upgraded = new Set(input.upgraded);
  }

  run(): Replayed {
    const due = this.input.hosts.map((host) => host.uuid).filter((uuid) => !this.upgraded.has(uuid));
    must(
      [...this.pass.order].sort().join() === due.sort().join(),
      `the order ${this.pass.order.join()} is not the hosts that are due`,
    );
    must(this.pass.turns.map((turn) => turn.host).join() === this.pass.order.join(), 'the turns are not in the order');
    for (const turn of this.pass.turns) {
      this.leaving = turn.host;
      for (const move of turn.moves) this.move(move);
      for (const stop of turn.stops) this.stop(stop.guest, turn.host, stop.action, stop.back);
      for (const block of this.pass.blocked.filter((entry) => entry.host === turn.host)) this.block(block.guest, turn.host);
      must(![...this.at.values()].includes(turn.host), `${turn.host} leaves and is not empty`);
      this.upgraded.add(turn.host);
      this.leaving = undefined;
      for (const start of turn.starts) this.start(start.guest, start.on, turn.host);
      for (const move of turn.returns) this.move(move);
    }
    return { at: this.at, moves: this.moves };
  }

  private move({ guest: uuid, from, to }: PlannedMove): void {
    if (this.gone.has(uuid)) return void this.moves++;
    const guest = this.guest(uuid);
    const name = `${uuid} ${from} -> ${to}`;
    must(this.at.get(uuid) === from, `${name}: it is on ${this.at.get(uuid) ?? 'no host'}`);
    must(judged(this.input, guest).migrates, `${name}: it does not migrate`);
    must(this.inService(to), `${name}: the host is not in service`);
    must(!this.upgraded.has(from) || this.upgraded.has(to), `${name}: to an older host`);
    must(canRunOn(this.input, guest, to), `${name}: it cannot run there`);
    this.at.delete(uuid);
    this.enter(guest, to);
    this.moves++;
  }

  private stop(uuid: string, host: string, action: string, back: Pass['turns'][number]['stops'][number]['back']): void {
    must(this.at.get(uuid) === host, `${uuid} stops on ${host} and is on ${this.at.get(uuid) ?? 'no host'}`);
    const { otherwise } = judged(this.input, this.guest(uuid));
    must(otherwise === (action === 'Suspend' ? 'suspends' : 'shuts down'), `${uuid}: ${action} is not what its rule says`);
    const starts = this.pass.turns.filter((turn) => turn.starts.some((start) => start.guest === uuid));
    const [first] = starts;
    must(starts.length <= 1, `${uuid} starts more than once`);
    must(first?.host === back?.after, `${uuid} is said to be back after ${back?.after} and starts after ${first?.host}`);
    must(first?.starts.find((start) => start.guest === uuid)?.on === back?.on, `${uuid} is said to be back elsewhere`);
    this.at.delete(uuid);
    this.waiting.add(uuid);
  }

  private block(uuid: string, host: string): void {
    must(this.at.get(uuid) === host, `${uuid} is said to block ${host} and is not there`);
    must(judged(this.input, this.guest(uuid)).otherwise === 'blocks', `${uuid} blocks, and need not`);
    this.at.delete(uuid);
    this.gone.add(uuid);
  }

  private start(uuid: string, on: string, after: string): void {
    const guest = this.guest(uuid);
    must(this.waiting.delete(uuid), `${uuid} starts after ${after} and was not stopped`);
    must(this.upgraded.has(on) && this.inService(on), `${uuid} starts on ${on}, which is not upgraded and in service`);
    must(canStartOn(this.input, guest, on), `${uuid} cannot start on ${on}`);
    this.enter(guest, on);
  }

  private enter(guest: Guest, to: string): void {
    const { world, capacitiesAfter, upgraded } = this.input;
    const capacity = this.upgraded.has(to) && !upgraded.includes(to) ? capacitiesAfter[to]! : world.capacities[to]!;
    const used = [...this.at].filter(([, host]) => host === to).reduce((sum, [uuid]) => sum + this.need(this.guest(uuid)), 0);
    must(used + this.need(guest) <= capacity, `${guest.uuid} does not fit on ${to}`);
    this.at.set(guest.uuid, to);
  }

  private inService(host: string): boolean {
    if (host === this.leaving) return false;
    if (this.upgraded.has(host) && !this.input.upgraded.includes(host)) return true;
    const found = this.input.hosts.find((entry) => entry.uuid === host)!;
    return found.enabled && found.live;
  }

  private guest(uuid: string): Guest {
    const found = this.input.world.guests.find((entry) => entry.uuid === uuid);
    if (found === undefined) throw new Error(`the plan names ${uuid}, which is no guest of the pool`);
    return found;
  }
}

/** What of the end was wished and is not so. */
export function unmetAtEnd(input: PassInput, pass: Pass, { at }: Replayed): number {
  const gone = new Set(pass.blocked.map((block) => block.guest));
  const homeless = input.world.guests.filter((guest) => {
    const home = homeOf(input, guest);
    return !gone.has(guest.uuid) && judged(input, guest).home && home !== undefined && at.get(guest.uuid) !== home;
  });
  const empty = input.hosts.filter((host) => ![...at.values()].includes(host.uuid));
  return homeless.length + (input.policy.placement === 'Balanced' ? empty.length : 0);
}

function must(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint);
}
