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
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = ''] = root === 'api' ? ['', rest[0]] : rest;
  const path = rest.slice(root === 'api' ? 1 : 2);
  const [first, second, third] = path;
  if (first === 'namespaces' && second !== undefined && third !== undefined && !isOwnSubresource(group, third))
    return target(types, group, version, second, path.slice(2));
  return target(types, group, version, '', path);
}

/** `/api/v1/namespaces/NAME/status` is about the namespace itself. */
function isOwnSubresource(group: string, part: string): boolean {
  return group === '' && (part === 'status' || part === 'finalize');
}

function target(types: Types, group: string, version: string, namespace: string, path: readonly string[]): Target | undefined {
  const [plural = '', name = '', subresource = '', more] = path;
  const type = types.find(group, version, plural);
  if (type === undefined || more !== undefined) return undefined;
  if (!type.namespaced && namespace !== '') return undefined;
  if (
    subresource !== '' &&
    !(subresource === 'status' && type.status) &&
    !(subresource === 'finalize' && plural === 'namespaces')
  )
    return undefined;
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
