// What a structural schema does to an object before anyone judges it: members it does not describe are dropped and reported, nulls where none may stand
// go, defaults come. In this order, as an API server does it on every write and read of a custom resource.
import { isStruct, memberOf, memberPath, type Schema, type Struct } from './schema';

export interface Pruned {
  readonly value: Struct;
  /** Paths of what was dropped. */
  readonly unknown: readonly string[];
}

/** What every object has, described elsewhere. */
const TYPE_META = ['apiVersion', 'kind', 'metadata'];

/** @returns a copy of the object without what its schema does not describe */
export function pruned(object: Struct, schema: Schema): Pruned {
  const unknown: string[] = [];
  const outer = Object.fromEntries(TYPE_META.filter((name) => name in object).map((name) => [name, object[name]]));
  const inner = Object.fromEntries(Object.entries(object).filter(([name]) => !TYPE_META.includes(name)));
  return { value: { ...outer, ...(prune(inner, schema, '', unknown) as Struct) }, unknown };
}

function prune(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (Array.isArray(value))
    return schema.items === undefined
      ? value
      : value.map((item, index) => prune(item, schema.items!, `${path}[${index}]`, unknown));
  if (!isStruct(value)) return value;
  if (isOpen(schema)) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const described = memberOf(schema, name);
    const declared = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
    const at = memberPath(path, name, declared || described === undefined);
    if (described !== undefined) set(kept, name, prune(member, described, at, unknown));
    else if (schema['x-kubernetes-preserve-unknown-fields'] === true) set(kept, name, member);
    else unknown.push(at);
  }
  return kept;
}

/** Whether a schema lets anything through: a free map, or one that describes nothing. */
function isOpen(schema: Schema): boolean {
  if (schema.properties !== undefined || typeof schema.additionalProperties === 'object') return false;
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
}

/** A name such as `__proto__` must become a member like any other. */
function set(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** @returns a copy of the value with defaults, and without nulls where the schema allows none */
export function defaulted(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => defaulted(item, schema.items!));
  if (!isStruct(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const described = memberOf(schema, name);
    if (mayStand(member, described)) set(result, name, described === undefined ? member : defaulted(member, described));
  }
  fillIn(result, schema);
  return result;
}

function mayStand(member: unknown, described: Schema | undefined): boolean {
  return member !== null || described === undefined || described.nullable === true;
}

function fillIn(result: Record<string, unknown>, { properties = {} }: Schema): void {
  for (const [name, described] of Object.entries(properties))
    if (described.default !== undefined && !Object.hasOwn(result, name))
      set(result, name, defaulted(structuredClone(described.default), described));
}
