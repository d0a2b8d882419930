// Pools by hand: hosts, guests and storage with everything that does not matter filled in, and random pools for properties.
import fc from 'fast-check';
import type { Guest, Guests, Host, Pbd, Pool, Sr } from '../../src/plan/pool';
import type { Brand } from '../../src/plan/release';

export const GIB = 1024 ** 3;

export function host(uuid: string, version = '7.1.2', more: Partial<Host> = {}, brand: Brand = 'XenServer'): Host {
  return {
    uuid,
    name: `name-${uuid}`,
    address: `10.0.0.${uuid.length}`,
    master: false,
    enabled: true,
    live: true,
    version: { release: { brand, version } },
    bootTime: 1_000,
    agentStartTime: '1000.',
    ...more,
  };
}

export function guest(uuid: string, on: string | undefined, more: Partial<Guest> = {}): Guest {
  return {
    uuid,
    name: `guest ${uuid}`,
    powerState: on === undefined ? 'Halted' : 'Running',
    host: on,
    arriving: undefined,
    busy: [],
    memory: GIB,
    srs: [],
    networks: [],
    cds: [],
    immobile: undefined,
    insuspendable: undefined,
    cleanShutdown: true,
    tags: [],
    mark: undefined,
    blocked: {},
    ...more,
  };
}

export function sr(uuid: string, more: Partial<Sr> = {}): Sr {
  return { uuid, name: `storage ${uuid}`, type: 'nfs', shared: true, vdis: 1, ...more };
}

export function pbd(on: string, storage: string, attached = true): Pbd {
  return { uuid: `pbd-${on}-${storage}`, host: on, sr: storage, attached };
}

/** Every host has room for 16 GiB of guests unless `capacities` says otherwise. */
export function world(guests: readonly Guest[] = [], more: Partial<Guests> = {}): Guests {
  const capacities = new Proxy<Record<string, number>>(
    { ...more.capacities },
    { get: (given, key) => given[String(key)] ?? 16 * GIB },
  );
  return { guests, srs: [], pbds: [], networkHosts: {}, ...more, capacities };
}

/** The first host is the master unless one says it is. */
export function poolOf(hosts: readonly Host[], more: Partial<Pool> = {}): Pool {
  const named = hosts.some((entry) => entry.master) ? hosts : hosts.map((entry, index) => ({ ...entry, master: index === 0 }));
  return {
    uuid: 'pool',
    name: 'the pool',
    masterUuid: named.find((entry) => entry.master)?.uuid ?? '',
    haEnabled: false,
    haTolerance: 0,
    wlbEnabled: false,
    autoPoweron: undefined,
    rollingUpgrade: false,
    mark: undefined,
    hosts: named,
    ...more,
  };
}

export interface RandomPool {
  readonly pool: Pool;
  readonly world: Guests;
}

/** Up to five hosts of two versions, some away or disabled; up to twelve guests with disks on shared or local storage and networks not everywhere. */
export const anyPool: fc.Arbitrary<RandomPool> = fc.integer({ min: 1, max: 5 }).chain((count) => {
  const uuids = Array.from({ length: count }, (_, index) => `h${index}`);
  const hosts = fc.tuple(...uuids.map(anyHost));
  const seen = fc.tuple(...uuids.map(() => sight));
  const guests = fc.array(anyGuestShape(uuids), { maxLength: 12 });
  return fc.tuple(hosts, seen, guests).map(([listed, views, shapes]) => assemble(listed, views, shapes));
});

interface Sight {
  readonly shared: boolean;
  readonly other: boolean;
  readonly net: boolean;
  readonly capacity: number;
}

/** What of the pool's storage and networks a host sees, and its room for guests. */
const sight: fc.Arbitrary<Sight> = fc.record({
  shared: fc.boolean(),
  other: fc.boolean(),
  net: fc.boolean(),
  capacity: fc.integer({ min: 0, max: 10 }).map((gib) => gib * GIB),
});

function anyHost(uuid: string): fc.Arbitrary<Host> {
  return fc
    .record({
      version: fc.constantFrom('7.0.0', '7.6.0'),
      enabled: fc.boolean(),
      live: fc.boolean(),
    })
    .map(({ version, ...more }) => host(uuid, version, more));
}

interface GuestShape {
  readonly on: string;
  readonly memory: number;
  readonly disks: readonly ('shared' | 'other' | 'local')[];
  readonly net: boolean;
  readonly immobile: boolean;
}

function anyGuestShape(hosts: readonly string[]): fc.Arbitrary<GuestShape> {
  return fc.record({
    on: fc.constantFrom(...hosts),
    memory: fc.integer({ min: 1, max: 6 }).map((gib) => gib * GIB),
    disks: fc.uniqueArray(fc.constantFrom('shared' as const, 'other' as const, 'local' as const), { maxLength: 2 }),
    net: fc.boolean(),
    immobile: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
  });
}

function assemble(hosts: readonly Host[], seen: readonly Sight[], shapes: readonly GuestShape[]): RandomPool {
  const uuids = hosts.map((entry) => entry.uuid);
  const guests = shapes.map(({ on, memory, disks, net, immobile }, index) =>
    guest(`g${index}`, on, {
      memory,
      srs: disks.map((disk) => (disk === 'local' ? `local-${on}` : disk)),
      networks: net ? ['net'] : [],
      immobile: immobile ? { code: 'VM_HAS_VGPU', text: 'it has a virtual GPU' } : undefined,
    }),
  );
  const pbds = uuids.flatMap((uuid, index) => [
    pbd(uuid, `local-${uuid}`),
    pbd(uuid, 'shared', seen[index]!.shared),
    ...(seen[index]!.other ? [pbd(uuid, 'other')] : []),
  ]);
  const srs = [sr('shared'), sr('other'), ...uuids.map((uuid) => sr(`local-${uuid}`, { shared: false, type: 'lvm' }))];
  const net = uuids.filter((_, index) => seen[index]!.net);
  const capacities = Object.fromEntries(uuids.map((uuid, index) => [uuid, seen[index]!.capacity]));
  return { pool: poolOf(hosts), world: world(guests, { srs, pbds, capacities, networkHosts: { net } }) };
}
