// Puts a simulated world together from a loaded pool: machines under it, XAPI and guests on it, one bus for all who want to hear.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import { type Database, manifestValue } from '../xenapi/database/database';
import { DatabaseError } from '../xenapi/database/databaseError';
import { parseDatabase } from '../xenapi/database/parseDatabase';
import { printDatabase } from '../xenapi/database/printDatabase';
import type { XapiResponse, XapiTransport } from '../xenapi/transport';
import type { BmcRequest, BmcResponse, ClosableBmcTransport } from '../bmc/transport';
import type { SimulatedChassis } from './bmc/chassis';
import type { SimulatedBmc } from './bmc/simulatedBmc';
import { type LoadedPool, LoadError, loadPool, type PoolHost, toDatabase } from './dump';
import { createEventBus } from './eventBus';
import { identityOf } from './hardware';
import { createMetalHalf, type MetalHalf, type SeedHost } from './metal/createMetalHalf';
import type { HostNetwork } from './network/hostNetwork';
import { OLD_LAYOUT, SHORT_KEY } from './planted';
import { createPoolHalf } from './pool/createPoolHalf';
import type { RestorableDump } from './pool/xapi';
import { map } from './pool/recordFields';
import type { PoolRequest } from './pool/transport';
import type { Cause, Domain, FaultQuery, FirmwareMode, HostUuid, Links, Release, VmUuid, World } from './world';
import { type BmcSetting, WorldBmcs } from './worldBmcs';

export type { BmcSetting };

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
  /** What hosts and their BMCs reach outside of the pool; default: nobody, and BMCs find every image. */
  readonly network?: HostNetwork;
  /** Base of the URLs at which network cards ask what to boot: `…/pxe/ipxe/MAC` in BIOS mode, `…/pxe/grub/MAC` in UEFI mode; default: nobody answers. */
  readonly pxe?: string;
  /** Of all machines, or of some by UUID or name; default: BIOS. */
  readonly firmware?: FirmwareMode | ReadonlyMap<string, FirmwareMode>;
  /** BMCs of the machines that have one, by UUID or name; default: none has. */
  readonly bmcs?: readonly BmcSetting[];
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
  /** A machine as the BMC in it sees it, for one that somebody else plays. @throws Error for a host that is none of the pool */
  chassis(host: HostUuid): SimulatedChassis;
  /** The BMC in a machine. */
  bmc(host: HostUuid): SimulatedBmc | undefined;
  /** A way to BMCs, by the origin of each; whatever is done by it is attributed to `caller`, that of `person` to a person's hand. */
  bmcTransport(caller: string): (origin: string) => ClosableBmcTransport;
  /**
   * One request of a real wire, at the address of that host's BMC.
   * @throws TransportFailure when the connection is to break without an answer
   */
  serveBmc(host: HostUuid, request: BmcRequest, caller: string): Promise<BmcResponse>;
}

/** All machines are up, all agents in service, and the guests that the database says run do run. */
export function createWorld(settings: WorldSettings): SimulatedWorld {
  const { clock, random, faults, repositories, pool, password } = settings;
  const bus = createEventBus(clock);
  const halves: { metal?: MetalHalf; pool?: ReturnType<typeof createPoolHalf> } = {};
  const links = linksBetween(halves);
  const { network, pxe } = settings;
  const seeds = pool.hosts.map((host) => seedOf(pool, host, settings.firmware));
  const metal = createMetalHalf({ clock, random, bus, links, faults, repositories, boot: settings.boot, network, pxe }, seeds);
  halves.metal = metal;
  const bmcs = new WorldBmcs(bmcsOf(settings), { clock, random, bus, faults, network, chassisOf: (host) => metal.chassis(host) });
  const domains = new Map<VmUuid, Domain>();
  const outside = { network, bmcs: bmcs.states };
  const world: World = {
    clock,
    random,
    bus,
    database: pool.database,
    machines: metal.machines,
    domains,
    links,
    faults,
    ...outside,
  };
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
      bmcs.armFaults();
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
    chassis: (host) => metal.chassis(host),
    bmc: (host) => bmcs.of(host),
    bmcTransport: (caller) => bmcs.transport(caller),
    serveBmc: (host, request, caller) => bmcs.serve(host, request, caller),
  };
}

/** With the UUIDs of their hosts. @throws Error for a host that is none of the pool */
function bmcsOf({ pool, bmcs = [] }: WorldSettings): readonly BmcSetting[] {
  return bmcs.map((setting) => {
    const found = pool.hosts.find(({ uuid, name }) => uuid === setting.host || name === setting.host);
    if (found === undefined) throw new Error(`a BMC is set for ${setting.host}, which is no host of the pool`);
    return { ...setting, host: found.uuid };
  });
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

function seedOf(
  { database, release }: LoadedPool,
  { ref, uuid, name, address }: PoolHost,
  firmware: WorldSettings['firmware'] = 'BIOS',
): SeedHost {
  const record = database.get('host', ref) ?? {};
  const planted = map(record, 'other_config');
  const layout = planted[OLD_LAYOUT] === 'true' ? 'old' : undefined;
  const keyBits = planted[SHORT_KEY] === 'true' ? 1024 : undefined;
  const mode = typeof firmware === 'string' ? firmware : (firmware.get(uuid) ?? firmware.get(name));
  return { uuid, name, release, layout, keyBits, firmware: mode, identity: identityOf(database, ref), address };
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
