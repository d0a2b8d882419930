// All hosts of a simulated pool as servers: one address each, one port for all, opened and closed as their agents come and go.
import type { SimulatedWorld } from '../createWorld';
import type { PoolHost } from '../dump';
import { factsOf, type ReleaseFacts } from '../releases';
import type { HostUuid } from '../world';
import type { Certificate } from './certificates';
import { HostServer } from './hostServer';
import type { Intake } from './intake';

export interface PoolServersSettings {
  readonly world: SimulatedWorld;
  readonly intake: Pick<Intake, 'serve'>;
  /** At loopback addresses, the master first. */
  readonly hosts: readonly PoolHost[];
  /** 0 for one that is free at all addresses. */
  readonly port: number;
  /** What a host shows now; undefined for plain HTTP. */
  readonly certificateOf: (host: HostUuid) => Certificate | undefined;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

export interface PoolServers {
  readonly port: number;
  close(): void;
}

/** A port that is free at one address may be taken at the next. */
const MOST_ATTEMPTS = 20;

/**
 * Opens the servers of all agents that run; the world's time must stand until this is done.
 * @throws the socket's error when an address or the port is not to be had
 */
export async function openPoolServers(settings: PoolServersSettings): Promise<PoolServers> {
  const { world, hosts, onDefect } = settings;
  const servers = new Map(hosts.map((host) => [host.uuid, serverOf(settings, host)]));
  const listening = hosts.filter(({ uuid }) => world.machines.get(uuid)?.agent === 'Running');
  const port = await openAll(
    listening.map(({ uuid }) => servers.get(uuid)!),
    settings.port,
  );
  let closed = false;
  world.bus.on((event) => {
    if (event.kind !== 'machine' || closed) return;
    const server = servers.get(event.host)!;
    if (event.change === 'agent-down') server.close();
    if (event.change === 'agent-up') server.open(port).catch(onDefect);
  });
  return {
    port,
    close(): void {
      closed = true;
      for (const server of servers.values()) server.close();
    },
  };
}

function serverOf({ world, intake, certificateOf, onDefect }: PoolServersSettings, { uuid, address }: PoolHost): HostServer {
  const facts = (): ReleaseFacts => runningThere(world, uuid);
  return new HostServer({
    address,
    certificate: () => certificateOf(uuid),
    tls: () => facts().tls,
    agent: {
      serve: (request, gone) => intake.serve(uuid, request, gone),
      servesJson: () => facts().servesJson,
      defect: onDefect,
    },
  });
}

/** @throws Error when no system runs there: nothing asks then */
function runningThere(world: SimulatedWorld, host: HostUuid): ReleaseFacts {
  const system = world.machines.get(host)?.disk.system;
  if (system === undefined || system === null || system === 'broken') throw new Error(`no system runs on host ${host}`);
  return factsOf(system);
}

async function openAll(servers: readonly HostServer[], wished: number): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    let port = wished;
    try {
      for (const server of servers) port = await server.open(port);
      return port;
    } catch (error) {
      for (const server of servers) server.close();
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (wished !== 0 || !taken || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
