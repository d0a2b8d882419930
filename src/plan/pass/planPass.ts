// Plans one pass of a pool: the order of hosts, and for each who moves where, who stops, who comes back. The plan is made whole, before the first host
// is touched, and every step of it is possible once those before it are done.
import { type Attempt, bestPlan, chosenStops } from './attempt';
import { simpleBound } from './simpleBound';
import { stopsIn, UNMET, unmetIn } from './cost';
import type { Model } from './model';
import type { Downtime, Migrations, Pass } from './pass';
import type { PassInput } from './passInput';
import { sceneOf, WAITING } from './scene';
import { leastMoves } from './search/search';
import { turnOrders } from './turnOrders';
import { writtenPass } from './written';

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
  const planned = (squeezed: boolean): Attempt => {
    const scene = sceneOf(input, squeezed);
    return bestPlan(scene, turnOrders(scene, input), balanced);
  };
  const plain = planned(false);
  const squeezed = input.policy.compressMemory && plain.cost.stops > 0 ? planned(true) : plain;
  const plan = squeezed.cost.stops < plain.cost.stops ? squeezed : plain;
  return writtenPass(plan.model, plan.floor, migrationsOf(plan, balanced), downtimeOf(plan));
}

function migrationsOf(plan: Attempt, balanced: boolean): Migrations {
  const { model, floor, cost, least, proven } = plan;
  const planned = floor.turns.reduce((sum, turn) => sum + turn.moves.length + turn.returns.length, 0);
  const comparable = least.stops === cost.stops && least.memory === cost.memory && unmetIn(least) === unmetIn(cost);
  const own = leastMoves(model, balanced, chosenStops(plan)) - unmetIn(cost);
  const floorOfMoves = Math.max(own, comparable ? least.moves % UNMET : 0);
  return {
    planned,
    minimum: planned,
    bound: simpleBound(model, floor),
    proven,
    gap: proven ? 0 : Math.max(0, planned - floorOfMoves),
  };
}

function downtimeOf({ model, floor, least, proven }: Attempt): Downtime {
  const count = chosenStops({ model, floor }).length;
  const anyway = [...model.scene.guests.keys()].filter((guest) => isNeverMovable(model, guest)).length;
  const fewest = proven ? count : Math.min(count, Math.max(0, stopsIn(least) - anyway));
  return { chosen: count, fewest, proven: proven || fewest === count };
}

/** It migrates by policy and there is no way for it, however much room there were. */
function isNeverMovable({ scene, mover }: Model, guest: number): boolean {
  return scene.fates[guest]!.migrates && scene.at[guest] !== WAITING && mover[guest] === 0;
}
