// A request as the API means it: which resource, which verb, which options. Read from path and query; what is asked wrongly is refused here.
import { badRequest, invalid } from '../status';
import type { ResourceType, Types } from './resourceTypes';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface Target {
  readonly type: ResourceType;
  /** '' for all namespaces, or none. */
  readonly namespace: string;
  /** '' for the collection. */
  readonly name: string;
  readonly subresource: string;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
  /** Whether the writer named itself. */
  readonly named: boolean;
}

/** @returns undefined for a path at which no resource is */
export function targetOf(pathname: string, types: Types): Target | undefined {
  const [root, ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = '', ...path] = root === 'api' ? ['', ...rest] : rest;
  const inside = isInNamespace(group, path);
  const [plural = '', ...object] = inside ? path.slice(2) : path;
  const type = types.find(group, version, plural);
  return type && targetIn(type, inside ? path[1]! : '', object);
}

function isInNamespace(group: string, [first, , third]: readonly string[]): boolean {
  return first === 'namespaces' && third !== undefined && !isOwnSubresource(group, third);
}

/** `/api/v1/namespaces/NAME/status` is about the namespace itself. */
function isOwnSubresource(group: string, part: string): boolean {
  return group === '' && part === 'status';
}

function targetIn(type: ResourceType, namespace: string, path: readonly string[]): Target | undefined {
  const [name = '', subresource = '', more] = path;
  const isThere = subresource === '' || (subresource === 'status' && type.status);
  if (!isThere || more !== undefined || (namespace !== '' && !type.namespaced)) return undefined;
  return { type, namespace, name, subresource };
}

export function writeOptions(query: URLSearchParams, userAgent: string): WriteOptions {
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All' && value !== ''))
    throw invalid(OPTIONS, '', [
      { reason: 'FieldValueNotSupported', field: 'dryRun', value: dryRun, detail: 'supported values: "All"' },
    ]);
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation))
    throw invalid(OPTIONS, '', [
      {
        reason: 'FieldValueNotSupported',
        field: 'fieldValidation',
        value: fieldValidation,
        detail: 'supported values: "Ignore", "Strict", "Warn"',
      },
    ]);
  const named = query.get('fieldManager') ?? '';
  return {
    dryRun: dryRun.includes('All'),
    fieldManager: named === '' ? (userAgent.split('/')[0]?.slice(0, 128) ?? '') || 'unknown' : named,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: query.get('force') === 'true',
    named: named !== '',
  };
}

const OPTIONS = { group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'PatchOptions' };

export function isTrue(query: URLSearchParams, name: string): boolean {
  return ['true', '1'].includes(query.get(name) ?? '');
}

/** A whole number of a query, or undefined. @throws ApiError 400 */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
