// JSON as CEL sees it by the schema: whole numbers are CEL ints, and lists whose order means nothing compare without it. The latter by laying the old list out
// in the order of the new one before a rule compares them.
import { isStruct, itemKey, memberOf, type Schema } from './schema';

/** @param schema undefined for what is not described: numbers without a fraction are ints then */
export function celValue(value: unknown, schema: Schema | undefined): unknown {
  if (typeof value === 'number') return isInteger(value, schema) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (!isStruct(value)) return value;
  return new Map(Object.entries(value).map(([name, member]) => [celName(name), celValue(member, memberOf(schema, name))]));
}

function isInteger(value: number, schema: Schema | undefined): boolean {
  return Number.isInteger(value) && schema?.type !== 'number';
}

/** Names CEL reserves are escaped in rules. Source: the reference of x-kubernetes-validations. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

function celName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__/g, '__underscores__').replace(/\./g, '__dot__').replace(/-/g, '__dash__').replace(/\//g, '__slash__');
}

/** The old value with its unordered lists in the order of the new value, as far as they have the same items. */
export function aligned(old: unknown, now: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(old) && Array.isArray(now)) return alignedList(old, now, schema);
  if (!isStruct(old) || !isStruct(now)) return old;
  return Object.fromEntries(
    Object.entries(old).map(([name, member]) => [name, aligned(member, now[name], memberOf(schema, name))]),
  );
}

function alignedList(old: readonly unknown[], now: readonly unknown[], schema: Schema | undefined): unknown {
  const kind = schema?.['x-kubernetes-list-type'];
  if (schema === undefined || (kind !== 'set' && kind !== 'map')) return old;
  const key = (item: unknown): string => (kind === 'map' ? itemKey(schema, item) : JSON.stringify(item));
  const order = new Map(now.map((item, index) => [key(item), index]));
  const place = (item: unknown): number => order.get(key(item)) ?? now.length;
  const sorted = [...old].sort((one, other) => place(one) - place(other));
  return sorted.map((item) => aligned(item, now[place(item)], schema.items));
}
