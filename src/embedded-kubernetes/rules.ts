// What an API server refuses, resource by resource, as far as an operator can run into it: names and labels that are none, data that is too large or
// immutable, times in the wrong precision. Seen on a kube-apiserver 1.36.
import { sameValue } from '../foundation/sameValue';
import { KubeError, type KubeObject, type Resource } from '../kubernetes/api';

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
const DNS_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/** The resource's name in messages and as a key: `poolupgrades.xenpool.dev`, `configmaps`. */
export function resourceKey({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** @throws KubeError `Invalid` with all that is wrong */
export function assertValid(
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  rules: ResourceRules | undefined,
): void {
  const wrong = [...metadataFaults(object), ...builtinFaults(resource, object, old), ...(rules?.validate?.(object, old) ?? [])];
  if (wrong.length > 0)
    throw new KubeError('Invalid', `${resource.kind} "${object.metadata.name}" is invalid: ${wrong.join('; ')}`);
}

/** @throws KubeError `Invalid`; the real answer is a 500 without a reason, which is as final */
export function assertFits(text: string): void {
  if (Buffer.byteLength(text) > MAX_OBJECT_BYTES) throw new KubeError('Invalid', 'etcdserver: request is too large');
}

function metadataFaults({ metadata }: KubeObject): string[] {
  const faults: string[] = [];
  if (typeof metadata.name !== 'string' || !DNS_NAME.test(metadata.name))
    faults.push('metadata.name: must be a lowercase RFC 1123 subdomain');
  for (const [key, value] of Object.entries(metadata.labels ?? {}))
    if (!LABEL_VALUE.test(value)) faults.push(`metadata.labels[${key}]: must be at most 63 letters, digits, '-', '_' or '.'`);
  const annotations = Object.entries(metadata.annotations ?? {});
  const strange = annotations.find(([, value]) => typeof value !== 'string');
  if (strange !== undefined) faults.push(`metadata.annotations[${strange[0]}]: must be a string`);
  const bytes = annotations.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0);
  if (bytes > MAX_ANNOTATION_BYTES) faults.push('metadata.annotations: Too long: may not be more than 262144 bytes');
  return faults;
}

function builtinFaults(resource: Resource, object: KubeObject, old: KubeObject | undefined): string[] {
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

type Struct = Readonly<Record<string, unknown>>;

/** The sum of the decoded data counts; `encoded` names the members that are base64. */
function dataFaults(object: KubeObject, encoded: readonly string[]): string[] {
  let bytes = 0;
  for (const name of ['data', 'binaryData'])
    for (const [key, value] of Object.entries(((object as unknown as Struct)[name] ?? {}) as Struct)) {
      if (typeof value !== 'string') return [`${name}[${key}]: must be a string`];
      bytes += Buffer.byteLength(value, encoded.includes(name) ? 'base64' : 'utf8');
    }
  return bytes > MAX_DATA_BYTES ? [`data: Too long: may not be more than ${MAX_DATA_BYTES} bytes`] : [];
}

function immutableFaults(object: KubeObject, old: KubeObject | undefined): string[] {
  const [now, before] = [object, old] as unknown as [Struct, Struct | undefined];
  if (before?.['immutable'] !== true) return [];
  const changed = ['data', 'binaryData', 'immutable'].filter((name) => !sameValue(now[name], before[name]));
  return changed.map((name) => `${name}: Forbidden: field is immutable when \`immutable\` is set`);
}

function leaseFaults(object: KubeObject): string[] {
  const spec = (object as unknown as { spec?: Struct }).spec ?? {};
  return [
    ...['acquireTime', 'renewTime']
      .filter((name) => !isMicroTime(spec[name]))
      .map((name) => `spec.${name}: must have exactly six fraction digits`),
    ...(isCount(spec['leaseDurationSeconds'], 1) ? [] : ['spec.leaseDurationSeconds: must be greater than 0']),
    ...(isCount(spec['leaseTransitions'], 0) ? [] : ['spec.leaseTransitions: must be greater than or equal to 0']),
  ];
}

function isMicroTime(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && MICRO_TIME.test(value));
}

function isCount(value: unknown, least: number): boolean {
  return value === undefined || (Number.isInteger(value) && (value as number) >= least);
}
