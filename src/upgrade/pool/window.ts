// Maintenance windows at work: nothing is put aside, and no host is started, while the window is closed.
import { closedUntil } from '../../plan/window';
import { type Decision, type Situation, wait } from '../decision';
import { iso } from '../time';

/** The wait for the window; undefined while it is open, or when there is none. */
export function windowClosed({ orders, now }: Pick<Situation, 'orders' | 'now'>): Decision | undefined {
  const opens = orders.window === undefined ? undefined : closedUntil(orders.window, now);
  if (opens === undefined) return undefined;
  if (opens === Infinity) return wait('OutsideWindow', 'spec.window never opens');
  return wait('OutsideWindow', `the maintenance window opens at ${iso(opens)}`, opens);
}
