// Conditions carry the time of their last transition. It belongs to whoever keeps the object, not to whoever judges it: a summary written afresh at
// each step must not make every condition look as if it had just changed.
import { sameValue } from '../foundation/sameValue';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

type Struct = Readonly<Record<string, unknown>>;

/** A status whose conditions keep the time of the stored ones where type and status are the same. Anything but a list of conditions stays as it is. */
export function keepTransitionTimes<Status>(next: Status, stored: unknown): Status {
  const before = conditionsOf(stored);
  const conditions = conditionsOf(next).map((condition) => {
    const known = before.find(({ type, status }) => type === condition.type && status === condition.status);
    return known?.lastTransitionTime === undefined ? condition : { ...condition, lastTransitionTime: known.lastTransitionTime };
  });
  return conditions.length === 0 ? next : ({ ...next, conditions } as Status);
}

/** Whether two statuses say the same, whenever their conditions last changed. */
export function sameStatus(one: unknown, other: unknown): boolean {
  return sameValue(timeless(one), timeless(other));
}

function timeless(status: unknown): unknown {
  const conditions = conditionsOf(status);
  if (conditions.length === 0) return status ?? {};
  return { ...(status as Struct), conditions: conditions.map(({ lastTransitionTime: _time, ...condition }) => condition) };
}

function conditionsOf(status: unknown): readonly Condition[] {
  const conditions = typeof status === 'object' && status !== null ? (status as Struct)['conditions'] : undefined;
  return Array.isArray(conditions) ? (conditions as readonly Condition[]) : [];
}
