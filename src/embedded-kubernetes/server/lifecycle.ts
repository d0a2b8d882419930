// How objects go: at once, or when their finalizers are gone; with their dependants; and a namespace with everything in it. What controllers of a real cluster
// do a little later (garbage collection, emptying of namespaces) happens here within the same request.
import type { KubeObject } from '../../kubernetes/api';
import type { Struct } from '../schema/schema';
import { ApiError, conflict, invalid } from '../status';
import { deleting } from '../writes';
import type { ResourceType } from './resourceTypes';
import { viewed } from './reader';
import type { World } from './world';

export interface Deletion {
  readonly dryRun: boolean;
  /** `Orphan` leaves dependants; everything else takes them along. */
  readonly propagation: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export class Lifecycle {
  constructor(private readonly world: World) {}

  /** @returns the object while it is going; a Status when it is gone */
  delete(type: ResourceType, old: KubeObject, deletion: Deletion): Struct {
    assertPreconditions(type, old, deletion);
    if (!['', 'Orphan', 'Background', 'Foreground'].includes(deletion.propagation))
      throw unknownPropagation(deletion.propagation);
    const marked = type.storage === 'namespaces' ? this.leaving(old) : deleting(old, this.world.now());
    if (marked === undefined) return this.goAtOnce(type, old, deletion);
    if (marked === old || deletion.dryRun) return this.shown(type, marked);
    const stored = this.world.put(type, withGrace(marked));
    if (type.storage === 'namespaces') this.empty(stored);
    return this.shown(type, stored);
  }

  /** Removes an object whose last finalizer has gone. */
  remove(type: ResourceType, object: KubeObject, dryRun: boolean): Struct {
    if (dryRun) return this.shown(type, object);
    const last = this.world.remove(type, object);
    this.afterwards(object);
    return this.shown(type, last.object);
  }

  private goAtOnce(type: ResourceType, old: KubeObject, { dryRun, propagation }: Deletion): Struct {
    if (!dryRun) {
      this.world.remove(type, old);
      if (propagation !== 'Orphan') this.removeDependants(old);
      this.afterwards(old);
    }
    const details = {
      name: old.metadata.name,
      ...(type.group === '' ? {} : { group: type.group }),
      kind: type.plural,
      uid: old.metadata.uid,
    };
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  }

  private leaving(old: KubeObject): KubeObject {
    if (old.metadata.deletionTimestamp !== undefined) return old;
    return { ...old, metadata: { ...old.metadata, deletionTimestamp: this.world.now() } };
  }

  private empty(namespace: KubeObject): void {
    const { name } = namespace.metadata;
    for (const type of this.world.types.all())
      if (type.namespaced) for (const { object } of this.world.objects.all(type.storage, name)) this.sendAway(type, object);
    this.afterwards({ ...namespace, metadata: { ...namespace.metadata, namespace: name } });
  }

  /** A namespace that is going and empty goes. */
  private afterwards({ metadata }: KubeObject): void {
    const namespace = metadata.namespace === undefined ? undefined : this.world.namespace(metadata.namespace);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const held = this.world.objects.resources().some((key) => this.world.objects.all(key, metadata.namespace).length > 0);
    if (!held) this.world.remove({ storage: 'namespaces' }, namespace);
  }

  private removeDependants({ metadata }: KubeObject): void {
    for (const type of this.world.types.all())
      for (const { object } of this.world.objects.all(type.storage)) {
        const owners = object.metadata.ownerReferences ?? [];
        if (owners.length > 0 && owners.every(({ uid }) => uid === metadata.uid)) this.sendAway(type, object);
      }
  }

  private sendAway(type: ResourceType, object: KubeObject): void {
    if (this.world.find(type, object.metadata.namespace ?? '', object.metadata.name) === undefined) return;
    this.delete(type, object, { dryRun: false, propagation: 'Background' });
  }

  private shown(type: ResourceType, object: KubeObject): Struct {
    return viewed(type, object) as unknown as Struct;
  }
}

function withGrace(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, deletionGracePeriodSeconds: 0 } } as KubeObject;
}

function assertPreconditions(type: ResourceType, { metadata }: KubeObject, { uid, resourceVersion }: Deletion): void {
  if (uid !== undefined && uid !== metadata.uid)
    throw unmet(type, metadata.name, 'UID', uid, metadata.uid, 'deleted and then recreated');
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw unmet(type, metadata.name, 'ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
}

function unmet(type: ResourceType, name: string, what: string, wanted: string, found: string | undefined, why: string): ApiError {
  const text = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found ?? ''}). The object might have been ${why}`;
  return conflict({ ...type, plural: type.kind }, name, text);
}

function unknownPropagation(value: string): ApiError {
  const detail = 'supported values: "Background", "Foreground", "Orphan"';
  return invalid({ group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'DeleteOptions' }, '', [
    { reason: 'FieldValueNotSupported', field: 'propagationPolicy', value, detail },
  ]);
}
