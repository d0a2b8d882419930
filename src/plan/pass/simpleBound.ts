// The lower bound of migrations that needs no search: that of the reference, N + n1. What the search itself holds against is sharper (search/state.ts).
import type { DraftTurn, Floor } from './floor';
import type { Model } from './model';

/** Guests that migrate under this plan: they could, and it does not stop them. */
export function migrating(model: Model, turns: readonly DraftTurn[]): readonly number[] {
  const stopped = new Set(turns.flatMap((turn) => turn.stops));
  return [...model.scene.guests.keys()].filter((guest) => model.mover[guest] === 1 && !stopped.has(guest));
}

/**
 * N + n1 and a return for each that belongs home and comes there: every guest leaves its host once; while no host is new, it leaves for one it has to leave again.
 */
export function simpleBound(model: Model, plan: Floor): number {
  const { at, home, fates, upgraded } = model.scene;
  const noneNew = !upgraded.includes(true);
  const own = (guest: number): number => {
    const host = at[guest]!;
    const returns = fates[guest]!.homeward && home[guest]! >= 0 && plan.at[guest] === home[guest];
    if (model.turnOf[host]! < 0) return returns && home[guest] !== host ? 1 : 0;
    const twice = (noneNew && model.turnOf[host] === 0) || (returns && home[guest] === host);
    return twice ? 2 : 1;
  };
  return migrating(model, plan.turns).reduce((sum, guest) => sum + own(guest), 0);
}
