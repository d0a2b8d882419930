// Plans one pass of a pool: the order of hosts, and for each who moves where, who stops, who comes back. The plan is made whole, before the first host
// is touched, and every step of it is possible once those before it are done.
import { migrating, simpleBound, sumOfLeast } from './bounds';
import { compareCosts, type Cost, costOf, STOPPED } from './cost';
import type { Manner } from './draining';
import type { Floor } from './floor';
import { greedyPlan } from './greedy';
import { type Model, modelOf } from './model';
import type { Migrations, Pass } from './pass';
import type { PassInput } from './passInput';
import { sceneOf } from './scene';
import { turnOrders } from './turnOrders';
import { writtenPass } from './written';

const manners: readonly Manner[] = (['tight', 'roomy'] as const).flatMap((filling) =>
  (['next', 'last', 'roomiest'] as const).flatMap((parking) =>
    (['soon', 'late'] as const).map((starting) => ({ filling, parking, starting, apart: true })),
  ),
);

interface Attempt {
  readonly model: Model;
  readonly floor: Floor;
  readonly cost: Cost;
  /** No plan of this order is better. */
  readonly best: boolean;
}

/**
 * @param input  hosts and guests as seen, policy, and how far an earlier run of this pass came
 * @returns turns for hosts not yet upgraded; guests that stand in the way under `blocked`, for whom the rest is planned as if they had been seen to
 * @throws never; an impossible pool gives stops and blocks
 * Same input, same plan, in whatever order hosts and guests are listed.
 */
export function planPass(input: PassInput): Pass {
  const plain = bestAttempt(input, false);
  const squeezed = input.policy.compressMemory && plain.cost.stops >= STOPPED ? bestAttempt(input, true) : plain;
  const { model, floor, best } = squeezed.cost.stops < plain.cost.stops ? squeezed : plain;
  return writtenPass(model, floor, migrationsOf(model, floor, best, input));
}

function bestAttempt(input: PassInput, squeezed: boolean): Attempt {
  const scene = sceneOf(input, squeezed);
  let best: Attempt | undefined;
  for (const turns of turnOrders(scene, input)) {
    const model = modelOf(scene, turns);
    for (const manner of manners) {
      const attempt = attempted(model, manner, input.policy.placement === 'Balanced');
      if (best === undefined || compareCosts(attempt.cost, best.cost) < 0) best = attempt;
      if (best.best) return best;
    }
  }
  return best!;
}

function attempted(model: Model, manner: Manner, balanced: boolean): Attempt {
  const floor = greedyPlan(model, manner, balanced);
  const cost = costOf(model, floor, balanced);
  const least = leastMoves(model, floor, balanced);
  return { model, floor, cost, best: cost.stops === 0 && cost.moves === least };
}

function leastMoves(model: Model, floor: Floor, balanced: boolean): number {
  const guests = migrating(model, floor.turns);
  const stopped = floor.turns.some((turn) => turn.stops.length > 0);
  return sumOfLeast(model, guests) + (balanced && !stopped && guests.length > 0 ? 1 : 0);
}

function migrationsOf(model: Model, floor: Floor, proven: boolean, { policy }: PassInput): Migrations {
  const planned = floor.turns.reduce((sum, turn) => sum + turn.moves.length + turn.returns.length, 0);
  const least = leastMoves(model, floor, policy.placement === 'Balanced');
  const bound = simpleBound(model, migrating(model, floor.turns));
  return { planned, minimum: planned, bound, proven, gap: proven ? 0 : planned - Math.min(planned, least) };
}
