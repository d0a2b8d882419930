// All hosts of a simulated pool as servers: one address each, one port for all, opened and closed as their agents come and go.
import type { SimulatedWorld } from '../createWorld';
import type { PoolHost } from '../dump';
import { factsOf, type ReleaseFacts } from '../releases';
import type { HostUuid } from '../world';
import type { Authority, Certificate } from './certificates';
import { HostServer } from './hostServer';

export interface PoolServersSettings {
  readonly world: SimulatedWorld;
  /** At loopback addresses, the master first. */
  readonly hosts: readonly PoolHost[];
  /** 0 for one that is free at all addresses. */
  readonly port: number;
  /** Undefined for plain HTTP. */
  readonly authority: Authority | undefined;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

export interface PoolServers {
  readonly port: number;
  /** Fingerprint of the certificate that a host has now, by address; empty for plain HTTP. */
  fingerprints(): ReadonlyMap<string, string>;
  close(): void;
}

/** A port that is free at one address may be taken at the next. */
const MOST_ATTEMPTS = 20;

/** @throws the socket's error when an address or the port is not to be had */
export async function openPoolServers(settings: PoolServersSettings): Promise<PoolServers> {
  const { world, hosts, authority, onDefect } = settings;
  const certificates = new Map<HostUuid, Certificate>();
  const renew = ({ uuid, address }: PoolHost): void => {
    if (authority !== undefined) certificates.set(uuid, authority.issue(address));
  };
  hosts.forEach(renew);
  const servers = new Map(hosts.map((host) => [host.uuid, serverOf(settings, host, () => certificates.get(host.uuid))]));
  const port = await openAll([...servers.values()], settings.port);
  let closed = false;
  world.bus.on((event) => {
    if (event.kind !== 'machine' || closed) return;
    const server = servers.get(event.host)!;
    if (event.change === 'agent-down') server.close();
    if (event.change === 'agent-up') server.open(port).catch(onDefect);
    // As after an upgrade of a system that was installed before 8.0.
    if (event.change === 'up' && authority !== undefined && changesCertificate(world, event.host))
      renew(hosts.find(({ uuid }) => uuid === event.host)!);
  });
  return {
    port,
    fingerprints: () => new Map(hosts.flatMap(({ uuid, address }) => fingerprint(address, certificates.get(uuid)))),
    close(): void {
      closed = true;
      for (const server of servers.values()) server.close();
    },
  };
}

function changesCertificate({ faults }: SimulatedWorld, host: HostUuid): boolean {
  return faults.strike('certificate-changes', { host }) !== undefined;
}

function fingerprint(address: string, certificate: Certificate | undefined): readonly (readonly [string, string])[] {
  return certificate === undefined ? [] : [[address, certificate.fingerprint]];
}

function serverOf(
  { world, onDefect }: PoolServersSettings,
  { uuid, address }: PoolHost,
  certificate: () => Certificate | undefined,
): HostServer {
  const facts = (): ReleaseFacts => runningThere(world, uuid);
  return new HostServer({
    address,
    certificate,
    tls: () => facts().tls,
    agent: {
      serve: (request, gone) => world.serve(uuid, request, gone),
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
