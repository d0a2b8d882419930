// The pool while a strategy is played, and the same rules for all of them: one guest after the other, never to an older host, never onto one that is
// disabled, lacks memory or does not see its storage; a host is empty when it leaves. What a rule forbids is a defect of the strategy, and thrown.
// It shares no rule with the planner.
import type { PassInput } from '../../src/plan/pass/passInput';
import type { Guest } from '../../src/plan/pool';

export class Ledger {
  /** Host by guest; guests that are stopped are not listed. */
  private readonly at = new Map<string, string>();
  private readonly guests: ReadonlyMap<string, Guest>;
  /** Hosts by guest that see all its storage. */
  private readonly seen = new Map<string, ReadonlySet<string>>();
  private readonly held = new Map<string, number>();
  private readonly upgraded = new Set<string>();
  private readonly everStopped = new Set<string>();
  private leaving: string | undefined;
  migrations = 0;

  constructor(private readonly input: PassInput) {
    const { guests, pbds } = input.world;
    this.guests = new Map(guests.map((guest) => [guest.uuid, guest]));
    const hostsOf = new Map<string, Set<string>>();
    for (const { sr, host } of pbds) hostsOf.set(sr, (hostsOf.get(sr) ?? new Set()).add(host));
    for (const guest of guests) {
      const sees = (host: string): boolean => guest.srs.every((sr) => hostsOf.get(sr)?.has(host) === true);
      this.seen.set(guest.uuid, new Set(this.hosts.filter(sees)));
      this.put(guest.uuid, guest.host);
    }
  }

  get stopped(): number {
    return this.everStopped.size;
  }

  /** Guests that are not where they were. */
  get away(): number {
    return [...this.guests.values()].filter((guest) => this.at.get(guest.uuid) !== guest.host).length;
  }

  get hosts(): readonly string[] {
    return this.input.hosts.map((host) => host.uuid);
  }

  residents(host: string): readonly Guest[] {
    return [...this.at].filter(([, on]) => on === host).map(([uuid]) => this.guests.get(uuid)!);
  }

  hostOf(guest: string): string | undefined {
    return this.at.get(guest);
  }

  free(host: string): number {
    const { world, capacitiesAfter } = this.input;
    const capacity = (this.upgraded.has(host) ? capacitiesAfter[host] : undefined) ?? world.capacities[host]!;
    return capacity - (this.held.get(host) ?? 0);
  }

  isNew(host: string): boolean {
    return this.upgraded.has(host);
  }

  /** Why the move may not be made now; undefined if it may. */
  forbids(guest: string, to: string): string | undefined {
    const from = this.at.get(guest);
    if (from === undefined) return 'it does not run';
    if (from === to) return 'it is there already';
    if (this.isNew(from) && !this.isNew(to)) return 'that host is older';
    return this.refuses(guest, to);
  }

  move(guest: string, to: string): void {
    this.insist(this.forbids(guest, to), guest, to);
    this.put(guest, to);
    this.migrations++;
  }

  stop(guest: string): void {
    this.insist(this.at.has(guest) ? undefined : 'it does not run', guest, 'stopped');
    this.put(guest, undefined);
    this.everStopped.add(guest);
  }

  /** A guest that was stopped may start on hosts of the newest version only. */
  mayStart(guest: string, on: string): boolean {
    return !this.at.has(guest) && this.isNew(on) && this.refuses(guest, on) === undefined;
  }

  start(guest: string, on: string): void {
    this.insist(this.mayStart(guest, on) ? undefined : 'it may not start there', guest, on);
    this.put(guest, on);
  }

  /** From now on the host takes nobody in. */
  disable(host: string): void {
    this.leaving = host;
  }

  /** The host, which was disabled, is upgraded and in service again. */
  pass(host: string): void {
    const left = this.residents(host);
    this.insist(
      left.length > 0 || this.leaving !== host ? 'it leaves and is not empty, or not disabled' : undefined,
      host,
      'gone',
    );
    this.upgraded.add(host);
    this.leaving = undefined;
  }

  /** @throws Error unless every host was upgraded and every guest runs */
  close(): void {
    this.insist(this.hosts.every((host) => this.isNew(host)) ? undefined : 'a host was left out', 'the pool', 'upgraded');
    this.insist(this.at.size === this.guests.size ? undefined : 'a guest does not run again', 'the pool', 'done');
  }

  private refuses(guest: string, host: string): string | undefined {
    if (host === this.leaving) return 'that host is disabled';
    if (!this.seen.get(guest)!.has(host)) return 'that host does not see its storage';
    return this.guests.get(guest)!.memory > this.free(host) ? 'that host lacks memory' : undefined;
  }

  private put(uuid: string, to: string | undefined): void {
    const { memory } = this.guests.get(uuid)!;
    const from = this.at.get(uuid);
    if (from !== undefined) this.held.set(from, this.held.get(from)! - memory);
    this.at.delete(uuid);
    if (to === undefined) return;
    this.at.set(uuid, to);
    this.held.set(to, (this.held.get(to) ?? 0) + memory);
  }

  private insist(complaint: string | undefined, who: string, where: string): void {
    if (complaint !== undefined) throw new Error(`${who}, ${where}: ${complaint}`);
  }
}
