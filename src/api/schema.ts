// The schema of the CRD at work: it fills in defaults and finds what breaks it. Stricter than an API server in one point: a field that does not exist
// is an error here, because a setting that was mistyped and dropped is found out at night.
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import schema from './generated/schema.json';
import { type FieldPath, type Finding, shown } from './problem';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly [keyword: string]: unknown;
}

/** Closes every object that names its properties. */
function closed(open: Schema): Schema {
  const { properties, items, additionalProperties } = open;
  return {
    ...open,
    ...(items === undefined ? {} : { items: closed(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: closed(additionalProperties) } : {}),
    ...(properties === undefined ? {} : { additionalProperties: false, properties: mapValues(properties, closed) }),
  };
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, transform: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, transform(value)]));
}

function compile(): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, strict: false });
  addFormats(ajv, ['date-time', 'int32', 'int64']);
  return ajv.compile(closed(schema as Schema));
}

/** A validator of whole objects. Made once by whoever validates often: compiling takes about as long as a thousand validations. */
export interface SchemaValidator {
  /** Fills in defaults **in place** and tells what breaks the schema, in the order of the fields. */
  apply(object: unknown): readonly Finding[];
}

export function schemaValidator(): SchemaValidator {
  const validate = compile();
  return { apply: (object) => (validate(object) ? [] : (validate.errors ?? []).map(finding)) };
}

function finding(error: ErrorObject): Finding {
  const parent = stepsOf(error.instancePath);
  const { missingProperty, additionalProperty } = error.params as { missingProperty?: string; additionalProperty?: string };
  if (missingProperty !== undefined)
    return { path: [...parent, missingProperty], found: 'nothing', expected: `a value: ${describe(error, missingProperty)}` };
  if (additionalProperty === undefined) return { path: parent, found: shown(error.data), expected: expectation(error) };
  return {
    path: [...parent, additionalProperty],
    found: 'a field that does not exist',
    expected: suggestion(additionalProperty, fieldsKnown(error)),
  };
}

/** JSON pointer to steps; an index is a number. */
function stepsOf(pointer: string): FieldPath {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replace(/~1/g, '/').replace(/~0/g, '~')));
}

function fieldsKnown(error: ErrorObject): readonly string[] {
  return Object.keys((error.parentSchema as Schema | undefined)?.properties ?? {});
}

function describe(error: ErrorObject, property: string): string {
  const description = (error.parentSchema as Schema | undefined)?.properties?.[property]?.['description'];
  return typeof description === 'string' ? firstSentence(description) : 'it is required';
}

function firstSentence(text: string): string {
  return text.split(/[.;](\s|$)/, 1)[0] ?? text;
}

type Expectation = (limit: unknown, schema: Schema) => string;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

const EXPECTATIONS: ReadonlyMap<string, Expectation> = new Map<string, Expectation>([
  ['type', (type) => TYPES[String(type)] ?? String(type)],
  ['enum', (values) => `${(values as unknown[]).length === 1 ? '' : 'one of '}${(values as unknown[]).join(', ')}`],
  [
    'pattern',
    (pattern, { example }) =>
      example === undefined ? `text that matches ${String(pattern)}` : `text such as ${String(example)}`,
  ],
  [
    'format',
    (format) => (format === 'date-time' ? 'a time such as 2024-05-01T22:00:00Z' : `a number that fits ${String(format)}`),
  ],
  ['minimum', (limit) => `at least ${String(limit)}`],
  ['maximum', (limit) => `at most ${String(limit)}`],
  ['minLength', (limit) => `at least ${String(limit)} characters`],
  ['maxLength', (limit) => `at most ${String(limit)} characters`],
  ['minItems', (limit) => `at least ${String(limit)} in the list`],
  ['maxItems', (limit) => `at most ${String(limit)} in the list`],
  ['minProperties', (limit, { properties }) => `at least ${String(limit)} of ${Object.keys(properties ?? {}).join(', ')}`],
  ['maxProperties', (limit) => `at most ${String(limit)} fields`],
]);

function expectation(error: ErrorObject): string {
  const parent = (error.parentSchema ?? {}) as Schema;
  const text = EXPECTATIONS.get(error.keyword)?.(error.schema, parent) ?? error.message ?? error.keyword;
  const unquoted =
    error.keyword === 'type' && error.schema === 'string' && (typeof error.data === 'number' || typeof error.data === 'boolean');
  return unquoted ? `${text} in quotes, such as "${String(parent['example'] ?? error.data)}"` : text;
}

/** Names the field that was probably meant, or all there are. */
function suggestion(name: string, fields: readonly string[]): string {
  const near = fields
    .map((field) => ({ field, distance: editDistance(name.toLowerCase(), field.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= 2 ? `${near.field}, perhaps` : `one of ${fields.join(', ')}`;
}

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
