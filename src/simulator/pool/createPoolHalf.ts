// Puts the pool half of the simulated world together: XAPI and the guests, over a database that exists already.
import { uuid } from '../../foundation/random';
import type { XapiResponse, XapiTransport } from '../../xenapi/transport';
import type { HostUuid, Links, VmUuid, World } from '../world';
import { armAgentFaults } from './agentFaults';
import { Agents } from './agents';
import { startMarkedGuests } from './autoPoweron';
import type { Handlers } from './call';
import { Dispatcher } from './dispatcher';
import { eventCalls } from './eventCalls';
import { Events } from './events';
import { evacuationCalls } from './evacuation';
import { Guests } from './guests';
import { highAvailabilityCalls } from './highAvailability';
import { hostCalls } from './hostCalls';
import { Hosts } from './hosts';
import { introspectionCalls } from './introspectionCalls';
import { recreateLocalStorage } from './localStorage';
import type { Ref } from './liveDatabase';
import { Memory } from './memory';
import { MixedMode } from './mixedMode';
import { Placement } from './placement';
import { poolCalls } from './poolCalls';
import { ServedRecords } from './servedRecords';
import { sessionCalls } from './sessionCalls';
import { Sessions } from './sessions';
import { pluginCalls } from './stagingPlugin';
import { Startup } from './startup';
import { certificateCalls } from './serverCertificates';
import { storageCalls } from './storageCalls';
import { taskCalls } from './taskCalls';
import { Tasks } from './tasks';
import { type PoolRequest, poolTransport, serveRequest } from './transport';
import { vmMigrationCalls } from './vmMigrationCalls';
import { vmRecordCalls } from './vmRecordCalls';
import { vmPowerCalls } from './vmPowerCalls';
import { vmSuspendCalls } from './vmSuspendCalls';
import type { PoolSettings, Xapi } from './xapi';

export interface PoolHalf {
  readonly links: Pick<Links, 'hostBooted' | 'hostGone' | 'localStorageDestroyed'>;
  /**
   * In process: `https://<host.address>` reaches that host. All calls of it carry the caller's tag in the world's
   * events; what the tag `person` sends counts as done by a person's hand.
   */
  transport(caller: string): XapiTransport;
  /**
   * For servers: the agent of that host answers one request. Calls are attributed to what their session's opener called itself.
   * @param gone aborts when whoever asked has broken the connection
   * @throws TransportFailure when there is no answer and the connection breaks
   */
  serve(host: HostUuid, request: PoolRequest, gone: AbortSignal): Promise<XapiResponse>;
  /** Looks for faults of an hour that have been armed since, and counts from now. */
  armFaults(): void;
  /** The guest shuts itself down, as its own user may at any time. */
  guestStops(vm: VmUuid): void;
  /** Codename of the API release that the master serves now, or served last. */
  apiRelease(): string;
}

/** All machines must be Up with the pool's release; the domains that the database tells of are made here. */
export function createPoolHalf(world: World, settings: PoolSettings): PoolHalf {
  const xapi = createXapi(world, settings);
  const dispatcher = new Dispatcher(xapi, handlersOf(xapi));
  armAgentFaults(xapi);
  world.bus.on((event) => {
    if (event.kind === 'guest' || event.kind === 'migrated') xapi.memory.report();
  });
  const { database, guests, hosts, newUuid, startup } = xapi;
  return {
    links: {
      hostBooted: (host, release) => startup.hostBooted(host, release),
      hostGone: (host) => startup.hostGone(host),
      localStorageDestroyed: (host) => recreateLocalStorage(database, hosts, hosts.ref(host), newUuid),
    },
    transport: (caller) => poolTransport(xapi, dispatcher, caller),
    serve: (host, request, gone) => serveRequest(xapi, dispatcher, host, request, gone),
    armFaults: () => armAgentFaults(xapi),
    guestStops: (vm) => guests.vanish(refOfGuest(xapi, vm), 'Halted', 'stopped', { by: 'guest' }),
    apiRelease: () => xapi.served.release,
  };
}

/** @throws Error for a VM without a domain: a mistake of whoever plays the guest */
function refOfGuest(xapi: Xapi, vm: VmUuid): Ref {
  const found = xapi.world.domains.has(vm) ? xapi.database.byUuid('VM', vm) : undefined;
  if (found === undefined) throw new Error(`no VM ${vm} runs in the simulated pool`);
  return found.ref;
}

function createXapi(world: World, settings: PoolSettings): Xapi {
  const { database, clock, random } = world;
  const newUuid = (): string => uuid(random);
  const newRef = (): string => `OpaqueRef:${newUuid()}`;
  const hosts = new Hosts(database);
  const agents = new Agents(world, hosts);
  const served = new ServedRecords(settings.apiRelease);
  const guests = new Guests(world, hosts);
  const sessions = new Sessions(database, served, clock, newUuid);
  const tasks = new Tasks(database, served, clock, newUuid);
  const events = new Events(database, served, clock);
  const memory = new Memory(database, hosts, guests, served);
  const mixedMode = new MixedMode(
    world,
    hosts,
    () => agents.master().phase === 'Serving',
    () => guests.refreshOperations(),
  );
  const placement = new Placement(world, hosts, agents, guests, memory, mixedMode);
  const base = {
    world,
    clock,
    database,
    settings,
    served,
    hosts,
    agents,
    sessions,
    tasks,
    events,
    guests,
    memory,
    mixedMode,
    placement,
    newRef,
    newUuid,
  };
  const parts = { ...base, evacuating: new Set<string>() };
  const startup = new Startup(parts, () => startMarkedGuests(xapi));
  const xapi: Xapi = { ...parts, startup };
  return xapi;
}

function handlersOf(xapi: Xapi): Handlers {
  return {
    ...introspectionCalls(xapi),
    ...sessionCalls(xapi),
    ...taskCalls(xapi),
    ...eventCalls(xapi),
    ...hostCalls(xapi),
    ...evacuationCalls(xapi),
    ...pluginCalls(xapi),
    ...certificateCalls(xapi),
    ...poolCalls(xapi),
    ...highAvailabilityCalls(xapi),
    ...vmRecordCalls(xapi),
    ...vmPowerCalls(xapi),
    ...vmSuspendCalls(xapi),
    ...vmMigrationCalls(xapi),
    ...storageCalls(xapi),
  };
}
