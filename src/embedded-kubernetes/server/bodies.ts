// Bodies of requests: JSON or YAML, and which kind of patch one is. A body of the wrong kind is refused before anything is looked at.
import { parse } from 'yaml';
import { ApiError, badRequest } from '../status';
import type { ApiRequest } from './apiRequest';
import { contentTypeOf } from './mediaTypes';
import type { ResourceType } from './resourceTypes';
import type { PatchKind } from './writer';

const PATCHES: ReadonlyMap<string, PatchKind> = new Map<string, PatchKind>([
  ['application/merge-patch+json', 'merge'],
  ['application/json-patch+json', 'json'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

/** @throws ApiError 415 for content that is no patch, or none this resource takes */
export function patchKindOf({ headers }: ApiRequest, type: ResourceType): PatchKind {
  const kind = PATCHES.get(contentTypeOf(headers['content-type']));
  if (kind !== undefined && !(kind === 'strategic' && type.custom)) return kind;
  const taken = [...PATCHES].filter(([, each]) => each !== 'strategic' || !type.custom).map(([name]) => name);
  throw unsupported(taken);
}

function unsupported(taken: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${taken.join(', ')}`;
  return new ApiError('Invalid', 415, 'UnsupportedMediaType', message, {});
}

/** @throws ApiError 400 for what cannot be parsed */
export function readBody({ headers, body }: ApiRequest): unknown {
  const type = contentTypeOf(headers['content-type']);
  try {
    if (type.endsWith('yaml')) return parse(body) as unknown;
    if (type === '' || type.endsWith('json')) return JSON.parse(body) as unknown;
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw unsupported(['application/json', 'application/yaml']);
}
