// The small resource that both operators work on, and the one job they do: whenever the spec of a kite changes, say so in its status, with one write. Each
// operator has a group of its own, so that the API server's own counters tell their requests apart.
import type { KubeObject, Resource } from '../../src/kubernetes/api';

export const CONTESTANTS = ['ours', 'plain'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

export const NAMESPACE = 'default';

export interface Kite extends KubeObject {
  readonly spec: {
    /** Counts the changes. */
    readonly turn: number;
    /** Makes it as large as real objects are. */
    readonly tail?: string;
  };
  readonly status?: KiteStatus;
}

export interface KiteStatus {
  readonly observedGeneration: number;
  /** Of the spec that was seen. */
  readonly turn?: number;
  readonly conditions?: readonly object[];
}

export const groupOf = (contestant: Contestant): string => `${contestant}.bench.xenpool.dev`;

export const kitesIn = (group: string): Resource => ({ group, version: 'v1', plural: 'kites', kind: 'Kite' });

/** The job: what the status of this kite ought to be. */
export function statusFor({ metadata: { generation = 0 }, spec: { turn } }: Kite, now: Date): KiteStatus {
  const condition = { type: 'Ready', status: 'True', reason: 'Seen', message: `turn ${turn} was seen` };
  const times = { observedGeneration: generation, lastTransitionTime: now.toISOString() };
  return { observedGeneration: generation, turn, conditions: [{ ...condition, ...times }] };
}

export const isSettled = ({ spec, status }: Kite): boolean => status?.turn === spec.turn;

export function kite(group: string, name: string, bytes = 0): Kite {
  const spec = { turn: 1, ...(bytes === 0 ? {} : { tail: '~'.repeat(bytes) }) };
  return { apiVersion: `${group}/v1`, kind: 'Kite', metadata: { name, namespace: NAMESPACE }, spec };
}

export function crdOf(group: string): object {
  const integer = { type: 'integer', format: 'int64' };
  const text = { type: 'string' };
  const condition = { type: 'object', required: ['type', 'status'], 'x-kubernetes-preserve-unknown-fields': true };
  const status = {
    type: 'object',
    default: { observedGeneration: -1 },
    properties: {
      observedGeneration: integer,
      turn: integer,
      conditions: { type: 'array', items: { ...condition, properties: { type: text, status: text } } },
    },
  };
  const spec = { type: 'object', required: ['turn'], properties: { turn: integer, tail: text } };
  const openAPIV3Schema = { type: 'object', required: ['spec'], properties: { spec, status } };
  const version = { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `kites.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Kite', listKind: 'KiteList', plural: 'kites', singular: 'kite' },
      versions: [version],
    },
  };
}
