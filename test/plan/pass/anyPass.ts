// Random passes for properties: pools small enough to try everything, tight enough that it matters, with storage, networks and processors not the same
// everywhere, guests that are pinned, paused or ruled over, larger control domains, and passes that are half done.
import fc from 'fast-check';
import type { PassInput, PassPolicy } from '../../../src/plan/pass/passInput';
import type { Guest, Host } from '../../../src/plan/pool';
import type { GuestRule } from '../../../src/plan/rules';
import { GIB, guest, host, pbd, sr, world } from '../smallPool';

export interface Size {
  readonly hosts: number;
  readonly guests: number;
}

const OLD = '00000001-00000002';
const RICH = '00000003-00000006';

const anyHost = fc.record({
  capacity: fc.integer({ min: 3, max: 12 }),
  growth: fc.constantFrom(0, 0, 0, 1, 2),
  enabled: fc.constantFrom(true, true, true, true, true, true, false),
  vendor: fc.constantFrom(...Array.from({ length: 11 }, () => 'GenuineIntel'), 'AuthenticAMD'),
  features: fc.constantFrom(RICH, RICH, RICH, OLD),
  other: fc.constantFrom(true, true, false),
  net: fc.constantFrom(true, true, true, false),
});
type HostShape = typeof anyHost extends fc.Arbitrary<infer T> ? T : never;

const anyGuest = fc.record({
  on: fc.nat(3),
  gib: fc.integer({ min: 1, max: 5 }),
  storage: fc.constantFrom('shared', 'shared', 'shared', 'shared', 'other', 'local'),
  net: fc.constantFrom(false, false, true),
  features: fc.constantFrom(undefined, OLD, OLD, RICH),
  immobile: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  paused: fc.integer({ min: 0, max: 14 }).map((roll) => roll === 0),
  suspends: fc.boolean(),
  asked: fc.constantFrom(true, true, true, false),
  ha: fc.constantFrom('', '', 'best-effort', 'restart'),
  group: fc.constantFrom(undefined, undefined, 'group'),
  rule: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'Migrate', 'Suspend', 'Shutdown', 'Block'),
  returns: fc.constantFrom(undefined, undefined, undefined, undefined, 'Home', 'Stay'),
  away: fc.constantFrom(undefined, undefined, undefined, 0, 1),
  waiting: fc.integer({ min: 0, max: 3 }).map((roll) => roll === 0),
});
type GuestShape = typeof anyGuest extends fc.Arbitrary<infer T> ? T : never;

const anyPolicy = fc.record({
  placement: fc.constantFrom('Minimal', 'Minimal', 'Home', 'Balanced'),
  whenUnmovable: fc.constantFrom('Suspend', 'Suspend', 'Shutdown', 'Block'),
  acceptDowntime: fc.constantFrom(true, true, true, false),
  forceMigration: fc.constantFrom(false, false, true),
  forceShutdown: fc.boolean(),
});

/** @param size at most */
export function anyPass(size: Size): fc.Arbitrary<PassInput> {
  return fc
    .integer({ min: 1, max: size.hosts })
    .chain((count) =>
      fc
        .tuple(
          fc.array(anyHost, { minLength: count, maxLength: count }),
          fc.array(anyGuest, { maxLength: size.guests }),
          anyPolicy,
          fc.constantFrom(0, 0, 0, 1, 2),
        )
        .map(([hosts, guests, policy, done]) => assembled(hosts, guests, policy, Math.min(done, count))),
    );
}

function assembled(
  shapes: readonly HostShape[],
  guestShapes: readonly GuestShape[],
  policy: Omit<PassPolicy, 'rules' | 'compressMemory'>,
  done: number,
): PassInput {
  const uuids = shapes.map((_, index) => `h${index}`);
  const hosts = shapes.map((shape, index) => hostOf(shape, index, done));
  const guests = guestShapes.map((shape, index) => guestOf(shape, index, uuids, done));
  const pbds = uuids.flatMap((uuid, index) => [
    pbd(uuid, `local-${uuid}`),
    pbd(uuid, 'shared'),
    pbd(uuid, 'other', shapes[index]!.other),
  ]);
  const srs = [sr('shared'), sr('other'), ...uuids.map((uuid) => sr(`local-${uuid}`, { shared: false, type: 'lvm' }))];
  const capacities = Object.fromEntries(uuids.map((uuid, index) => [uuid, shapes[index]!.capacity * GIB]));
  const rules = guestShapes.flatMap(({ rule, returns }, index): readonly GuestRule[] =>
    rule === undefined && returns === undefined
      ? []
      : [
          {
            tags: [],
            names: [],
            uuids: [`g${index}`],
            action: rule as GuestRule['action'],
            return: returns as GuestRule['return'],
          },
        ],
  );
  const homes = guestShapes.flatMap(({ away }, index) =>
    away === undefined || done === 0 ? [] : [[`g${index}`, uuids[away % uuids.length]!]],
  );
  return {
    hosts,
    world: world(guests, { srs, pbds, capacities, networkHosts: { net: uuids.filter((_, index) => shapes[index]!.net) } }),
    order: { wished: [] },
    policy: { ...policy, rules, compressMemory: false } as PassPolicy,
    capacitiesAfter: Object.fromEntries(
      uuids.map((uuid, index) => [uuid, (shapes[index]!.capacity - shapes[index]!.growth) * GIB]),
    ),
    upgraded: uuids.slice(0, done),
    waiting: guests.filter((entry) => entry.host === undefined).map((entry) => entry.uuid),
    homes: Object.fromEntries(homes),
  };
}

function hostOf(shape: HostShape, index: number, done: number): Host {
  const { vendor, features, enabled } = shape;
  const cpu = { vendor, hvm: features, pv: features, count: 8 };
  return host(`h${index}`, index < done ? '8.2.1' : '7.6.0', { enabled, cpu, master: index === 0 });
}

function guestOf(shape: GuestShape, index: number, uuids: readonly string[], done: number): Guest {
  const on = uuids[shape.on % uuids.length]!;
  const stopped = shape.waiting && done > 0;
  return guest(`g${index}`, stopped ? undefined : on, {
    memory: shape.gib * GIB,
    srs: [shape.storage === 'local' ? `local-${on}` : shape.storage],
    networks: shape.net ? ['net'] : [],
    cleanShutdown: shape.asked,
    haPriority: shape.ha,
    ...abilities(shape),
    ...(shape.paused && !stopped ? { powerState: 'Paused' as const } : {}),
    ...(shape.group === undefined ? {} : { antiAffinity: [shape.group] }),
  });
}

function abilities({ features, immobile, suspends }: GuestShape): Partial<Guest> {
  return {
    ...(features === undefined ? {} : { cpu: { vendor: 'GenuineIntel', features } }),
    immobile: immobile ? { code: 'VM_HAS_VGPU', text: 'it has a virtual GPU' } : undefined,
    insuspendable: suspends ? undefined : { code: 'VM_LACKS_FEATURE_SUSPEND', text: 'it cannot suspend' },
  };
}
