// The whole plan of a run: every hop of the path as a pass of its own, each planned on the pool as the one before leaves it; with its hash, which approvals
// name. Pure: the same pool and the same orders give the same plan, byte for byte.
import { sha256 } from '../foundation/sha256';
import type { HopPlan, PlanDocument, PlannedGuest, PlannedHost } from './document';
import { type PassEstimate, totalTime } from './estimate/run';
import type { Pass } from './pass/pass';
import type { PassInput, PassPolicy } from './pass/passInput';
import { planPass } from './pass/planPass';
import { replay } from './pass/replay';
import { type Guest, type Guests, hasDomain, type Host, type Pool } from './pool';
import { printRelease, type Release } from './release';

export interface PlannedHop {
  readonly from: Release;
  readonly to: Release;
  readonly documented: boolean;
  /** Where the rule that makes it legal stands. */
  readonly source: string;
  /** Bytes for guests by host uuid once it is upgraded, where that differs from what it has now. */
  readonly capacitiesAfter: Readonly<Record<string, number>>;
  /** Boot method by host uuid. */
  readonly methods: Readonly<Record<string, string>>;
}

export interface PlanInput {
  readonly pool: Pool;
  readonly world: Guests;
  /** At least one. The first may have been begun. */
  readonly hops: readonly PlannedHop[];
  readonly policy: PassPolicy;
  /** Of the first hop; later ones keep the order that came out. */
  readonly order: PassInput['order'];
  /** Uuids of hosts that have had their turn in the first hop. */
  readonly upgraded: readonly string[];
  /** Uuids of guests that we stopped and that wait to start. */
  readonly waiting: readonly string[];
  /** Host uuid by guest uuid from before the run, where it differs. */
  readonly homes: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** How long each hop takes. */
  readonly estimate: (
    pass: Pass,
    hop: PlannedHop,
    scene: { readonly hosts: readonly Host[]; readonly world: Guests },
  ) => PassEstimate;
}

/** The plan as far as it does not depend on the checks, which look at its passes. */
export type DraftPlan = Omit<PlanDocument, 'checks'>;

export function makePlan(input: PlanInput): DraftPlan {
  const hops: HopPlan[] = [];
  let scene: Scene = { hosts: input.pool.hosts, world: input.world };
  const times: PassEstimate[] = [];
  for (const [at, hop] of input.hops.entries()) {
    const request = at === 0 ? firstRequest(input, hop, scene) : laterRequest(input, hop, scene, hops[0]!.pass.order);
    const pass = planPass(request);
    const time = input.estimate(pass, hop, scene);
    times.push(time);
    const { turns, mixed } = time;
    const { from, to, documented, source } = hop;
    hops.push({ from, to, documented, source, pass, turns, mixed });
    scene = replay(pass, { ...scene, capacitiesAfter: hop.capacitiesAfter, to: hop.to, upgraded: request.upgraded });
  }
  const { pool } = input;
  return {
    hash: hashOf(hops, input.hops),
    pool: { uuid: pool.uuid, name: pool.name },
    hosts: hostsInOrder(pool, [...input.upgraded, ...hops[0]!.pass.order], input.hops[0]!.methods),
    guests: input.world.guests.filter((guest) => isKept(guest, input.waiting)).map(plannedGuest),
    hops,
    warnings: input.warnings,
    refusedWhileMixed: REFUSED_WHILE_MIXED,
    afterwards: afterwards(input.hops),
    total: totalTime(times),
  };
}

interface Scene {
  readonly hosts: readonly Host[];
  readonly world: Guests;
}

function firstRequest(input: PlanInput, { capacitiesAfter }: PlannedHop, scene: Scene): PassInput {
  const { order, policy, upgraded, waiting, homes } = input;
  return { ...scene, order, policy, capacitiesAfter, upgraded, waiting, homes };
}

/** On the pool as the hop before leaves it: what it stopped runs again. */
function laterRequest(input: PlanInput, { capacitiesAfter }: PlannedHop, scene: Scene, fixed: readonly string[]): PassInput {
  const { policy, homes } = input;
  return {
    ...scene,
    order: { fixed },
    policy,
    capacitiesAfter,
    upgraded: [],
    waiting: [],
    homes: { ...homesOf(input.world), ...homes },
  };
}

function homesOf({ guests }: Guests): Readonly<Record<string, string>> {
  return Object.fromEntries(guests.flatMap(({ uuid, host }) => (host === undefined ? [] : [[uuid, host]])));
}

/** Of what is done to whom, in which order and how; not of durations, names or sizes, which change while nothing else does. */
function hashOf(hops: readonly HopPlan[], planned: readonly PlannedHop[]): string {
  const substance = hops.map(({ from, to, pass: { order, turns, blocked } }, at) => {
    const method = ({ methods }: PlannedHop): readonly (string | undefined)[] => order.map((uuid) => methods[uuid]);
    const stops = turns.map((turn) => turn.stops.map(({ guest, action, back }) => ({ guest, action, on: back?.on })));
    const moves = turns.map(({ moves, starts, returns }) => ({ moves, starts, returns }));
    return { from, to, order, methods: method(planned[at]!), moves, stops, blocked: blocked.map(({ guest }) => guest) };
  });
  return sha256(JSON.stringify(substance)).slice(0, 16);
}

function hostsInOrder(pool: Pool, order: readonly string[], methods: Readonly<Record<string, string>>): readonly PlannedHost[] {
  return order.flatMap((uuid) => {
    const host = pool.hosts.find((entry) => entry.uuid === uuid);
    if (host === undefined) return [];
    const role = host.master ? 'master' : 'member';
    return [{ uuid, name: host.name, role, bootMethod: methods[uuid] ?? '' }] satisfies PlannedHost[];
  });
}

function isKept(guest: Guest, waiting: readonly string[]): boolean {
  return hasDomain(guest) || guest.powerState === 'Suspended' || waiting.includes(guest.uuid);
}

function plannedGuest({ uuid, name, powerState, host, memory }: Guest): PlannedGuest {
  return { uuid, name, powerState, host, memory };
}

/** The XenServer reference, section 2.4. */
const REFUSED_WHILE_MIXED = [
  'snapshots and checkpoints of VMs, and every backup job that is made of them',
  'switching HA on, and changing a cluster',
  'creating an SR, importing VMs over HTTP, and moving disks of running VMs between SRs',
  'starting or resuming a VM on a host that is not upgraded yet',
  'migrating a VM from an upgraded host to one that is not',
  'a useful dump of the pool database: XAPI serves a dummy',
];

/** What people find different, beside the release. The XenServer reference, sections 5.5 and 6.1. */
function afterwards(hops: readonly PlannedHop[]): readonly string[] {
  const last = hops.at(-1)!;
  return [
    `all hosts run ${printRelease(last.to)}`,
    'patches and supplemental packs of the old release are gone',
    'files in the control domain beside the configuration that the installer keeps are gone',
    'the system of before lies in the backup partition of each host, until the next installation',
  ];
}
