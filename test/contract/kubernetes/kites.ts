// The contract's own small custom resource: each rule of the API has one field here that it can be seen at.

export const GROUP = 'contract.xenpool.dev';
export const CRD = 'kites.contract.xenpool.dev';
export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const text = { type: 'string' };

const line = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 20 },
    length: { type: 'integer', minimum: 1 },
    colour: { type: 'string', default: 'white' },
  },
};

const spec = {
  type: 'object',
  required: ['wind'],
  properties: {
    wind: { type: 'integer', format: 'int32', minimum: 0, maximum: 12 },
    colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    code: { type: 'string', pattern: '^[a-z]+$', maxLength: 8, minLength: 2 },
    since: { type: 'string', format: 'date-time' },
    frozen: { type: 'string', maxLength: 200 },
    even: {
      type: 'integer',
      'x-kubernetes-validations': [
        { rule: 'self % 2 == 0', message: 'must be even' },
        { rule: '!(self in [666])', messageExpression: "self == 666 ? 'not 666' : 'no'", reason: 'FieldValueForbidden' },
      ],
    },
    wait: {
      type: 'string',
      maxLength: 16,
      'x-kubernetes-validations': [{ rule: "duration(self) <= duration('1h')" }],
    },
    tags: { type: 'array', maxItems: 5, 'x-kubernetes-list-type': 'set', items: { type: 'string', maxLength: 20 } },
    steps: { type: 'array', maxItems: 5, 'x-kubernetes-list-type': 'atomic', items: { type: 'string', maxLength: 20 } },
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: line,
    },
    labels: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string', maxLength: 20 } },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    maybe: { type: 'string', nullable: true },
    nested: { type: 'object', default: {}, properties: { depth: { type: 'integer', default: 3 } } },
  },
};

const status = {
  type: 'object',
  default: { observedGeneration: -1 },
  properties: {
    observedGeneration: { type: 'integer', format: 'int64', minimum: -1 },
    phase: { type: 'string', maxLength: 20 },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: { type: 'object', required: ['type'], properties: { type: text, status: text } },
    },
  },
};

export const KITES = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: CRD },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Kite', listKind: 'KiteList', plural: 'kites', singular: 'kite', shortNames: ['kt'], categories: ['toys'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        selectableFields: [{ jsonPath: '.spec.colour' }],
        additionalPrinterColumns: [
          { name: 'Colour', type: 'string', jsonPath: '.spec.colour', description: 'What it looks like' },
          { name: 'Wind', type: 'integer', jsonPath: '.spec.wind' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Lines', type: 'string', jsonPath: '.spec.lines[*].name' },
          { name: 'Code', type: 'string', jsonPath: '.spec.code', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'Something that flies on lines.',
            required: ['spec'],
            properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, spec, status },
            'x-kubernetes-validations': [
              {
                rule: "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase != 'Flying' || has(self.spec.frozen) == has(oldSelf.spec.frozen) && (!has(self.spec.frozen) || self.spec.frozen == oldSelf.spec.frozen) && has(self.spec.tags) == has(oldSelf.spec.tags) && (!has(self.spec.tags) || self.spec.tags == oldSelf.spec.tags) && has(self.spec.steps) == has(oldSelf.spec.steps) && (!has(self.spec.steps) || self.spec.steps == oldSelf.spec.steps)",
                message: 'immutable while it flies',
                messageExpression: "'immutable while it flies (phase ' + oldSelf.status.phase + ')'",
                reason: 'FieldValueForbidden',
                fieldPath: '.spec',
              },
            ],
          },
        },
      },
    ],
  },
};

/** A kite that breaks nothing. */
export function kite(name: string, spec: object = {}, metadata: object = {}): Record<string, unknown> {
  return { apiVersion: `${GROUP}/v1`, kind: 'Kite', metadata: { name, ...metadata }, spec: { wind: 3, ...spec } };
}
