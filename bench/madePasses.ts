// Made pools as the planner sees them, before the first host is upgraded: hosts of equal or unequal memory, filled as far as asked, with guests of usual
// sizes on shared storage, some of them on storage that few hosts see, or only one. Same shape and seed, same pool.
import { integer, type Random, seededRandom } from '../src/foundation/random';
import type { PassInput, PassPolicy } from '../src/plan/pass/passInput';
import type { Guest, Host, Pbd, Sr } from '../src/plan/pool';

export interface Shape {
  readonly name: string;
  readonly hosts: number;
  readonly guests: number;
  /** Share of all memory for guests that is in use; 'N+1': as much as leaves the biggest host's worth free, and a fiftieth. */
  readonly fill: number | 'N+1';
  /** Memory of hosts relative to one another, from the first on, over and over. */
  readonly sizes: readonly number[];
  /**
   * `shared`: every host sees every disk. `zones`: half of the guests lie on one of two SRs that two thirds of the hosts see each. `local`: one guest a
   * host, but for the last host of three, lies on that host's own disks.
   */
  readonly storage: 'shared' | 'zones' | 'local';
  /** No two guests need the same memory. */
  readonly odd?: boolean;
  /** GiB by which the control domain of the new release is larger. */
  readonly growth?: number;
  /** Guests may be squeezed by a fiftieth where that saves stopping one, which hardly ever suffices and is planned all the same. */
  readonly squeezable?: boolean;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** Of guests, in GiB; as common as they stand here. */
const USUAL = [1, 2, 2, 4, 4, 4, 8, 8, 16];
const SEED = 20;

export function madePass(shape: Shape, placement: PassPolicy['placement']): PassInput {
  const random = seededRandom(SEED + shape.hosts);
  const needs = needsFor(random, shape);
  const capacities = capacitiesFor(shape, needs);
  const places = placesFor(random, needs, capacities);
  const names = Array.from({ length: shape.hosts }, (_, index) => hostName(index));
  const guests = needs.map((memory, index) => guestOf(index, memory, names[places[index]!]!));
  const after = capacities.map((bytes) => bytes - (shape.growth ?? 0) * GIB);
  return {
    hosts: names.map((name, index) => hostOf(name, index === 0)),
    world: { guests: stored(shape, names, guests), ...storageOf(names), capacities: byName(names, capacities), networkHosts: {} },
    order: { wished: [] },
    policy: policyOf(placement, shape.squeezable === true),
    capacitiesAfter: byName(names, after),
    upgraded: [],
    waiting: [],
  };
}

/** Biggest first. */
function needsFor(random: Random, { guests, odd }: Shape): readonly number[] {
  const usual = (): number => USUAL[integer(random, 0, USUAL.length - 1)]! * GIB;
  const needs = Array.from({ length: guests }, (_, index) => usual() + (odd === true ? (index + 1) * MIB : 0));
  return needs.sort((a, b) => b - a);
}

/** Zero-padded, so that the order by name is the order in which they were made. */
function hostName(index: number): string {
  return `xs-${String(index + 1).padStart(3, '0')}`;
}

function byName(names: readonly string[], values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}

function capacitiesFor({ hosts, sizes, fill }: Shape, needs: readonly number[]): readonly number[] {
  const relative = Array.from({ length: hosts }, (_, index) => sizes[index % sizes.length]!);
  const parts = relative.reduce((sum, size) => sum + size, 0);
  const share = fill === 'N+1' ? ((parts - Math.max(...relative)) / parts) * 0.98 : fill;
  const total = needs.reduce((sum, need) => sum + need, 0) / share;
  return relative.map((size) => Math.ceil((total * size) / parts / MIB) * MIB);
}

/** Each on a host drawn by how much it has left, so that hosts are filled alike but not the same; the big ones first, as all must find a place. */
function placesFor(random: Random, needs: readonly number[], capacities: readonly number[]): readonly number[] {
  const free = [...capacities];
  return needs.map((need) => {
    const fitting = free.map((left) => (left >= need ? left : 0));
    let drawn = random.next() * fitting.reduce((sum, left) => sum + left, 0);
    const found = fitting.findIndex((left) => (drawn -= left) < 0);
    if (found < 0) throw new RangeError(`a guest of ${need / GIB} GiB fits on no host of this shape: fill it less`);
    free[found]! -= need;
    return found;
  });
}

function stored({ storage }: Shape, names: readonly string[], guests: readonly Guest[]): readonly Guest[] {
  if (storage === 'shared') return guests;
  if (storage === 'zones')
    return guests.map((guest, index) => {
      const zone = ['east', 'west'].find((one) => index % 2 === 0 && zoneOf(one, names).includes(guest.host!));
      return zone === undefined ? guest : { ...guest, srs: [zone] };
    });
  const pinned = new Set(
    names.filter((_, index) => index % 3 < 2).map((name) => guests.findIndex((guest) => guest.host === name)),
  );
  return guests.map((guest, index) => (pinned.has(index) ? { ...guest, srs: [`local-${guest.host}`] } : guest));
}

function zoneOf(zone: string, names: readonly string[]): readonly string[] {
  const width = Math.ceil((names.length * 2) / 3);
  return zone === 'east' ? names.slice(0, width) : names.slice(-width);
}

function storageOf(names: readonly string[]): { readonly srs: readonly Sr[]; readonly pbds: readonly Pbd[] } {
  const seen: readonly (readonly [sr: string, hosts: readonly string[]])[] = [
    ['shared', names],
    ['east', zoneOf('east', names)],
    ['west', zoneOf('west', names)],
    ...names.map((name) => [`local-${name}`, [name]] as const),
  ];
  return {
    srs: seen.map(([uuid]) => ({
      uuid,
      name: uuid,
      type: uuid.startsWith('local') ? 'lvm' : 'nfs',
      shared: !uuid.startsWith('local'),
      vdis: 1,
    })),
    pbds: seen.flatMap(([sr, hosts]) => hosts.map((host) => ({ uuid: `${sr}@${host}`, host, sr, attached: true }))),
  };
}

function policyOf(placement: PassPolicy['placement'], compressMemory: boolean): PassPolicy {
  const consent = { acceptDowntime: true, compressMemory, forceMigration: false, forceShutdown: false };
  return { placement, whenUnmovable: 'Suspend', rules: [], ...consent };
}

function hostOf(name: string, master: boolean): Host {
  return {
    ...{ uuid: name, name, address: name, master, enabled: true, live: true },
    version: { release: { brand: 'XCP-ng', version: '8.2.1' } },
    ...{ bootTime: 1_000, agentStartTime: '1000.' },
  };
}

function guestOf(index: number, memory: number, host: string): Guest {
  const name = `vm-${String(index + 1).padStart(4, '0')}`;
  return {
    ...{ uuid: name, name, host, memory, memoryLeast: Math.ceil(memory * 0.98), powerState: 'Running', srs: ['shared'] },
    ...{ arriving: undefined, busy: [], networks: [], cds: [], immobile: undefined, insuspendable: undefined },
    ...{ cleanShutdown: true, tags: [], mark: undefined, blocked: {} },
  };
}
