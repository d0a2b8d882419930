// The resources a server has: what discovery tells of them, how their objects are completed and judged, what `kubectl get` shows. Built-in ones are described
// in builtinTypes.ts; custom ones come and go with the CustomResourceDefinitions that are stored.
import type { Resource } from '../../kubernetes/api';
import type { KubeObject } from '../../kubernetes/api';
import { withMetadata } from '../fields/metadataSchema';
import { celRules } from '../schema/celRules';
import type { Schema, Struct } from '../schema/schema';
import { defaulted, pruned, type Pruned } from '../schema/structural';
import { schemaValidator } from '../schema/validation';
import { qualified, type Fault } from '../status';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

export interface ResourceType extends Resource {
  /** Under which its objects are stored and watched; two resources may be views of one. */
  readonly storage: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly custom: boolean;
  /** Whether it has a status subresource. */
  readonly status: boolean;
  readonly verbs: readonly string[];
  /** With metadata described. */
  readonly schema: Schema;
  readonly columns: readonly Column[];
  /** JSON paths that field selectors may name besides name and namespace. */
  readonly selectable: readonly string[];
  readonly judge: Judge;
  /** From and to the form that is stored. */
  readonly view?: View;
}

export interface View {
  toStored(object: Struct): Struct;
  fromStored(object: Struct): Struct;
}

export interface Judgement {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/** What a schema does with objects. */
export interface Judge {
  pruned(object: Struct): Pruned;
  defaulted(object: Struct): Struct;
  judge(object: KubeObject, old: KubeObject | undefined): Judgement;
}

/** Faults that leave rules without the footing they are written for. */
const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const UNCHECKED: Fault = {
  reason: 'FieldValueInvalid',
  field: '',
  value: null,
  detail:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** @throws Error when the schema is none */
export function judgeBy(schema: Schema): Judge {
  const find = schemaValidator(schema);
  const rules = celRules(schema);
  const hasRules = JSON.stringify(schema).includes('"x-kubernetes-validations"');
  return {
    pruned: (object) => pruned(object, schema),
    defaulted: (object) => defaulted(object, schema) as Struct,
    judge(object, old) {
      const faults = find(object, old);
      if (!hasRules) return { faults, warnings: [] };
      if (faults.some(({ reason }) => BLOCKING.has(reason))) return { faults: [...faults, UNCHECKED], warnings: [] };
      const { faults: broken, warnings } = rules.judge(object, old);
      return { faults: [...faults, ...broken], warnings };
    },
  };
}

export const ALL_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

export function resourceType(
  given: Pick<ResourceType, 'group' | 'version' | 'plural' | 'kind' | 'namespaced' | 'schema'> & Partial<ResourceType>,
): ResourceType {
  return {
    storage: qualified(given.plural, given.group),
    singular: given.kind.toLowerCase(),
    listKind: `${given.kind}List`,
    shortNames: [],
    categories: [],
    custom: false,
    status: false,
    verbs: ALL_VERBS,
    columns: [AGE],
    selectable: [],
    judge: judgeBy(given.schema),
    ...given,
    ...{ schema: withMetadata(given.schema) },
  };
}

export const AGE: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

/** All types of a server, by group, version and plural. */
export class Types {
  private readonly byPlural = new Map<string, ResourceType>();
  private changes = 0;

  constructor(builtin: readonly ResourceType[]) {
    builtin.forEach((type) => this.add(type));
  }

  /** Rises with each change, for clients that cache what they learned. */
  get revision(): number {
    return this.changes;
  }

  find(group: string, version: string, plural: string): ResourceType | undefined {
    return this.byPlural.get(`${group}/${version}/${plural}`);
  }

  all(): readonly ResourceType[] {
    return [...this.byPlural.values()];
  }

  add(type: ResourceType): void {
    this.changes += 1;
    this.byPlural.set(`${type.group}/${type.version}/${type.plural}`, type);
  }

  remove(group: string, plural: string): void {
    this.changes += 1;
    for (const [key, type] of this.byPlural) if (type.group === group && type.plural === plural) this.byPlural.delete(key);
  }
}
