// The resources every cluster has, as far as an operator and the people beside it use them, each with a small hand-made schema. What Kubernetes itself
// knows about them and nobody needs here is left out and would be dropped as unknown.
import type { KubeObject } from '../../kubernetes/api';
import type { Schema, Struct } from '../schema/schema';
import { AGE, resourceType, type Column, type ResourceType } from './resourceTypes';
import { EVENTS_VIEW } from './eventViews';

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer', format: 'int32' };
const flag: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time', nullable: true };
const texts: Schema = { type: 'object', additionalProperties: text };
const free: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const object = (properties: Readonly<Record<string, Schema>>, more: Partial<Schema> = {}): Schema => ({
  type: 'object',
  properties,
  ...more,
});

const described = (description: string, properties: Readonly<Record<string, Schema>>): Schema =>
  object(properties, { description });

const NAME: Column = { name: 'Name', type: 'string', format: 'name', jsonPath: '.metadata.name' };

const reference = object(
  { kind: text, namespace: text, name: text, uid: text, apiVersion: text, resourceVersion: text, fieldPath: text },
  { 'x-kubernetes-map-type': 'atomic' },
);

const series = object({ count: whole, lastObservedTime: time });
const source = object({ component: text, host: text });

const namespaces = resourceType({
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  status: true,
  selectable: ['.status.phase'],
  columns: [{ name: 'Status', type: 'string', jsonPath: '.status.phase' }, AGE],
  schema: described('Namespace provides a scope for Names.', {
    spec: object({ finalizers: { type: 'array', items: text } }),
    status: object({ phase: text, conditions: { type: 'array', items: free } }),
  }),
});

const configMaps = resourceType({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  columns: [{ name: 'Data', type: 'string', jsonPath: ':count(.data,.binaryData)' }, AGE],
  schema: described('ConfigMap holds configuration data for pods to consume.', {
    data: texts,
    binaryData: texts,
    immutable: flag,
  }),
});

const secrets = resourceType({
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
  selectable: ['.type'],
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.type' },
    { name: 'Data', type: 'integer', jsonPath: ':count(.data)' },
    AGE,
  ],
  schema: described('Secret holds secret data of a certain type.', {
    data: texts,
    stringData: texts,
    type: { ...text, default: 'Opaque' },
    immutable: flag,
  }),
});

const serviceAccounts = resourceType({
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
  shortNames: ['sa'],
  schema: described('ServiceAccount binds together a name and what it may do.', {
    automountServiceAccountToken: flag,
    secrets: { type: 'array', items: reference },
    imagePullSecrets: { type: 'array', items: object({ name: text }) },
  }),
});

const leases = resourceType({
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
  columns: [{ name: 'Holder', type: 'string', jsonPath: '.spec.holderIdentity' }, AGE],
  schema: described('Lease defines a lease concept.', {
    spec: object({
      holderIdentity: text,
      leaseDurationSeconds: whole,
      acquireTime: text,
      renewTime: text,
      leaseTransitions: whole,
      strategy: text,
      preferredHolder: text,
    }),
  }),
});

const EVENT_COLUMNS: readonly Column[] = [
  {
    name: 'Last Seen',
    type: 'string',
    jsonPath: ':age(.lastTimestamp,.series.lastObservedTime,.deprecatedLastTimestamp,.eventTime)',
  },
  { name: 'Type', type: 'string', jsonPath: '.type' },
  { name: 'Reason', type: 'string', jsonPath: '.reason' },
  { name: 'Object', type: 'string', jsonPath: ':subject' },
  { name: 'Message', type: 'string', jsonPath: ':first(.message,.note)' },
];

const coreEvents = resourceType({
  group: '',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  columns: EVENT_COLUMNS,
  selectable: ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
    .map((name) => `.involvedObject.${name}`)
    .concat(['.reason', '.type', '.reportingComponent', '.source.component']),
  schema: object(
    {
      involvedObject: reference,
      reason: text,
      message: text,
      source,
      firstTimestamp: time,
      lastTimestamp: time,
      count: whole,
      type: text,
      eventTime: { ...text, nullable: true },
      series,
      action: text,
      related: reference,
      reportingComponent: text,
      reportingInstance: text,
    },
    { description: 'Event is a report of an event somewhere in the cluster.' },
  ),
});

const events = resourceType({
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
  storage: 'events',
  shortNames: ['ev'],
  view: EVENTS_VIEW,
  columns: EVENT_COLUMNS,
  selectable: [
    '.reason',
    '.type',
    '.reportingController',
    '.regarding.kind',
    '.regarding.name',
    '.regarding.namespace',
    '.regarding.uid',
  ],
  schema: described('Event is a report of an event somewhere in the cluster.', {
    eventTime: { ...text, nullable: true },
    series,
    reportingController: text,
    reportingInstance: text,
    action: text,
    reason: text,
    regarding: reference,
    related: reference,
    note: text,
    type: text,
    deprecatedSource: source,
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedCount: whole,
  }),
});

const definitions = resourceType({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  status: true,
  columns: [{ name: 'Created At', type: 'date', jsonPath: ':text(.metadata.creationTimestamp)' }],
  schema: described('CustomResourceDefinition represents a resource that should be exposed on the API server.', {
    spec: free,
    status: free,
  }),
});

/** Made for each server: their validators are compiled, and nothing is kept between servers. */
export function builtinTypes(): readonly ResourceType[] {
  const all = [namespaces, configMaps, secrets, serviceAccounts, coreEvents, events, leases, definitions];
  return all.map((type) => ({
    ...type,
    columns: [NAME, ...type.columns].filter(({ name }) => name !== 'Name' || type.storage !== 'events'),
  }));
}

export { NAME };

/** What Kubernetes fills in and works out on the way in of built-in resources. */
export function completedBuiltin(type: ResourceType, object: Struct): Struct {
  if (type.custom || type.group !== '') return object;
  if (type.plural === 'secrets') return withStringData(object);
  if (type.plural !== 'namespaces') return object;
  const spec = (object['spec'] ?? { finalizers: ['kubernetes'] }) as Struct;
  const metadata = object['metadata'] as Struct;
  const labels = { ...(metadata['labels'] as Struct | undefined), 'kubernetes.io/metadata.name': metadata['name'] };
  return { ...object, metadata: { ...metadata, labels }, spec };
}

function withStringData(object: Struct): Struct {
  const { stringData, ...rest } = object;
  if (stringData === undefined) return object;
  const entries = Object.entries(stringData as Record<string, string>);
  const encoded = entries.map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]);
  return { ...rest, data: { ...(rest['data'] as Struct | undefined), ...Object.fromEntries(encoded) } };
}

const MICRO_TIME = '2006-01-02T15:04:05.000000Z07:00';

/** Why a time of microseconds cannot be read; undefined when all can. */
export function unreadableTime(type: ResourceType, body: Struct): string | undefined {
  const spec = (type.plural === 'leases' && !type.custom ? body['spec'] : undefined) as Struct | undefined;
  const times = ['acquireTime', 'renewTime'].map((name) => spec?.[name]).filter((time) => typeof time === 'string');
  return times.map(unreadable).find((why) => why !== undefined);
}

function unreadable(time: string): string | undefined {
  const rest = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(.*)$/.exec(time)?.[1];
  if (rest !== undefined && /^\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(rest)) return undefined;
  const wanted = rest === undefined ? '2006' : '.000000';
  return `parsing time ${JSON.stringify(time)} as "${MICRO_TIME}": cannot parse ${JSON.stringify(rest ?? time)} as "${wanted}"`;
}

/** Why a member of a built-in resource cannot be read. Custom resources are judged by their schema instead. */
export function unreadableMember(type: ResourceType, object: Struct): string | undefined {
  if (type.custom) return undefined;
  const { faults } = type.judge.judge(object as unknown as KubeObject, undefined);
  const fault = faults.find(({ reason }) => reason === 'FieldValueTypeInvalid');
  return fault === undefined
    ? undefined
    : `json: cannot unmarshal ${String(fault.value)} into Go struct field ${type.kind}.${fault.field}`;
}
