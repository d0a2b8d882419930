// The kinds of PATCH that change an object without knowing its owners: JSON merge patch, JSON patch, and of strategic merge patch what the resources kept
// here need. Which kinds a resource takes is the server's rule: custom resources take no strategic one.
import { applyPatch, type Operation } from 'rfc6902';
import { sameValue } from '../../foundation/sameValue';
import { isStruct, memberOf, type Schema, type Struct } from '../schema/schema';
import { ApiError, badRequest } from '../status';

/** RFC 7386. */
export function mergePatched(value: unknown, patch: unknown): unknown {
  if (!isStruct(patch)) return patch;
  const result: Record<string, unknown> = isStruct(value) ? { ...value } : {};
  for (const [name, member] of Object.entries(patch))
    if (member === null) delete result[name];
    else result[name] = mergePatched(result[name], member);
  return result;
}

/** @throws ApiError 400 for what is no JSON patch, 422 for one that does not fit the object */
export function jsonPatched(object: Struct, patch: unknown): Struct {
  if (!Array.isArray(patch))
    throw badRequest(`json: cannot unmarshal ${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  const target = { root: structuredClone(object) };
  const operations = (patch as Operation[]).map((operation) => underRoot(operation));
  const failed = applyPatch(target, operations).find((result) => result !== null);
  if (failed !== undefined)
    throw new ApiError('Invalid', 422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  return target.root;
}

function jsonKind(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function underRoot(operation: Operation): Operation {
  const { path, from } = operation as { path?: unknown; from?: unknown };
  const moved = typeof from === 'string' ? { from: `/root${from}` } : {};
  return { ...operation, ...moved, path: `/root${String(path)}` } as Operation;
}

const ORDER = '$setElementOrder/';
const DELETED = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch as far as metadata and flat data go: merging lists by key or value, deletions from them, `$patch: replace` and `delete`.
 * The order lists are asked to have is kept as they come.
 */
export function strategicPatched(value: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!isStruct(patch)) return patch;
  if (patch['$patch'] === 'replace') return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== '$patch'));
  const result: Record<string, unknown> = isStruct(value) ? { ...value } : {};
  for (const [name, member] of Object.entries(patch))
    if (name.startsWith(DELETED)) removeFrom(result, name.slice(DELETED.length), member);
    else if (member === null) delete result[name];
    else if (!name.startsWith(ORDER) && name !== '$patch' && name !== '$retainKeys')
      result[name] = strategicMember(result[name], member, memberOf(schema, name));
  return result;
}

function removeFrom(result: Record<string, unknown>, name: string, gone: unknown): void {
  const list = result[name];
  if (!Array.isArray(list) || !Array.isArray(gone)) return;
  result[name] = (list as unknown[]).filter((item) => !gone.some((each) => sameValue(each, item)));
}

function strategicMember(value: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!Array.isArray(patch) || !Array.isArray(value)) return strategicPatched(value, patch, schema);
  const items = value as readonly unknown[];
  const kind = schema?.['x-kubernetes-list-type'];
  if (kind === 'set') return [...items, ...patch.filter((item) => !items.some((each) => sameValue(each, item)))];
  if (kind !== 'map') return patch;
  const keys = schema?.['x-kubernetes-list-map-keys'] ?? [];
  const same = (one: unknown, other: unknown): boolean =>
    keys.every((key) => isStruct(one) && isStruct(other) && sameValue(one[key], other[key]));
  const kept = items.filter((item) => !patch.some((each) => isStruct(each) && each['$patch'] === 'delete' && same(each, item)));
  const merged = kept.map((item) => {
    const change = patch.find((each) => same(each, item));
    return change === undefined ? item : strategicPatched(item, change, schema?.items);
  });
  return [
    ...merged,
    ...patch.filter((each) => !(isStruct(each) && each['$patch'] === 'delete') && !items.some((item) => same(each, item))),
  ];
}
