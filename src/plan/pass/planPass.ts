// Plans one pass of a pool: the order of hosts, and for each who moves where, who stops, who comes back. The plan is made whole, before the first host
// is touched, and every step of it is possible once those before it are done.
import { migrating, simpleBound, sumOfLeast } from './bounds';
import { compareCosts, type Cost, costOf, stopsIn, UNMET, unmetIn } from './cost';
import type { Manner } from './draining';
import type { Floor } from './floor';
import { greedyPlan } from './greedy';
import { hoisted } from './hoisting';
import { type Model, modelOf } from './model';
import type { Downtime, Migrations, Pass } from './pass';
import type { PassInput } from './passInput';
import { type Scene, sceneOf, WAITING } from './scene';
import { leastCost, search } from './search/search';
import { turnOrders } from './turnOrders';
import { writtenPass } from './written';

/** Work of the exact search, in bytes of states made: about a second where it is used up. */
const BUDGET = 40_000_000;

interface Attempt {
  readonly model: Model;
  readonly floor: Floor;
  readonly cost: Cost;
  /** No plan of this order costs less. */
  readonly least: Cost;
  readonly proven: boolean;
}

/**
 * @param input  hosts and guests as seen, policy, and how far an earlier run of this pass came
 * @returns turns for hosts not yet upgraded; guests that stand in the way under `blocked`, for whom the rest is planned as if they had been seen to
 * @throws never; an impossible pool gives stops and blocks
 * Same input, same plan, in whatever order hosts and guests are listed.
 * Model: between the turns of hosts any running guest that can migrate may move, one after the other, never to an older host nor to the one whose turn is
 * next; guests stop on the host whose turn it is and start on upgraded ones. Costs, one after the other: guests that stand in the way, that do not come
 * back, that stop (then their rank and bytes), wishes about the end that stay unfulfilled, moves. Why own search: docs/adr/0013.
 */
export function planPass(input: PassInput): Pass {
  const balanced = input.policy.placement === 'Balanced';
  const plain = bestPlan(input, sceneOf(input, false), balanced);
  const squeezed = input.policy.compressMemory && plain.cost.stops > 0 ? bestPlan(input, sceneOf(input, true), balanced) : plain;
  const plan = squeezed.cost.stops < plain.cost.stops ? squeezed : plain;
  return writtenPass(plan.model, plan.floor, migrationsOf(plan, balanced), downtimeOf(plan));
}

function bestPlan(input: PassInput, scene: Scene, balanced: boolean): Attempt {
  const attempts: Attempt[] = [];
  for (const turns of turnOrders(scene, input)) {
    const attempt = inSomeManner(modelOf(scene, turns), balanced);
    if (attempt.proven && chosen(attempt).length === 0) return attempt;
    attempts.push(attempt);
  }
  const [first, ...others] = attempts.sort((a, b) => compareCosts(a.cost, b.cost));
  const best = searched(first!, first!.cost, balanced) ?? first!;
  if (chosen(best).length === 0 && best.cost.moves < UNMET) return best;
  return others.reduce((found, other) => betterOrder(other, found, balanced), best);
}

/** Another order is worth its search where the best known one stops guests for want of room, or leaves a wish unfulfilled. */
function betterOrder(other: Attempt, best: Attempt, balanced: boolean): Attempt {
  if (compareCosts(other.least, best.cost) >= 0) return best;
  const found = searched(other, best.cost, balanced);
  return found !== undefined && compareCosts(found.cost, best.cost) < 0 ? found : best;
}

/** The attempt with what the search adds: a better plan, or the proof that there is none. */
function searched(attempt: Attempt, known: Cost, balanced: boolean): Attempt | undefined {
  if (attempt.proven) return attempt;
  const { model } = attempt;
  const { floor, proven, least } = search(model, balanced, known, BUDGET);
  if (floor === undefined) return compareCosts(attempt.cost, known) === 0 ? { ...attempt, proven, least } : undefined;
  const early = hoisted(model, floor);
  const cost = costOf(model, floor, balanced);
  const same = compareCosts(costOf(model, early, balanced), cost) === 0;
  return { model, floor: same ? early : floor, cost, least, proven };
}

function inSomeManner(model: Model, balanced: boolean): Attempt {
  const least = leastCost(model, balanced);
  let best: Attempt | undefined;
  for (const manner of mannersFor(model)) {
    const floor = greedyPlan(model, manner, balanced);
    const cost = costOf(model, floor, balanced);
    const proven = compareCosts(cost, least) === 0;
    if (best === undefined || compareCosts(cost, best.cost) < 0) best = { model, floor, cost, least, proven };
    if (best.proven) break;
  }
  return hoistedAttempt(best!, balanced);
}

function hoistedAttempt(attempt: Attempt, balanced: boolean): Attempt {
  const early = hoisted(attempt.model, attempt.floor);
  return compareCosts(costOf(attempt.model, early, balanced), attempt.cost) === 0 ? { ...attempt, floor: early } : attempt;
}

function mannersFor({ scene }: Model): readonly Manner[] {
  const grouped = scene.guests.some((guest) => (guest.antiAffinity ?? []).length > 0);
  return (grouped ? [true, false] : [false]).flatMap((apart) =>
    (['tight', 'roomy'] as const).flatMap((filling) =>
      (['next', 'last', 'roomiest'] as const).flatMap((parking) =>
        (['soon', 'late'] as const).map((starting) => ({ filling, parking, starting, apart })),
      ),
    ),
  );
}

/** Guests that could have migrated, and stop. */
function chosen({ model, floor }: Pick<Attempt, 'model' | 'floor'>): readonly number[] {
  return floor.turns.flatMap((turn) => turn.stops.filter((guest) => model.mover[guest] === 1));
}

function migrationsOf(plan: Attempt, balanced: boolean): Migrations {
  const { model, floor, cost, least, proven } = plan;
  const guests = migrating(model, floor.turns);
  const planned = floor.turns.reduce((sum, turn) => sum + turn.moves.length + turn.returns.length, 0);
  const comparable = least.stops === cost.stops && least.memory === cost.memory && unmetIn(least) === unmetIn(cost);
  const floorOfMoves = comparable ? least.moves % UNMET : sumOfLeast(model, guests) - (balanced ? 0 : unmetIn(cost));
  return {
    planned,
    minimum: planned,
    bound: simpleBound(model, floor),
    proven,
    gap: proven ? 0 : Math.max(0, planned - floorOfMoves),
  };
}

function downtimeOf({ model, floor, least, proven }: Attempt): Downtime {
  const count = chosen({ model, floor }).length;
  const anyway = [...model.scene.guests.keys()].filter((guest) => isNeverMovable(model, guest)).length;
  const fewest = proven ? count : Math.min(count, Math.max(0, stopsIn(least) - anyway));
  return { chosen: count, fewest, proven: proven || fewest === count };
}

/** It migrates by policy and there is no way for it, however much room there were. */
function isNeverMovable({ scene, mover }: Model, guest: number): boolean {
  return scene.fates[guest]!.migrates && scene.at[guest] !== WAITING && mover[guest] === 0;
}
