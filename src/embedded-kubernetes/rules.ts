// What an API server refuses, resource by resource, as far as an operator can run into it: names and labels that are none, data that is too large or
// immutable, times in the wrong precision. Seen on a kube-apiserver 1.36.
import { sameValue } from '../foundation/sameValue';
import { KubeError, type KubeObject, type Resource } from '../kubernetes/api';
import { ApiError, invalid, qualified, type Fault } from './status';

/** Rules of one resource beyond those every resource has. */
export interface ResourceRules {
  readonly resource: Resource;
  /** Whether it has a status subresource; such a resource must be replaced by resourceVersion and counts its generation. */
  readonly status: boolean;
  /** Fills in defaults; gets a copy that it may return changed. */
  readonly complete?: (object: KubeObject) => KubeObject;
  /** What is wrong with an object, in sentences; none when it is right. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined) => readonly string[];
}

const MAX_DATA_BYTES = 1_048_576;
const MAX_OBJECT_BYTES = 1_572_864;
const MAX_ANNOTATION_BYTES = 262_144;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

const SUBDOMAIN_TOLD =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_VALUE_TOLD =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LABEL_NAME_TOLD =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

type Struct = Readonly<Record<string, unknown>>;

/** The resource's name in messages and as a key: `poolupgrades.xenpool.dev`, `configmaps`. */
export function resourceKey({ group, plural }: Resource): string {
  return qualified(plural, group);
}

/** @throws KubeError `Invalid` with all that is wrong */
export function assertValid(
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  rules: ResourceRules | undefined,
): void {
  const faults = faultsOf(resource, object, old);
  if (faults.length > 0) throw invalid(resource, object.metadata.name, faults);
  const sentences = rules?.validate?.(object, old) ?? [];
  if (sentences.length > 0)
    throw new KubeError('Invalid', `${resource.kind} "${object.metadata.name}" is invalid: ${sentences.join('; ')}`);
}

/** What breaks the rules every resource has, and those of the resources every cluster has. */
export function faultsOf(resource: Resource, object: KubeObject, old: KubeObject | undefined): readonly Fault[] {
  return [...metadataFaults(object), ...builtinFaults(resource, object, old)];
}

/** @throws ApiError without a reason, which is final */
export function assertFits(text: string): void {
  if (Buffer.byteLength(text) > MAX_OBJECT_BYTES)
    throw new ApiError('Invalid', 500, undefined, 'etcdserver: request is too large');
}

function bad(field: string, value: unknown, detail: string): Fault {
  return { reason: 'FieldValueInvalid', field, value, detail };
}

function tooLong(field: string, limit: number): Fault {
  return { reason: 'FieldValueTooLong', field, detail: `may not be more than ${limit} bytes` };
}

function metadataFaults({ metadata }: KubeObject): Fault[] {
  return [
    ...nameFaults(metadata.name),
    ...prefixFaults((metadata as { generateName?: unknown }).generateName),
    ...labelFaults(metadata.labels ?? {}),
    ...annotationFaults(metadata.annotations ?? {}),
    ...(metadata.finalizers ?? []).filter((finalizer) => !isQualified(finalizer)).map((finalizer) => badFinalizer(finalizer)),
  ];
}

function badFinalizer(finalizer: unknown): Fault {
  return bad('metadata.finalizers', finalizer, LABEL_NAME_TOLD);
}

function nameFaults(name: unknown): Fault[] {
  if (typeof name !== 'string' || name === '')
    return [{ reason: 'FieldValueRequired', field: 'metadata.name', detail: 'name or generateName is required' }];
  if (name.length > 253) return [bad('metadata.name', name, 'must be no more than 253 bytes')];
  return SUBDOMAIN.test(name) ? [] : [bad('metadata.name', name, SUBDOMAIN_TOLD)];
}

function prefixFaults(prefix: unknown): Fault[] {
  if (typeof prefix !== 'string' || prefix === '' || SUBDOMAIN.test(prefix.replace(/-$/, 'a'))) return [];
  return [bad('metadata.generateName', prefix, SUBDOMAIN_TOLD)];
}

function isQualified(key: unknown): boolean {
  if (typeof key !== 'string') return false;
  const [name, prefix, more] = key.split('/').reverse();
  if (more !== undefined || name === undefined || name.length > 63 || !LABEL_NAME.test(name)) return false;
  return prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix));
}

function labelFaults(labels: Struct): Fault[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const text = String(value);
    if (!isQualified(key)) return [bad('metadata.labels', key, LABEL_NAME_TOLD)];
    if (text.length > 63) return [bad('metadata.labels', text, 'must be no more than 63 bytes')];
    return LABEL_VALUE.test(text) ? [] : [bad('metadata.labels', text, LABEL_VALUE_TOLD)];
  });
}

function annotationFaults(annotations: Struct): Fault[] {
  const entries = Object.entries(annotations);
  const strange = entries.filter(([, value]) => typeof value !== 'string');
  const keys = entries.filter(([key]) => !isQualified(key.toLowerCase()));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0);
  return [
    ...strange.map(([key, value]) => bad(`metadata.annotations[${key}]`, value, 'must be a string')),
    ...keys.map(([key]) => bad('metadata.annotations', key, LABEL_NAME_TOLD)),
    ...(bytes > MAX_ANNOTATION_BYTES ? [tooLong('metadata.annotations', MAX_ANNOTATION_BYTES)] : []),
  ];
}

function builtinFaults(resource: Resource, object: KubeObject, old: KubeObject | undefined): Fault[] {
  switch (resourceKey(resource)) {
    case 'configmaps':
      return [...dataFaults(object, ['binaryData']), ...immutableFaults(object, old)];
    case 'secrets':
      return [...dataFaults(object, ['data']), ...immutableFaults(object, old)];
    case 'leases.coordination.k8s.io':
      return leaseFaults(object);
    default:
      return [];
  }
}

/** The sum of the decoded data counts; `encoded` names the members that are base64. */
function dataFaults(object: KubeObject, encoded: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  let bytes = 0;
  for (const name of ['data', 'binaryData'])
    for (const [key, value] of Object.entries(((object as unknown as Struct)[name] ?? {}) as Struct)) {
      if (!DATA_KEY.test(key)) faults.push(bad(`${name}[${key}]`, key, DATA_KEY_TOLD));
      if (typeof value === 'string') bytes += Buffer.byteLength(value, encoded.includes(name) ? 'base64' : 'utf8');
      else faults.push(bad(`${name}[${key}]`, value, 'must be a string'));
    }
  return bytes > MAX_DATA_BYTES ? [...faults, tooLong(encoded.includes('data') ? 'data' : '[]', MAX_DATA_BYTES)] : faults;
}

const DATA_KEY_TOLD =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function immutableFaults(object: KubeObject, old: KubeObject | undefined): Fault[] {
  const [now, before] = [object, old] as unknown as [Struct, Struct | undefined];
  if (before?.['immutable'] !== true) return [];
  const changed = ['immutable', 'data', 'binaryData'].filter((name) => !sameValue(now[name], before[name]));
  const detail = 'field is immutable when `immutable` is set';
  return changed.map((field) => ({ reason: 'FieldValueForbidden', field, detail }));
}

function leaseFaults(object: KubeObject): Fault[] {
  const spec = (object as unknown as { spec?: Struct }).spec ?? {};
  const [duration, transitions] = [spec['leaseDurationSeconds'], spec['leaseTransitions']];
  return [
    ...['acquireTime', 'renewTime']
      .filter((name) => !isMicroTime(spec[name]))
      .map((name) => bad(`spec.${name}`, spec[name], 'must have exactly six fraction digits')),
    ...(isCount(duration, 1) ? [] : [bad('spec.leaseDurationSeconds', duration, 'must be greater than 0')]),
    ...(isCount(transitions, 0) ? [] : [bad('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')]),
  ];
}

function isMicroTime(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && MICRO_TIME.test(value));
}

function isCount(value: unknown, least: number): boolean {
  return value === undefined || (Number.isInteger(value) && (value as number) >= least);
}
