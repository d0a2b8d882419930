// The schema of a resource at work, by a JSON Schema library, with its findings worded as an API server words them. What JSON Schema does not know, lists
// with unique items, is looked at here. A value that was wrong before and has not changed is let be, so that a stricter schema does not lock old objects.
import Ajv, { type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { sameValue } from '../../foundation/sameValue';
import type { Fault } from '../status';
import { isStruct, itemKey, memberOf, type Schema } from './schema';

export type FindFaults = (object: unknown, old: unknown) => readonly Fault[];

type Step = string | number;

interface Finding {
  readonly steps: readonly Step[];
  readonly fault: (field: string, value: unknown) => Fault;
}

/** @throws Error when the schema is none */
export function schemaValidator(schema: Schema): FindFaults {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, unicodeRegExp: false, logger: false });
  addFormats(ajv, ['date-time', 'date', 'email', 'ipv4', 'ipv6', 'uri', 'uuid', 'int32', 'int64', 'float', 'double', 'byte']);
  const validate = ajv.compile(forAjv(schema));
  return (object, old) => {
    const wrong = validate(object) ? [] : (validate.errors ?? []).flatMap(findings);
    return [...wrong, ...duplicates(object, schema, [])]
      .filter(({ steps }) => old === undefined || !wasThere(steps, object, old, schema))
      .map(({ steps, fault }) => fault(fieldOf(steps, schema), valueAt(object, steps)));
  };
}

/** A schema as JSON Schema understands it. Members that Kubernetes validates itself are left to it. */
function forAjv(schema: Schema): object {
  const { properties, items, additionalProperties, ...rest } = schema;
  const plain = Object.fromEntries(
    Object.entries(rest).filter(([keyword]) => !keyword.startsWith('x-') && keyword !== 'default'),
  );
  const intOrString = schema['x-kubernetes-int-or-string'] === true ? { type: ['integer', 'string'] } : {};
  return {
    ...plain,
    ...intOrString,
    ...(properties === undefined ? {} : { properties: mapValues(properties, forAjv) }),
    ...(items === undefined ? {} : { items: forAjv(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: forAjv(additionalProperties) } : {}),
  };
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, transform: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, transform(value)]));
}

type Wording = (field: string, limit: unknown, value: unknown) => Omit<Fault, 'field'>;

const inBody = (text: string): Wording => {
  return (field, limit, value) => ({
    reason: 'FieldValueInvalid',
    value,
    detail: `${field} in body should ${text.replace('%', String(limit))}`,
  });
};

const ofType: Wording = (field, type, value) => ({
  reason: 'FieldValueTypeInvalid',
  value: typeOf(value),
  detail: `${field} in body must be of type ${Array.isArray(type) ? type.join(' or ') : String(type)}: ${JSON.stringify(typeOf(value))}`,
});

const ofFormat: Wording = (field, format, value) => ({
  reason: 'FieldValueTypeInvalid',
  value,
  detail: `${field} in body must be of type ${String(format)}: ${JSON.stringify(value)}`,
});

const WORDINGS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  ['type', ofType],
  ['format', ofFormat],
  [
    'enum',
    (_field, values, value) => ({
      reason: 'FieldValueNotSupported',
      value,
      detail: `supported values: ${(values as unknown[]).map((each) => JSON.stringify(each)).join(', ')}`,
    }),
  ],
  ['pattern', inBody("match '%'")],
  ['minimum', inBody('be greater than or equal to %')],
  ['maximum', inBody('be less than or equal to %')],
  ['exclusiveMinimum', inBody('be greater than %')],
  ['exclusiveMaximum', inBody('be less than %')],
  ['multipleOf', inBody('be a multiple of %')],
  ['minLength', inBody('be at least % chars long')],
  ['maxLength', (_field, limit) => ({ reason: 'FieldValueTooLong', detail: `may not be more than ${String(limit)} bytes` })],
  ['minItems', (field, limit, value) => ({ ...inBody('have at least % items')(field, limit, (value as unknown[]).length) })],
  ['maxItems', (_field, limit, value) => tooMany(limit, (value as unknown[]).length)],
  [
    'minProperties',
    (field, limit, value) => inBody('have at least % properties')(field, limit, Object.keys(value as object).length),
  ],
  ['maxProperties', (_field, limit, value) => tooMany(limit, Object.keys(value as object).length)],
]);

function tooMany(limit: unknown, found: number): Omit<Fault, 'field'> {
  return { reason: 'FieldValueTooMany', value: found, detail: `must have at most ${String(limit)} items` };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}

function findings(error: ErrorObject): readonly Finding[] {
  const steps = stepsOf(error.instancePath);
  const { missingProperty } = error.params as { missingProperty?: string };
  if (missingProperty !== undefined)
    return [{ steps: [...steps, missingProperty], fault: (field) => ({ reason: 'FieldValueRequired', field }) }];
  const wording = WORDINGS.get(error.keyword) ?? inBody(error.message ?? error.keyword);
  return [{ steps, fault: (field, value) => ({ field, ...wording(field, error.schema, value) }) }];
}

/** JSON pointer to steps; an index is a number. */
function stepsOf(pointer: string): readonly Step[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replace(/~1/g, '/').replace(/~0/g, '~')));
}

function fieldOf(steps: readonly Step[], root: Schema): string {
  let schema: Schema | undefined = root;
  let field = '';
  for (const step of steps) {
    const declared: boolean = typeof step === 'string' && (schema?.properties === undefined || step in schema.properties);
    if (typeof step === 'number') field += `[${step}]`;
    else if (declared) field += field === '' ? step : `.${step}`;
    else field += `.${step}`;
    schema = typeof step === 'number' ? schema?.items : memberOf(schema, step);
  }
  return field;
}

function valueAt(object: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>((value, step) => (value as Record<Step, unknown> | undefined)?.[step], object);
}

/** Whether what was found, or something around it, stands unchanged in the old object. The object itself always counts as changed. */
function wasThere(steps: readonly Step[], object: unknown, old: unknown, root: Schema): boolean {
  let [now, before, schema]: [unknown, unknown, Schema | undefined] = [object, old, root];
  for (const step of steps) {
    before = counterpart(now, before, step, schema);
    now = (now as Record<Step, unknown> | undefined)?.[step];
    schema = typeof step === 'number' ? schema?.items : memberOf(schema, step);
    if (before === undefined) return false;
    if (sameValue(now, before)) return true;
  }
  return false;
}

/** What an item or member was before; undefined where it cannot be told. */
function counterpart(now: unknown, before: unknown, step: Step, schema: Schema | undefined): unknown {
  if (typeof step === 'string') return isStruct(before) ? before[step] : undefined;
  if (!Array.isArray(before) || !Array.isArray(now) || schema?.['x-kubernetes-list-type'] !== 'map') return undefined;
  const key = itemKey(schema, now[step]);
  return before.find((item) => itemKey(schema, item) === key);
}

function duplicates(value: unknown, schema: Schema, steps: readonly Step[]): readonly Finding[] {
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, index) =>
      schema.items === undefined ? [] : duplicates(item, schema.items, [...steps, index]),
    );
    return [...doubled(value, schema, steps), ...inside];
  }
  if (!isStruct(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const described = memberOf(schema, name);
    return described === undefined ? [] : duplicates(member, described, [...steps, name]);
  });
}

function doubled(items: readonly unknown[], schema: Schema, steps: readonly Step[]): readonly Finding[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return [];
  const keys = items.map((item) => (kind === 'map' ? itemKey(schema, item) : JSON.stringify(item)));
  return keys.flatMap((key, index) => {
    if (keys.indexOf(key) === index) return [];
    const value: unknown = JSON.parse(key);
    return [{ steps: [...steps, index], fault: (field) => ({ reason: 'FieldValueDuplicate' as const, field, value }) }];
  });
}
