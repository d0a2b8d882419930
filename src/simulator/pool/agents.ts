// The XAPI daemon of each host: whether it listens, which life of it this is, who is connected, and what a member says when asked to do the master's
// work. Starting up is told in `startup.ts`.
import type { Clock } from '../../foundation/clock';
import { TransportFailure } from '../../xenapi/transport';
import type { HostUuid, World } from '../world';
import type { Hosts } from './hosts';

export interface Agent {
  readonly host: HostUuid;
  phase: 'Down' | 'Serving';
  /** Its start-up has come to its end: storage is plugged and the host was enabled, where that was due. */
  startedUp: boolean;
  /** Raised whenever the agent stops: what was planned for an earlier life does nothing. */
  life: number;
  /** A member's: it has said hello to the master that serves now. */
  joined: boolean;
  /** What a member answers instead of HOST_IS_SLAVE since it lost its master. */
  emergency: readonly string[] | null;
  /** Callbacks that break the connections in use. */
  readonly connections: Set<(failure: TransportFailure) => void>;
}

export class Agents {
  private readonly agents = new Map<HostUuid, Agent>();
  private readonly clock: Clock;
  /** By host; a host that the pool forgets keeps its own. */
  private readonly addresses = new Map<HostUuid, string>();

  /** All hosts of the pool are up and joined at the start. */
  constructor(
    private readonly world: World,
    private readonly hosts: Hosts,
  ) {
    this.clock = world.clock;
    for (const { record } of hosts.all()) {
      const host = String(record['uuid']);
      this.addresses.set(host, String(record['address']));
      this.agents.set(host, {
        host,
        phase: 'Serving',
        startedUp: true,
        life: 1,
        joined: true,
        emergency: null,
        connections: new Set(),
      });
      this.machine(host).agent = 'Running';
    }
  }

  all(): Iterable<Agent> {
    return this.agents.values();
  }

  get(host: HostUuid): Agent {
    const agent = this.agents.get(host);
    if (agent === undefined) throw new Error(`no agent on host ${host} in the simulated pool`);
    return agent;
  }

  master(): Agent {
    return this.get(this.hosts.uuid(this.hosts.masterRef()));
  }

  /** Those that the master knows of. */
  members(): readonly Agent[] {
    const master = this.master();
    return [...this.agents.values()].filter((agent) => agent !== master && this.hosts.has(agent.host));
  }

  /** Whether the master can have work done there: it serves and, if it is a member, has joined. */
  reaches(host: HostUuid): boolean {
    const agent = this.get(host);
    if (!this.hosts.has(host)) return false;
    return agent.phase === 'Serving' && (this.hosts.isMaster(host) || agent.joined);
  }

  /** The error that stands before every ordinary call on that host; undefined on a master. */
  gate(host: HostUuid): readonly string[] | undefined {
    if (this.hosts.isMaster(host)) return undefined;
    return this.get(host).emergency ?? ['HOST_IS_SLAVE', this.hosts.masterAddress()];
  }

  /** The host at an address, whether the pool knows it or not. */
  at(address: string): HostUuid | undefined {
    for (const [host, own] of this.addresses) if (own.toLowerCase() === address.toLowerCase()) return host;
    return undefined;
  }

  /** Runs `work` after `ms` unless the agent stopped meanwhile. */
  later(host: HostUuid, ms: number, work: () => void): void {
    const { life } = this.get(host);
    this.clock.after(ms, () => {
      if (this.get(host).life === life) work();
    });
  }

  starting(host: HostUuid): void {
    this.machine(host).agent = 'Starting';
  }

  /** A master then serves; a member names its master, as it last knew it, before it has joined it. */
  listens(host: HostUuid): void {
    const agent = this.get(host);
    agent.phase = 'Serving';
    agent.startedUp = false;
    agent.joined = false;
    agent.emergency = null;
    this.machine(host).agent = 'Running';
    this.world.bus.emit({ kind: 'machine', host, change: 'agent-up', cause: { by: 'xapi' } });
  }

  /** The daemon ends or its machine goes: connections break, nothing of this life goes on. */
  stop(host: HostUuid): void {
    const agent = this.get(host);
    const listened = agent.phase !== 'Down';
    agent.phase = 'Down';
    agent.life += 1;
    agent.joined = false;
    this.machine(host).agent = 'Stopped';
    for (const breakOff of [...agent.connections])
      breakOff(new TransportFailure('Reset', this.origin(host), 'the connection was reset'));
    if (listened) this.world.bus.emit({ kind: 'machine', host, change: 'agent-down', cause: { by: 'xapi' } });
  }

  /** For messages. */
  origin(host: HostUuid): string {
    return `https://${this.addresses.get(host) ?? host}`;
  }

  private machine(host: HostUuid): { agent: 'Stopped' | 'Starting' | 'Running' } {
    const machine = this.world.machines.get(host);
    if (machine === undefined) throw new Error(`no machine for host ${host} in the simulated world`);
    return machine;
  }
}
