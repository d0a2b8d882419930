// From the CRD come the types of the API and the schema that the program carries with it. Two things differ between what a person may write and what
// the program reads: unknown fields are an error, and fields with a default are always there. The types say the second, the validator the first.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';
import type { Generated, Generator } from './generator';

export const SOURCE = 'crds/poolupgrades.xenpool.dev.yaml';

/** The part of a structural schema that is handled here. */
export interface Schema {
  title?: string;
  type?: string;
  description?: string;
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  [keyword: string]: unknown;
}

/** `metadata` is the API server's own and has no schema in a CRD; this is the part of it the program reads. */
const METADATA: Schema = {
  title: 'ObjectMeta',
  type: 'object',
  description: 'Identity and bookkeeping, as on every object.',
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', example: 'rack7-to-8.2' },
    namespace: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$', example: 'virtualization' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string' },
    deletionTimestamp: { type: 'string' },
    finalizers: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    ownerReferences: {
      type: 'array',
      items: { type: 'object', additionalProperties: true },
      tsType: 'readonly Readonly<Record<string, unknown>>[]',
    },
  },
};

/** The part of a CustomResourceDefinition that is read here. */
export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly shortNames: readonly string[]; readonly categories: readonly string[] };
    readonly versions: readonly [
      {
        readonly name: string;
        readonly additionalPrinterColumns: readonly {
          readonly name: string;
          readonly description: string;
          readonly priority?: number;
        }[];
        readonly schema: { readonly openAPIV3Schema: Schema };
      },
    ];
  };
}

/** The CRD as it stands in its file. */
export function readDefinition(root: string): CustomResourceDefinition {
  return parse(readFileSync(path.join(root, SOURCE), 'utf8')) as CustomResourceDefinition;
}

/** The schema of a whole object, with the two constants and the metadata filled in. */
export function readSchema(root: string): Schema {
  const { spec } = readDefinition(root);
  const [version] = spec.versions;
  const schema = version.schema.openAPIV3Schema;
  const constants = { apiVersion: `${spec.group}/${version.name}`, kind: spec.names.kind };
  const pinned = Object.entries(constants).map(([name, value]) => [name, { ...schema.properties?.[name], enum: [value] }]);
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(pinned), metadata: METADATA } };
}

function mapChildren(schema: Schema, transform: (child: Schema) => Schema): Schema {
  const result: Schema = { ...schema };
  if (schema.properties)
    result.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, child]) => [name, transform(child)]));
  if (schema.items) result.items = transform(schema.items);
  if (typeof schema.additionalProperties === 'object') result.additionalProperties = transform(schema.additionalProperties);
  return result;
}

/** Objects with named fields have no others; what has a default is there. */
function asRead(schema: Schema): Schema {
  const result = mapChildren(schema, asRead);
  if (result.properties === undefined) return result;
  const defaulted = Object.entries(result.properties).flatMap(([name, child]) => ('default' in child ? [name] : []));
  return { ...result, additionalProperties: false, required: [...new Set([...(result.required ?? []), ...defaulted])] };
}

/** Maps and arrays of maps are named as the rest of the program names them. */
function asMap(schema: Schema): Schema {
  const values = schema.additionalProperties;
  if (typeof values !== 'object') return mapChildren(schema, asMap);
  return { ...schema, tsType: `Readonly<Record<string, ${values.type === 'integer' ? 'number' : values.type}>>` };
}

/** Titled schemas become definitions, so that a type that occurs twice is one type; two that differ under one title are a mistake in the CRD. */
function extract(schema: Schema, definitions: Map<string, Schema>): Schema {
  const { title } = schema;
  const body = mapChildren(schema, (child) => extract(child, definitions));
  if (title === undefined) return body;
  const known = definitions.get(title);
  if (known !== undefined && !isDeepStrictEqual(plain(known), plain(body)))
    throw new Error(`${SOURCE}: two different schemas are titled ${title}`);
  if (known === undefined) definitions.set(title, body);
  else delete known.description;
  const reference = { $ref: `#/definitions/${title}` };
  return schema.description === undefined ? reference : { allOf: [reference], description: schema.description };
}

/** What makes a type: no prose, no defaults, no limits on values. */
function plain(schema: Schema): Schema {
  const { description: _description, default: _default, example: _example, ...rest } = mapChildren(schema, plain);
  return rest;
}

function readonlyMembers(source: string): string {
  return source
    .replace(/^(\s+)([A-Za-z_$][\w$]*\??: |\[k: string\]: )/gm, '$1readonly $2')
    .replace(/: ([\w$"'| ()]+)\[\];$/gm, ': readonly $1[];');
}

async function types(schema: Schema): Promise<string> {
  const definitions = new Map<string, Schema>();
  extract(asRead(asMap(schema)), definitions);
  const { PoolUpgrade: rootType, ...others } = Object.fromEntries(definitions);
  const source = await compile({ ...rootType, definitions: others } as Parameters<typeof compile>[0], 'PoolUpgrade', {
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    bannerComment: `// Generated from ${SOURCE} by \`npm run generate\`; do not edit. Fields with a default are always there, as on an object read from the API.`,
    style: { printWidth: 130, singleQuote: true, trailingComma: 'all' },
  });
  return readonlyMembers(source);
}

async function generate(root: string): Promise<Generated> {
  const schema = readSchema(root);
  return {
    files: [
      { path: 'src/api/generated/poolUpgrade.ts', text: await types(schema) },
      { path: 'src/api/generated/schema.json', text: `${JSON.stringify(schema, null, 1)}\n` },
    ],
  };
}

export const crd: Generator = { name: 'crd', generate };
