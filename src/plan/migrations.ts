// The live migrations of a whole plan: those of its hops, which follow one another.
import type { HopPlan } from './document';
import type { Migrations } from './pass/pass';

const NONE: Migrations = { planned: 0, minimum: 0, bound: 0, proven: true, gap: 0 };

export function migrationsIn(hops: readonly Pick<HopPlan, 'pass'>[]): Migrations {
  return hops.map(({ pass }) => pass.migrations).reduce(add, NONE);
}

/** Hops are planned one by one, so their minima add up; one that is not proven leaves the sum unproven. */
function add(one: Migrations, other: Migrations): Migrations {
  return {
    planned: one.planned + other.planned,
    minimum: one.minimum + other.minimum,
    bound: one.bound + other.bound,
    proven: one.proven && other.proven,
    gap: one.gap + other.gap,
  };
}
