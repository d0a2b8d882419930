// A structural schema, as a CRD writes it, and the few questions everyone asks of it. Only the keywords someone here reads are named.

export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
  readonly [keyword: string]: unknown;
}

export type Struct = Readonly<Record<string, unknown>>;

export function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of a member of an object; undefined when it is not described. */
export function memberOf(schema: Schema | undefined, name: string): Schema | undefined {
  const known = schema?.properties;
  if (known !== undefined && Object.hasOwn(known, name)) return known[name];
  const others = schema?.additionalProperties;
  return typeof others === 'object' ? others : undefined;
}

/** `spec`, `name` → `spec.name`; keys of maps that are no identifiers stand in brackets. */
export function memberPath(path: string, name: string, declared: boolean): string {
  if (!declared) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** What tells an item of a `map` list from the others, as one text. */
export function itemKey(schema: Schema, item: unknown): string {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const values = keys.map((key) => [key, isStruct(item) ? (item[key] ?? schema.items?.properties?.[key]?.default) : undefined]);
  return JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
}
