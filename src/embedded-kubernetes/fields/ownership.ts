// Who manages which field (`metadata.managedFields`): kept up by updates, which take what they change, and by server-side apply, which claims what it names and
// asks before it takes. Simplified against a real server: one version of a resource only, and time stamps of an entry move only when its fields do.
import { sameValue } from '../../foundation/sameValue';
import type { Schema, Struct } from '../schema/schema';
import {
  both,
  fieldsOf,
  fromFieldsV1,
  setOf,
  shownPath,
  toFieldsV1,
  union,
  valueAt,
  without,
  type FieldSet,
  type Path,
} from './fieldSet';

export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  /** '' is the object itself. */
  readonly subresource: string;
}

export interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: object;
  readonly subresource?: string;
}

/** Members of an object that belong to the server and to no manager. */
const NOBODYS = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata f:name',
  'f:metadata f:namespace',
  'f:metadata f:uid',
  'f:metadata f:resourceVersion',
  'f:metadata f:generation',
  'f:metadata f:creationTimestamp',
  'f:metadata f:deletionTimestamp',
  'f:metadata f:deletionGracePeriodSeconds',
  'f:metadata f:selfLink',
  'f:metadata',
]);

function isSomebodys(path: Path): boolean {
  return !NOBODYS.has(path.join(' ')) && !(path[0] === 'f:metadata' && path[1] === 'f:managedFields');
}

/** The fields of an object a manager can own. */
export function ownable(object: Struct, schema: Schema, parents: boolean): FieldSet {
  return setOf([...fieldsOf(object, schema, parents).values()].filter(isSomebodys));
}

export function entriesOf(object: Struct): readonly ManagedFields[] {
  const metadata = object['metadata'] as { managedFields?: readonly ManagedFields[] } | undefined;
  return metadata?.managedFields ?? [];
}

function isOf(entry: ManagedFields, { name, operation, subresource }: Manager): boolean {
  return entry.manager === name && entry.operation === operation && (entry.subresource ?? '') === subresource;
}

export function fieldsOwned(entries: readonly ManagedFields[], manager: Manager): FieldSet {
  return fromFieldsV1(entries.find((entry) => isOf(entry, manager))?.fieldsV1);
}

/** The entries without these fields, but for the manager's own. */
export function takenFromOthers(entries: readonly ManagedFields[], manager: Manager, fields: FieldSet): readonly ManagedFields[] {
  return entries.flatMap((entry) => {
    const owned = fromFieldsV1(entry.fieldsV1);
    if (isOf(entry, manager) || both(owned, fields).size === 0) return [entry];
    const left = without(owned, fields);
    return left.size === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(left) }];
  });
}

/** The entries with the manager's replaced; without it when it owns nothing. */
export function withEntry(
  entries: readonly ManagedFields[],
  manager: Manager,
  fields: FieldSet,
  { apiVersion, now }: { readonly apiVersion: string; readonly now: string },
): readonly ManagedFields[] {
  const fieldsV1 = toFieldsV1(fields);
  const found = entries.find((entry) => isOf(entry, manager));
  if (found !== undefined && sameValue(found.fieldsV1, fieldsV1)) return entries;
  const others = entries.filter((entry) => entry !== found);
  if (fields.size === 0) return others;
  const own: ManagedFields = {
    manager: manager.name,
    operation: manager.operation,
    apiVersion,
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
  };
  // Applies stand before updates, each by age.
  const applied = [...others.filter(isApply), ...(manager.operation === 'Apply' ? [own] : [])];
  return [...applied, ...others.filter((entry) => !isApply(entry)), ...(manager.operation === 'Update' ? [own] : [])];
}

function isApply({ operation }: ManagedFields): boolean {
  return operation === 'Apply';
}

/** The entries after an update: what it changed or added is its, what it removed is nobody's. */
export function updated(
  old: Struct | undefined,
  next: Struct,
  manager: Manager,
  schema: Schema,
  stamp: { readonly apiVersion: string; readonly now: string },
): readonly ManagedFields[] {
  const entries = entriesOf(next).length > 0 || old === undefined ? entriesOf(next) : entriesOf(old);
  const [before, after] = [old === undefined ? new Map<string, Path>() : ownable(old, schema, true), ownable(next, schema, true)];
  const removed = without(before, after);
  const changed = setOf(
    [...after.values()].filter((path) => isLeafChange(valueAt(old, path, schema), valueAt(next, path, schema))),
  );
  if (changed.size === 0 && removed.size === 0) return entries;
  const others = takenFromOthers(entries, manager, union(changed, removed));
  const own = union(without(fieldsOwned(entries, manager), removed), changed);
  return withEntry(others, manager, own, stamp);
}

/** A member that holds others is changed only by coming into being; its members tell the rest. */
function isLeafChange(before: unknown, after: unknown): boolean {
  if (before === undefined) return true;
  const isParent = typeof after === 'object' && after !== null && typeof before === 'object' && before !== null;
  return !isParent && !sameValue(before, after) ? true : Array.isArray(after) && !sameValue(before, after);
}

export interface FieldConflict {
  readonly manager: ManagedFields;
  readonly path: string;
}

/** Fields that others own and an apply would change. */
export function conflictsOf(
  entries: readonly ManagedFields[],
  manager: Manager,
  claimed: FieldSet,
  isChanged: (path: Path) => boolean,
): { readonly conflicts: readonly FieldConflict[]; readonly fields: FieldSet } {
  const others = entries.filter((entry) => !isOf(entry, manager));
  const taken = others.flatMap((entry) =>
    [...both(fromFieldsV1(entry.fieldsV1), claimed).values()].filter(isChanged).map((path) => ({ entry, path })),
  );
  const conflicts = taken.map(({ entry, path }) => ({ manager: entry, path: shownPath(path) }));
  return { conflicts, fields: setOf(taken.map(({ path }) => path)) };
}
