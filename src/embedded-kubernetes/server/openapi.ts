// The schemas as OpenAPI, version 3 by group version and version 2 as a whole: enough for `kubectl explain`, for the validation of `kubectl apply`, and for
// tools that make schemas of manifests from a server.
import { isStruct, type Schema } from '../schema/schema';
import { METADATA_SCHEMA } from '../fields/metadataSchema';
import { nameOf } from './discovery';
import type { ResourceType, Types } from './resourceTypes';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** `xenpool.dev` → `dev.xenpool.v1alpha1.PoolUpgrade`. */
function schemaName({ group, version, kind }: ResourceType): string {
  const reversed = group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.');
  return `${reversed}.${version}.${kind}`;
}

function gvk({ group, version, kind }: ResourceType): object {
  return { group, version, kind };
}

/** Without what OpenAPI does not know. */
function published(schema: Schema): object {
  const { properties, items, additionalProperties, ...rest } = schema;
  const plain = Object.entries(rest).filter(
    ([name]) => name !== 'example' && name !== 'title' && name !== 'x-kubernetes-validations',
  );
  return {
    ...Object.fromEntries(plain),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, published(each)])) }),
    ...(items === undefined ? {} : { items: published(items) }),
    ...(isStruct(additionalProperties)
      ? { additionalProperties: published(additionalProperties as Schema) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties }),
  };
}

function schemaOf(type: ResourceType, prefix: string): object {
  const { properties, ...rest } = published(type.schema) as { properties?: Record<string, unknown> };
  const metadata = { allOf: [{ $ref: `${prefix}${META}` }], default: {}, description: METADATA_SCHEMA.description };
  const own = {
    apiVersion: { type: 'string', description: 'Version of the API.' },
    kind: { type: 'string', description: 'Kind of the object.' },
  };
  return { ...rest, properties: { ...properties, ...own, metadata }, 'x-kubernetes-group-version-kind': [gvk(type)] };
}

function schemas(types: readonly ResourceType[], prefix: string): Record<string, object> {
  const own = types.map((type) => [schemaName(type), schemaOf(type, prefix)] as const);
  return { ...Object.fromEntries(own), [META]: published(METADATA_SCHEMA) };
}

const PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
}));

const ACTIONS = { get: 'get', put: 'put', patch: 'patch', delete: 'delete' } as const;

function paths(types: readonly ResourceType[]): object {
  return Object.fromEntries(types.flatMap(pathsOf));
}

function pathsOf(type: ResourceType): readonly (readonly [string, object])[] {
  const base = type.group === '' ? `/api/${type.version}` : `/apis/${nameOf(type)}`;
  const collection = `${base}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}`;
  const reference = { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(type)}` } } };
  const operation = (action: string): object => ({
    operationId: `${action}${type.kind}`,
    parameters: ['put', 'patch', 'post'].includes(action) ? PARAMETERS : [],
    responses: { 200: { description: 'OK', content: reference } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(type),
  });
  const single = Object.fromEntries(Object.values(ACTIONS).map((action) => [action, operation(action)]));
  const whole = { get: operation('list'), post: operation('post') };
  const all = type.namespaced ? ([[`${base}/${type.plural}`, { get: operation('list') }]] as const) : [];
  return [...all, [collection, whole], [`${collection}/{name}`, single]];
}

const INFO = { title: 'Kubernetes', version: 'v1.36.3' };

export function openApiV3Index(types: Types): object {
  const names = [...new Set(types.all().map((type) => (type.group === '' ? `api/${type.version}` : `apis/${nameOf(type)}`)))];
  const entries = names.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${types.revision}` }]);
  return { paths: Object.fromEntries(entries) };
}

/** @param name `api/v1`, `apis/xenpool.dev/v1alpha1` */
export function openApiV3(types: Types, name: string): object | undefined {
  const inside = types.all().filter((type) => name === (type.group === '' ? `api/${type.version}` : `apis/${nameOf(type)}`));
  if (inside.length === 0) return undefined;
  const components = { schemas: schemas(inside, '#/components/schemas/') };
  return { openapi: '3.0.0', info: INFO, paths: paths(inside), components };
}

export function openApiV2(types: Types): object {
  return { swagger: '2.0', info: INFO, paths: {}, definitions: schemas(types.all(), '#/definitions/') };
}
