// Looking for the best plan: made in one go, in several manners and orders, and then, where that misses what no plan can undercut, by exact search. Both
// are limited by work and not by time, so that the same pool gives the same plan on every machine.
import { compareCosts, type Cost, costOf, UNMET } from './cost';
import type { Manner } from './draining';
import type { Floor } from './floor';
import { greedyPlan } from './greedy';
import { hoisted } from './hoisting';
import { type Model, modelOf } from './model';
import type { Scene } from './scene';
import { leastCost, search } from './search/search';

export interface Attempt {
  readonly model: Model;
  readonly floor: Floor;
  readonly cost: Cost;
  /** No plan of this order costs less. */
  readonly least: Cost;
  /** This one costs no more than the best of its order. */
  readonly proven: boolean;
}

/** What may still be spent. */
interface Purse {
  /** Places looked at in plans made in one go. */
  tries: number;
  /** States of the search, times guests and some. */
  work: number;
}

/** @param orders host indices by turn, the preferred order first: the first plan that cannot be undercut is taken, else the best */
export function bestPlan(scene: Scene, orders: readonly (readonly number[])[], balanced: boolean): Attempt {
  const purse = { tries: 24_000_000, work: 3_000_000 };
  const attempts: Attempt[] = [];
  for (const turns of orders) {
    if (attempts.length > 0 && purse.tries <= 0) break;
    const attempt = inSomeManner(modelOf(scene, turns), balanced, purse);
    if (attempt.proven && chosenStops(attempt).length === 0) return attempt;
    attempts.push(attempt);
  }
  const [first, ...others] = attempts.sort((a, b) => compareCosts(a.cost, b.cost));
  const best = searched(first!, first!.cost, balanced, purse) ?? first!;
  if (chosenStops(best).length === 0 && best.cost.moves < UNMET) return best;
  return others.reduce((found, other) => betterOrder(other, found, balanced, purse), best);
}

/** Another order is worth its search where the best known one stops guests for want of room, or leaves a wish unfulfilled. */
function betterOrder(other: Attempt, best: Attempt, balanced: boolean, purse: Purse): Attempt {
  if (compareCosts(other.least, best.cost) >= 0) return best;
  const found = searched(other, best.cost, balanced, purse);
  return found !== undefined && compareCosts(found.cost, best.cost) < 0 ? found : best;
}

/** The attempt with what the search adds: a better plan, or the proof that there is none. Undefined where it finds none below `known`. */
function searched(attempt: Attempt, known: Cost, balanced: boolean, purse: Purse): Attempt | undefined {
  if (attempt.proven || purse.work <= 0) return attempt;
  const { model } = attempt;
  const { floor, proven, least, work } = search(model, balanced, known, purse.work);
  purse.work -= work;
  if (floor !== undefined) return early({ model, floor, cost: costOf(model, floor, balanced), least, proven }, balanced);
  return compareCosts(attempt.cost, known) === 0 ? { ...attempt, proven, least } : undefined;
}

function inSomeManner(model: Model, balanced: boolean, purse: Purse): Attempt {
  const least = leastCost(model, balanced);
  let best: Attempt | undefined;
  for (const manner of mannersFor(model)) {
    if (best !== undefined && purse.tries <= 0) break;
    const floor = greedyPlan(model, manner, balanced);
    purse.tries -= floor.effort.spent + model.scene.guests.length * model.scene.hosts.length;
    const cost = costOf(model, floor, balanced);
    const proven = compareCosts(cost, least) === 0;
    if (best === undefined || compareCosts(cost, best.cost) < 0) best = { model, floor, cost, least, proven };
    if (best.proven) break;
  }
  return early(best!, balanced);
}

/** With starts and returns as early as can be, unless that costs something. */
function early(attempt: Attempt, balanced: boolean): Attempt {
  const { model, cost } = attempt;
  const floor = hoisted(model, attempt.floor);
  return compareCosts(costOf(model, floor, balanced), cost) === 0 ? { ...attempt, floor } : attempt;
}

/** The likeliest first: those that keep groups apart where there are any, tight, parked on the next host. */
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
export function chosenStops({ model, floor }: Pick<Attempt, 'model' | 'floor'>): readonly number[] {
  return floor.turns.flatMap((turn) => turn.stops.filter((guest) => model.mover[guest] === 1));
}
