// What a server consists of: its objects, its types, its clock and chance. Here is also what follows from a stored definition: its types come, and the watches
// of them end, because what they were watching has another shape now.
import type { Clock } from '../../foundation/clock';
import { integer, uuid, type Random } from '../../foundation/random';
import { sameValue } from '../../foundation/sameValue';
import type { KubeObject } from '../../kubernetes/api';
import { Objects, type Stored } from '../objects';
import type { Struct } from '../schema/schema';
import type { Fault } from '../status';
import { builtinTypes } from './builtinTypes';
import { definitionFaults, definitionOf, establishedStatus, typesOf } from './definitions';
import { eventFaults } from './eventRules';
import { Types, type ResourceType } from './resourceTypes';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** As a fresh cluster has them. */
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly objects: Objects;
}

export class World {
  readonly types = new Types(builtinTypes());
  readonly objects: Objects;
  /** Ends when the definition of a resource changes: one controller for each storage key that is watched. */
  private readonly shapes = new Map<string, AbortController>();

  constructor(private readonly options: WorldOptions) {
    this.objects = options.objects;
    for (const { object } of this.objects.all(DEFINITIONS)) this.serve(object);
    for (const name of FIRST_NAMESPACES) if (this.namespace(name) === undefined) this.found(name);
  }

  get clock(): Clock {
    return this.options.clock;
  }

  now(): string {
    return `${new Date(this.options.clock.now()).toISOString().slice(0, 19)}Z`;
  }

  uid(): string {
    return uuid(this.options.random);
  }

  suffix(): string {
    const letter = (): string => SUFFIX_LETTERS[integer(this.options.random, 0, SUFFIX_LETTERS.length - 1)]!;
    return Array.from({ length: 5 }, letter).join('');
  }

  find(type: ResourceType, namespace: string, name: string): KubeObject | undefined {
    return this.objects.find(type.storage, namespace, name)?.object;
  }

  namespace(name: string): KubeObject | undefined {
    return this.objects.find('namespaces', '', name)?.object;
  }

  put(type: ResourceType, object: KubeObject): KubeObject {
    const isDefinition = type.storage === DEFINITIONS;
    const old = isDefinition ? this.find(type, '', object.metadata.name) : undefined;
    const whole = isDefinition ? this.established(object, old) : type.storage === 'namespaces' ? withPhase(object) : object;
    const { object: stored } = this.objects.put(type.storage, whole);
    if (isDefinition && !sameValue(specOf(stored), specOf(old))) this.serve(stored);
    return stored;
  }

  remove(type: Pick<ResourceType, 'storage'>, object: KubeObject): Stored {
    const last = this.objects.remove(type.storage, object);
    if (type.storage === DEFINITIONS) this.withdraw(object);
    return last;
  }

  /** Rules that need more than the object and its schema. */
  faults(type: ResourceType, object: KubeObject, old: KubeObject | undefined): readonly Fault[] {
    if (type.storage === 'events' && type.view !== undefined) return eventFaults(object, old);
    return type.storage === DEFINITIONS ? definitionFaults(object as unknown as Struct) : [];
  }

  /** Aborted when the resource gets another shape, or goes. */
  shapeOf(storage: string): AbortSignal {
    const found = this.shapes.get(storage) ?? new AbortController();
    this.shapes.set(storage, found);
    return found.signal;
  }

  private established(object: KubeObject, old: KubeObject | undefined): KubeObject {
    const { status } = (old ?? {}) as { status?: unknown };
    const definition = definitionOf(object as unknown as Struct);
    return { ...object, status: status ?? establishedStatus(definition, this.now()) } as KubeObject;
  }

  private serve(object: KubeObject): void {
    const definition = definitionOf(object as unknown as Struct);
    this.types.remove(definition.group, definition.names.plural);
    typesOf(definition).forEach((type) => this.types.add(type));
    this.reshape(object.metadata.name);
  }

  private withdraw(object: KubeObject): void {
    const { group, names } = definitionOf(object as unknown as Struct);
    for (const { object: instance } of this.objects.all(object.metadata.name))
      this.objects.remove(object.metadata.name, instance);
    this.types.remove(group, names.plural);
    this.reshape(object.metadata.name);
  }

  private reshape(storage: string): void {
    this.shapes.get(storage)?.abort();
    this.shapes.delete(storage);
  }

  private found(name: string): void {
    const metadata = {
      name,
      uid: this.uid(),
      creationTimestamp: this.now(),
      labels: { 'kubernetes.io/metadata.name': name },
    };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: ['kubernetes'] } };
    this.objects.put('namespaces', withPhase(namespace));
  }
}

function specOf(object: KubeObject | undefined): unknown {
  return (object as { spec?: unknown } | undefined)?.spec;
}

function withPhase(object: KubeObject): KubeObject {
  const phase = object.metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating';
  return { ...object, status: { phase } } as KubeObject;
}
