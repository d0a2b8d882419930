// What a write makes of the stored object: which parts the writer decides, which the server keeps to itself. Pure; the store gives the version.
import { sameValue } from '../foundation/sameValue';
import type { KubeObject, ObjectMeta, Resource } from '../kubernetes/api';
import type { ResourceRules } from './rules';
import { badRequest, conflict, invalid, noSuchPath } from './status';

/** What the server decides at the creation of an object. */
export interface Birth {
  readonly uid: string;
  readonly creationTimestamp: string;
}

type WithStatus = KubeObject & { readonly status?: unknown };

/** The object as it is first stored, still without a version. */
export function created(resource: Resource, object: KubeObject, rules: ResourceRules | undefined, birth: Birth): KubeObject {
  if (object.metadata.resourceVersion !== undefined)
    throw badRequest('resourceVersion should not be set on objects to be created');
  const { deletionTimestamp: _never, generation: _own, ...metadata } = object.metadata;
  const counted = rules === undefined ? {} : { generation: 1 };
  const whole: WithStatus = { ...typed(resource, object), metadata: { ...metadata, ...birth, ...counted } };
  return rules?.status === true ? withoutStatus(whole) : whole;
}

/** The stored object with everything replaced but what belongs to the server and, where it has its own subresource, the status. */
export function replaced(resource: Resource, object: KubeObject, old: KubeObject, rules: ResourceRules | undefined): KubeObject {
  assertPreconditions(resource, object, old, rules?.status === true);
  assertNoNewFinalizers(resource, object, old);
  const metadata = mergedMetadata(object.metadata, old.metadata);
  const whole: WithStatus = { ...typed(resource, object), metadata };
  const next = rules?.status === true ? withStatusOf(whole, old) : whole;
  if (rules === undefined || sameContent(next, old)) return next;
  return { ...next, metadata: { ...metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

/** The stored object with only its status replaced. */
export function statusReplaced(
  resource: Resource,
  object: KubeObject,
  old: KubeObject,
  rules: ResourceRules | undefined,
): KubeObject {
  if (rules?.status !== true) throw noSuchPath();
  assertPreconditions(resource, object, old, true);
  return withStatusOf(old, object);
}

/** The stored object marked as being deleted; undefined when nothing holds it and it goes at once. */
export function deleting(old: KubeObject, now: string): KubeObject | undefined {
  const { finalizers = [], deletionTimestamp, generation } = old.metadata;
  if (finalizers.length === 0) return undefined;
  if (deletionTimestamp !== undefined) return old;
  const counted = generation === undefined ? {} : { generation: generation + 1 };
  return { ...old, metadata: { ...old.metadata, ...counted, deletionTimestamp: now } };
}

/** Whether the last finalizer of an object being deleted has gone. */
export function isReleased({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

function typed(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { ...object, apiVersion, kind: resource.kind };
}

function withoutStatus(object: WithStatus): KubeObject {
  const { status: _dropped, ...rest } = object;
  return rest;
}

function withStatusOf(object: KubeObject, source: WithStatus): KubeObject {
  const rest = withoutStatus(object);
  return source.status === undefined ? rest : ({ ...rest, status: source.status } as KubeObject);
}

/** Whether two objects are the same but for metadata and status. */
function sameContent(one: KubeObject, other: KubeObject): boolean {
  const content = (object: KubeObject): KubeObject => ({ ...withoutStatus(object), metadata: { name: '' } });
  return sameValue(content(one), content(other));
}

function mergedMetadata(wanted: ObjectMeta, stored: ObjectMeta): ObjectMeta {
  const { uid, creationTimestamp, deletionTimestamp, generation, resourceVersion } = stored;
  const own = { uid, creationTimestamp, deletionTimestamp, generation, resourceVersion };
  const kept = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const { deletionTimestamp: _never, ...asked } = wanted;
  return { ...asked, ...kept };
}

function assertPreconditions(resource: Resource, { metadata }: KubeObject, old: KubeObject, versionNeeded: boolean): void {
  if (metadata.resourceVersion === undefined && versionNeeded)
    throw invalid(resource, old.metadata.name, [
      { reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' },
    ]);
  if (metadata.uid !== undefined && metadata.uid !== old.metadata.uid)
    throw conflict(
      resource,
      old.metadata.name,
      `StorageError: invalid object, Code: 4, Key: ${old.metadata.name}, Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid ?? ''}`,
    );
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== old.metadata.resourceVersion)
    throw conflict(resource, old.metadata.name);
}

function assertNoNewFinalizers(resource: Resource, { metadata }: KubeObject, old: KubeObject): void {
  if (old.metadata.deletionTimestamp === undefined) return;
  const added = (metadata.finalizers ?? []).filter((finalizer) => !(old.metadata.finalizers ?? []).includes(finalizer));
  if (added.length === 0) return;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  throw invalid(resource, old.metadata.name, [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers', detail }]);
}
