// A CustomResourceDefinition read: the types it defines and what is wrong with it. Checked is what this server would otherwise stumble over; a real server checks
// more, among it whether a schema is structural and what its rules cost.
import { qualified, type Fault } from '../status';
import { celRules } from '../schema/celRules';
import { isStruct, type Schema, type Struct } from '../schema/schema';
import { schemaValidator } from '../schema/validation';
import { NAME } from './builtinTypes';
import { AGE, resourceType, type Column, type ResourceType } from './resourceTypes';

interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object };
  readonly additionalPrinterColumns?: readonly Column[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface Definition {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: {
    readonly plural: string;
    readonly kind: string;
    readonly singular?: string;
    readonly listKind?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions: readonly Version[];
}

export function definitionOf(object: Struct): Definition {
  return object['spec'] as unknown as Definition;
}

/** The served types of a definition without faults. */
export function typesOf(definition: Definition): readonly ResourceType[] {
  const { group, names, scope } = definition;
  return definition.versions
    .filter(({ served }) => served)
    .map((version) =>
      resourceType({
        group,
        version: version.name,
        plural: names.plural,
        kind: names.kind,
        storage: qualified(names.plural, group),
        singular: names.singular ?? names.kind.toLowerCase(),
        listKind: names.listKind ?? `${names.kind}List`,
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        namespaced: scope === 'Namespaced',
        custom: true,
        status: version.subresources?.status !== undefined,
        schema: version.schema?.openAPIV3Schema ?? {},
        columns: [NAME, ...(version.additionalPrinterColumns ?? [AGE])],
        selectable: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath),
      }),
    );
}

export function definitionFaults(object: Struct): readonly Fault[] {
  const spec = object['spec'];
  if (!isStruct(spec) || !isStruct(spec['names']) || !Array.isArray(spec['versions']))
    return [{ reason: 'FieldValueRequired', field: 'spec', detail: 'group, names, scope and versions' }];
  const definition = definitionOf(object);
  const expected = `${definition.names.plural}.${definition.group}`;
  const name = (object['metadata'] as Struct)['name'];
  const misnamed: readonly Fault[] =
    name === expected
      ? []
      : [
          {
            reason: 'FieldValueInvalid',
            field: 'metadata.name',
            value: name,
            detail: 'must be spec.names.plural+"."+spec.group',
          },
        ];
  return [...misnamed, ...definition.versions.flatMap(versionFaults)];
}

function versionFaults({ schema }: Version, index: number): readonly Fault[] {
  const field = `spec.versions[${index}].schema.openAPIV3Schema`;
  const root = schema?.openAPIV3Schema;
  if (root === undefined) return [{ reason: 'FieldValueRequired', field, detail: 'schemas are required' }];
  try {
    schemaValidator(root);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [{ reason: 'FieldValueInvalid', field, value: 'schema', detail: error.message }];
  }
  return celRules(root, field).mistakes;
}

/** The status of a definition that is served, as the controllers of a real server write it. */
export function establishedStatus(definition: Definition, now: string): Struct {
  const condition = (type: string, reason: string, message: string): Struct => ({
    type,
    status: 'True',
    lastTransitionTime: now,
    reason,
    message,
  });
  const { names } = definition;
  const accepted = {
    ...names,
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
  };
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: accepted,
    storedVersions: definition.versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}
