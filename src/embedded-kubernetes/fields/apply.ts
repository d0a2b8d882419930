// Server-side apply: the object as a manager wants it, merged into what is there by the schema. What the manager named before and no longer names goes,
// unless someone else owns it too; what others own and this would change is a conflict unless it is forced.
import { sameValue } from '../../foundation/sameValue';
import { isStruct, memberOf, type Schema, type Struct } from '../schema/schema';
import { ApiError } from '../status';
import { fromFieldsV1, isKeyed, stepTo, union, valueAt, without, type FieldSet, type Path } from './fieldSet';
import {
  conflictsOf,
  entriesOf,
  fieldsOwned,
  ownable,
  takenFromOthers,
  withEntry,
  type FieldConflict,
  type ManagedFields,
  type Manager,
} from './ownership';

export interface Application {
  /** The stored object; undefined when there is none yet. */
  readonly live: Struct | undefined;
  /** What is applied, as it was sent. */
  readonly wanted: Struct;
  readonly schema: Schema;
  readonly manager: Manager;
  readonly force: boolean;
  readonly apiVersion: string;
  readonly now: string;
}

/** @throws ApiError `Conflict` with a cause for each field */
export function applied(application: Application): Struct {
  const { live, wanted, schema, manager, force } = application;
  const entries = live === undefined ? [] : entriesOf(live);
  const claimed = ownable(wanted, schema, false);
  const merged = live === undefined ? wanted : (merge(live, wanted, schema) as Struct);
  const isChanged = (path: Path): boolean => !sameValue(valueAt(live, path, schema), valueAt(merged, path, schema));
  const { conflicts, fields } = conflictsOf(entries, manager, claimed, isChanged);
  if (conflicts.length > 0 && !force) throw fieldConflict(conflicts);
  const others = takenFromOthers(entries, manager, fields);
  const given = without(fieldsOwned(entries, manager), claimed);
  const kept = others.filter(
    (entry) => entry.manager !== manager.name || entry.operation !== 'Apply' || (entry.subresource ?? '') !== manager.subresource,
  );
  const result = cut(merged, given, ownedBy(kept), schema);
  return withManaged(result, withEntry(others, manager, claimed, application));
}

function ownedBy(entries: readonly ManagedFields[]): FieldSet {
  return entries.reduce<FieldSet>((all, entry) => union(all, fromFieldsV1(entry.fieldsV1)), new Map());
}

export function withManaged(object: Struct, managedFields: readonly ManagedFields[]): Struct {
  const { managedFields: _old, ...metadata } = (object['metadata'] ?? {}) as Struct;
  return { ...object, metadata: { ...metadata, ...(managedFields.length === 0 ? {} : { managedFields }) } };
}

function fieldConflict(conflicts: readonly FieldConflict[]): ApiError {
  const shown = (entry: ManagedFields): string => {
    const more =
      entry.operation === 'Apply' ? '' : ` using ${entry.apiVersion}${entry.time === undefined ? '' : ` at ${entry.time}`}`;
    const at = entry.subresource === undefined ? '' : ` with subresource ${JSON.stringify(entry.subresource)}`;
    return `${JSON.stringify(entry.manager)}${at}${more}`;
  };
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${shown(manager)}`,
    field: path,
  }));
  const noun = conflicts.length === 1 ? 'conflict' : 'conflicts';
  const managers = [...new Set(conflicts.map(({ manager }) => shown(manager)))];
  const list =
    conflicts.length === 1
      ? `conflict with ${shown(conflicts[0]!.manager)}: ${conflicts[0]!.path}`
      : `conflicts with ${managers
          .map(
            (each) =>
              `${each}:\n${conflicts
                .filter(({ manager }) => shown(manager) === each)
                .map(({ path }) => `- ${path}`)
                .join('\n')}`,
          )
          .join('\nconflicts with ')}`;
  const message = `Apply failed with ${conflicts.length} ${noun}: ${list}`;
  return new ApiError('Conflict', 409, 'Conflict', message, { causes });
}

function merge(live: unknown, wanted: unknown, schema: Schema | undefined): unknown {
  if (isStruct(live) && isStruct(wanted) && schema?.['x-kubernetes-map-type'] !== 'atomic') {
    const members = Object.entries(wanted).map(([name, member]) => [name, merge(live[name], member, memberOf(schema, name))]);
    return { ...live, ...Object.fromEntries(members) };
  }
  if (Array.isArray(live) && Array.isArray(wanted) && isKeyed(schema)) return mergeItems(live, wanted, schema);
  return wanted;
}

/** Items known keep their place; new ones follow in the order they were sent. */
function mergeItems(live: readonly unknown[], wanted: readonly unknown[], schema: Schema): unknown {
  const sent = new Map(wanted.map((item) => [stepTo(item, schema), item]));
  const known = new Set(live.map((item) => stepTo(item, schema)));
  const kept = live.map((item) => {
    const key = stepTo(item, schema);
    return sent.has(key) ? merge(item, sent.get(key), schema.items) : item;
  });
  return [...kept, ...wanted.filter((item) => !known.has(stepTo(item, schema)))];
}

/** Without the fields given up. Outer ones first: an item that goes whole must still be told by its keys. */
function cut(object: Struct, given: FieldSet, others: FieldSet, schema: Schema): Struct {
  const gone = [...without(given, others).values()].sort((one, other) => one.length - other.length);
  return gone.reduce<Struct>((rest, path) => {
    const isHeld = [...others.values()].some((held) => held.length > path.length && path.every((step, at) => held[at] === step));
    return isHeld ? rest : (removed(rest, path, schema) as Struct);
  }, object);
}

function removed(value: unknown, path: Path, schema: Schema | undefined): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step.startsWith('f:')) {
    const name = step.slice(2);
    if (!isStruct(value) || !(name in value)) return value;
    const { [name]: member, ...others } = value;
    if (rest.length === 0) return others;
    const left = removed(member, rest, memberOf(schema, name));
    return { ...others, [name]: left };
  }
  if (!Array.isArray(value) || schema === undefined) return value;
  const items = value as readonly unknown[];
  if (rest.length === 0) return items.filter((item) => stepTo(item, schema) !== step);
  return items.map((item) => (stepTo(item, schema) === step ? removed(item, rest, schema.items) : item));
}
