// How an agent comes into service, and what its host looks like from then on. The master upgrades the database and forgets sessions and tasks; a member
// says hello to it, or waits in emergency mode for one that is not older. Then storage is plugged and the host enables itself. The order of what can
// be seen from outside is that of a recorded pool (the reference's Appendix E): a host refuses connections or serves, and is enabled last.
import { integer } from '../../foundation/random';
import { factsOf, sameRelease, softwareVersionOf } from '../releases';
import type { HostUuid, Release } from '../world';
import {
  AGENT_LISTENS,
  AGENT_RESTARTS,
  AGENT_SERVES,
  ASSUMED_DEAD,
  AUTO_POWERON,
  HOST_ENABLED,
  MASTER_SETTLES,
  MEMBER_PATIENCE,
  RECONNECTS,
  STORAGE_PLUGGED,
} from './durations';
import { resizeControlDomain } from './controlDomain';
import { forgetPatches, upgradeDatabase } from './databaseUpgrade';
import type { DatabaseRecord, Ref } from './liveDatabase';
import { type Departed, putBackIn } from './poolOfOne';
import { list, map, refOf, text } from './recordFields';
import { compareSystems } from './versions';
import type { Xapi } from './xapi';

/** Why an agent starts: its system booted, only the daemon was restarted, or it never ended and its master is back. */
type Occasion = 'boot' | 'restart' | 'reconnect';

type Parts = Omit<Xapi, 'startup'>;

const unknownToMaster = (host: HostUuid): readonly string[] => ['HOST_UNKNOWN_TO_MASTER', host];

export class Startup {
  private readonly systems = new Map<HostUuid, Release>();
  /** `software_version` as it was at the start: the same system booted again shows it again. */
  private readonly original = new Map<HostUuid, DatabaseRecord>();
  /** Members that listen and wait for a master. */
  private readonly waiting = new Map<HostUuid, Occasion>();
  /** Hosts that said they would shut down: the master need not wait for their heartbeat to miss. */
  private readonly announced = new Set<HostUuid>();
  /** Hosts that are no longer of the pool, with what they know of themselves. */
  private readonly departed = new Map<HostUuid, Departed>();
  private readonly originalApi: string;

  constructor(
    private readonly parts: Parts,
    private readonly afterBoot: (host: Ref) => void,
  ) {
    this.originalApi = parts.settings.apiRelease;
    for (const { record } of parts.hosts.all()) {
      this.systems.set(text(record, 'uuid'), parts.settings.release);
      this.original.set(text(record, 'uuid'), record);
    }
  }

  hostBooted(host: HostUuid, release: Release): void {
    this.systems.set(host, release);
    this.begin(host, 'boot');
  }

  /** `host.restart_agent`, or a daemon that crashed. */
  restartAgent(host: HostUuid): void {
    this.parts.agents.later(host, AGENT_RESTARTS, () => {
      this.agentGone(host);
      this.begin(host, 'restart');
    });
  }

  /** Its database was put in the place of another, or is a new one: these hosts are not of the pool any more, and hear it when they say hello. */
  partWith(departed: readonly Departed[]): void {
    for (const entry of departed) {
      const uuid = text(entry.rows[0]!.record, 'uuid');
      const agent = this.parts.agents.get(uuid);
      this.departed.set(uuid, entry);
      this.waiting.delete(uuid);
      agent.joined = false;
      agent.emergency = unknownToMaster(uuid);
    }
  }

  /** A person makes the host forget its old pool and joins it to the one that stands, `xe pool-join`. @throws Error for a host that was not parted with */
  joinAgain(host: HostUuid): void {
    const entry = this.departed.get(host);
    if (entry === undefined) throw new Error(`host ${host} is of the pool already`);
    const { agents, guests, database } = this.parts;
    this.departed.delete(host);
    guests.lose(host);
    putBackIn(database, entry);
    agents.get(host).emergency = null;
    this.join(host, 'restart');
    this.setPlugged(entry.host, true);
  }

  announceShutdown(host: HostUuid): void {
    this.announced.add(host);
  }

  hostGone(host: HostUuid): void {
    this.agentGone(host);
    this.parts.guests.machineGone(host);
    if (!this.parts.hosts.has(host)) return;
    if (this.announced.delete(host) && this.parts.agents.master().phase === 'Serving') {
      this.parts.hosts.setLive(this.parts.hosts.ref(host), false);
    }
  }

  private agentGone(host: HostUuid): void {
    const { agents, hosts } = this.parts;
    this.waiting.delete(host);
    agents.stop(host);
    if (hosts.isMaster(host)) this.masterGone();
    else if (hosts.has(host)) this.watchHeartbeat(host);
  }

  /** Members go on believing in it for a while. */
  private masterGone(): void {
    for (const member of this.parts.agents.members()) {
      const joined = member.joined;
      member.joined = false;
      // One that has not joined yet is on its way to, or waits already.
      if (!joined) continue;
      if (!this.waiting.has(member.host)) this.waiting.set(member.host, 'reconnect');
      this.parts.agents.later(member.host, MEMBER_PATIENCE, () => {
        if (!member.joined) member.emergency ??= ['HOST_IN_EMERGENCY_MODE'];
      });
    }
  }

  private watchHeartbeat(host: HostUuid): void {
    const { agents, hosts, clock } = this.parts;
    const { life } = agents.get(host);
    clock.after(ASSUMED_DEAD, () => {
      const agent = agents.get(host);
      if (hosts.has(host) && agent.life === life && !agent.joined && agents.master().phase === 'Serving')
        hosts.setLive(hosts.ref(host), false);
    });
  }

  private begin(host: HostUuid, occasion: Occasion): void {
    const { agents, hosts } = this.parts;
    agents.starting(host);
    if (hosts.isMaster(host)) return agents.later(host, AGENT_LISTENS + AGENT_SERVES, () => this.serveAsMaster(host, occasion));
    agents.later(host, AGENT_LISTENS, () => {
      agents.listens(host);
      agents.later(host, AGENT_SERVES, () => this.join(host, occasion));
    });
  }

  private serveAsMaster(host: HostUuid, occasion: Occasion): void {
    const { agents, hosts, sessions, tasks, events, served, mixedMode } = this.parts;
    const ref = hosts.ref(host);
    agents.listens(host);
    upgradeDatabase(this.parts.database, served.release, this.apiOf(host));
    served.serve(this.apiOf(host));
    sessions.closeAll();
    tasks.abandon();
    for (const member of agents.members()) hosts.setLive(hosts.ref(member.host), false);
    this.describe(host, occasion);
    hosts.setLive(ref, true);
    this.parts.guests.settle(ref);
    events.beginLife();
    mixedMode.masterStarted();
    for (const [member, why] of this.waiting) this.retry(member, why);
    this.bringUp(host, occasion);
  }

  /** Members ask every few seconds; which of them is next is chance. */
  private retry(host: HostUuid, occasion: Occasion): void {
    const { agents, world } = this.parts;
    const [least, most] = RECONNECTS[agents.get(host).emergency === null ? 'unnoticed' : 'emergency'];
    agents.later(host, 1_000 * integer(world.random, least, most), () => this.join(host, occasion));
  }

  private join(host: HostUuid, occasion: Occasion): void {
    const { agents, hosts, mixedMode, guests, tasks } = this.parts;
    const agent = agents.get(host);
    if (agent.joined) return;
    const obstacle = this.obstacle(host);
    if (obstacle !== undefined) {
      agent.emergency = obstacle;
      this.waiting.set(host, occasion);
      return;
    }
    const ref = hosts.ref(host);
    this.waiting.delete(host);
    agent.emergency = null;
    agent.joined = true;
    if (occasion !== 'reconnect') this.describe(host, occasion);
    if (occasion === 'boot') tasks.abandon(ref);
    hosts.setLive(ref, true);
    guests.settle(ref);
    mixedMode.versionChanged();
    this.bringUp(host, occasion);
  }

  /** What keeps a member from joining; undefined when nothing does. */
  private obstacle(host: HostUuid): readonly string[] | undefined {
    const { agents, hosts } = this.parts;
    if (!hosts.has(host)) return unknownToMaster(host);
    if (agents.master().phase !== 'Serving') return ['HOST_IN_EMERGENCY_MODE'];
    const ours = this.softwareVersion(host);
    const newer = compareSystems({ software_version: ours }, hosts.record(hosts.masterRef())) > 0;
    return newer ? ['HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR', ours['xapi'] ?? ''] : undefined;
  }

  /** The host as its agent found it when it started. Times are by the host's own clock, and `boot_time` is reckoned back from the uptime. */
  private describe(host: HostUuid, occasion: Occasion): void {
    const { hosts, database, clock, world, mixedMode } = this.parts;
    const ref = hosts.ref(host);
    const machine = world.machines.get(host)!;
    const seconds = (at: number): string => `${Math.floor((at + machine.clockSkew) / 1_000)}.`;
    const config = {
      ...map(hosts.record(ref), 'other_config'),
      boot_time: seconds(machine.bootedAt),
      agent_start_time: seconds(clock.now()),
    };
    const fields = { other_config: config, software_version: this.softwareVersion(host) };
    if (map(hosts.record(ref), 'software_version')['product_version'] !== fields.software_version['product_version'])
      this.renew(ref, host);
    database.update('host', ref, occasion === 'boot' ? { ...fields, enabled: false } : fields);
    if (occasion === 'boot') this.setPlugged(ref, false);
    if (occasion === 'boot' && list(hosts.record(ref), 'pending_guidances').length > 0)
      database.update('host', ref, { pending_guidances: [] });
    mixedMode.versionChanged();
  }

  /** What was of the old system is gone, and the control domain has the size that the new one gives it. */
  private renew(host: Ref, uuid: HostUuid): void {
    const { hosts, database, memory } = this.parts;
    forgetPatches(database, host);
    resizeControlDomain(database, hosts, host, this.systems.get(uuid)!);
    memory.report();
  }

  private bringUp(host: HostUuid, occasion: Occasion): void {
    if (occasion === 'reconnect') return;
    const { agents, hosts, database } = this.parts;
    const ref = hosts.ref(host);
    const plugged = (hosts.isMaster(host) ? MASTER_SETTLES : 0) + (this.storageOf(ref).length > 0 ? STORAGE_PLUGGED : 0);
    if (occasion === 'boot') agents.later(host, plugged, () => this.setPlugged(ref, true));
    agents.later(host, plugged + HOST_ENABLED, () => {
      agents.get(host).startedUp = true;
      if (occasion === 'boot') database.update('host', ref, { enabled: true });
    });
    if (occasion === 'boot') agents.later(host, plugged + HOST_ENABLED + AUTO_POWERON, () => this.afterBoot(ref));
  }

  private storageOf(host: Ref): readonly Ref[] {
    return [...this.parts.database.records('PBD')].filter(([, record]) => refOf(record, 'host') === host).map(([pbd]) => pbd);
  }

  private setPlugged(host: Ref, plugged: boolean): void {
    for (const pbd of this.storageOf(host)) this.parts.database.update('PBD', pbd, { currently_attached: plugged });
  }

  private softwareVersion(host: HostUuid): Readonly<Record<string, string>> {
    const original = map(this.original.get(host)!, 'software_version');
    const system = this.systems.get(host)!;
    return sameRelease(system, this.parts.settings.release) ? original : softwareVersionOf(system, original);
  }

  private apiOf(host: HostUuid): string {
    const system = this.systems.get(host)!;
    return sameRelease(system, this.parts.settings.release) ? this.originalApi : factsOf(system).api;
  }
}
