// Puts a simulated world together from a loaded pool: machines under it, XAPI and guests on it, one bus for all who want to hear.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import { type Database, manifestValue } from '../xenapi/database/database';
import { DatabaseError } from '../xenapi/database/databaseError';
import { parseDatabase } from '../xenapi/database/parseDatabase';
import { printDatabase } from '../xenapi/database/printDatabase';
import type { XapiResponse, XapiTransport } from '../xenapi/transport';
import { type LoadedPool, LoadError, loadPool, type PoolHost, toDatabase } from './dump';
import { createEventBus } from './eventBus';
import { createMetalHalf, type MetalHalf, type SeedHost } from './metal/createMetalHalf';
import { OLD_LAYOUT, SHORT_KEY } from './planted';
import { createPoolHalf } from './pool/createPoolHalf';
import type { RestorableDump } from './pool/xapi';
import { map } from './pool/recordFields';
import type { PoolRequest } from './pool/transport';
import type { Cause, Domain, FaultQuery, HostUuid, Links, Release, VmUuid, World } from './world';

export interface WorldSettings {
  readonly clock: Clock;
  readonly random: Random;
  /** Loaded from a dump, grown or made. Its database is the world's from now on. */
  readonly pool: LoadedPool;
  /** Password of `root` on all hosts. */
  readonly password: string;
  /** Installation repositories by the beginning of their URL. */
  readonly repositories: ReadonlyMap<string, Release>;
  readonly faults: FaultQuery;
  /** How long machines take to boot, in milliseconds; default: as ordinary servers do, minutes. */
  readonly boot?: { readonly shortest: number; readonly longest: number };
  /** PEM of what a host shows on the wire, where the pool is served; asked only when a call wants it. */
  readonly certificateOf?: (host: HostUuid) => string | undefined;
  /** The text of `GET /pool/xmldbdump`; default: the pool written back as a dump. @param apiRelease what the master serves now */
  readonly dumpDatabase?: (apiRelease: string) => string;
}

export interface SimulatedWorld extends World {
  /** A way to the pool's hosts; whatever is sent by it is attributed to `caller`, that of `person` to a person's hand. */
  transport(caller: string): XapiTransport;
  /**
   * The agent of a host answers one request of a real wire; calls are attributed to the `originator` of their session.
   * @param gone aborts when the client has broken the connection
   * @throws TransportFailure when there is no answer and the connection breaks
   */
  serve(host: HostUuid, request: PoolRequest, gone: AbortSignal): Promise<XapiResponse>;
  /** The pool's database as it is now, in the form of a dump. */
  dump(): string;
  /** Looks for faults of an hour (`agent-restarts`, `clock-steps`) that have been armed since; they count from now. */
  armFaults(): void;
  /** A guest shuts itself down. @throws Error when it does not run */
  guestStops(vm: VmUuid): void;
  /** A person installs a release afresh on a host, whatever it did: its pool is one of its own, empty, and the hosts it was master of know it no more. */
  reinstall(host: HostUuid, release: Release): void;
  /** A person joins a host to the pool that no longer knows it, `xe pool-join`. @throws Error when the pool knows it */
  joinAgain(host: HostUuid): void;
  /** Cuts a machine's power. */
  powerOff(host: HostUuid, cause: Cause): void;
}

/** All machines are up, all agents in service, and the guests that the database says run do run. */
export function createWorld(settings: WorldSettings): SimulatedWorld {
  const { clock, random, faults, repositories, pool, password } = settings;
  const bus = createEventBus(clock);
  const halves: { metal?: MetalHalf; pool?: ReturnType<typeof createPoolHalf> } = {};
  const links = linksBetween(halves);
  const seeds = pool.hosts.map((host) => seedOf(pool, host));
  const metal = createMetalHalf({ clock, random, bus, links, faults, repositories, boot: settings.boot }, seeds);
  halves.metal = metal;
  const domains = new Map<VmUuid, Domain>();
  const world: World = { clock, random, bus, database: pool.database, machines: metal.machines, domains, links, faults };
  const { release, apiRelease } = pool;
  const dumpDatabase = settings.dumpDatabase ?? ((served: string): string => printDatabase(toDatabase(pool, served)));
  const schemaNow = (served: string): string => schemaOf(toDatabase(pool, served));
  const { certificateOf } = settings;
  const poolHalf = createPoolHalf(world, {
    ...{ password, release, apiRelease, repositories },
    ...{ dumpDatabase, readDump, schemaNow },
    ...(certificateOf === undefined ? {} : { certificateOf }),
  });
  halves.pool = poolHalf;
  return {
    ...world,
    transport: (caller) => poolHalf.transport(caller),
    serve: (host, request, gone) => poolHalf.serve(host, request, gone),
    dump: () => dumpDatabase(poolHalf.apiRelease()),
    armFaults(): void {
      poolHalf.armFaults();
      metal.armFaults();
    },
    guestStops: (vm) => poolHalf.guestStops(vm),
    reinstall(host, fresh): void {
      const { disk } = metal.machines.get(host)!;
      metal.powerOff(host, PERSON);
      Object.assign(disk, { system: fresh, backup: null, staged: null });
      poolHalf.beginAnew(host);
      links.powerOn(host, PERSON);
    },
    joinAgain: (host) => poolHalf.joinAgain(host),
    powerOff: (host, cause) => metal.powerOff(host, cause),
  };
}

const PERSON: Cause = { by: 'person' };

function readDump(text: string): RestorableDump | string {
  try {
    const dump = parseDatabase(text);
    return { schema: schemaOf(dump), database: loadPool(dump).database };
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof LoadError) return error.message;
    throw error;
  }
}

function schemaOf(dump: Database): string {
  return `${manifestValue(dump, 'schema_major_vsn') ?? ''}.${manifestValue(dump, 'schema_minor_vsn') ?? ''}`;
}

function seedOf({ database, release }: LoadedPool, { ref, uuid, name }: PoolHost): SeedHost {
  const planted = map(database.get('host', ref) ?? {}, 'other_config');
  const layout = planted[OLD_LAYOUT] === 'true' ? 'old' : undefined;
  return { uuid, name, release, layout, keyBits: planted[SHORT_KEY] === 'true' ? 1024 : undefined };
}

/** Each half is called through these, and exists by then. */
function linksBetween(halves: { readonly metal?: MetalHalf; readonly pool?: ReturnType<typeof createPoolHalf> }): Links {
  return {
    hostBooted: (host, release) => halves.pool!.links.hostBooted(host, release),
    hostGone: (host) => halves.pool!.links.hostGone(host),
    localStorageDestroyed: (host) => halves.pool!.links.localStorageDestroyed(host),
    leave: (host, how, cause) => halves.metal!.leave(host, how, cause),
    bootInstaller: (host, target, answerFile, cause) => halves.metal!.bootInstaller(host, target, answerFile, cause),
    powerOn: (host, cause) => halves.metal!.powerOn(host, cause),
  };
}
