// Writes the status of one object, conditionally on the version that was read, and not at all when it would say the same. A lost answer is not guessed
// about: the object is read again and shows what happened.
import { keepTransitionTimes, sameStatus } from './conditions';
import { KubeError, type KubeObject, type KubernetesApi, type Resource } from './api';

export type StatusWrite<T extends KubeObject> =
  /** The object as it now stands, with the version for the next write. */
  | { readonly kind: 'Written'; readonly object: T }
  | { readonly kind: 'Unchanged' }
  /** Someone else wrote since it was read. Nothing of ours is stored. */
  | { readonly kind: 'Conflict' }
  /** The object is no more, or another bears its name. */
  | { readonly kind: 'Gone' };

export interface WithStatus extends KubeObject {
  readonly status?: unknown;
}

/**
 * @param object as it was read: its resourceVersion is the condition
 * @param status the whole new status; times of conditions that did not change are kept
 * @throws KubeError `TimedOut` when the answer was lost and the write is not seen (it may still arrive), and every other error of the API
 */
export async function writeStatus<T extends WithStatus>(
  api: KubernetesApi,
  resource: Resource,
  object: T,
  status: unknown,
): Promise<StatusWrite<T>> {
  if (sameStatus(object.status, status)) return { kind: 'Unchanged' };
  const next = { ...object, status: keepTransitionTimes(status, object.status) };
  try {
    return { kind: 'Written', object: await api.replaceStatus(resource, next) };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.kind === 'Conflict') return { kind: 'Conflict' };
    if (error.kind === 'NotFound') return { kind: 'Gone' };
    if (error.kind === 'TimedOut') return afterLostAnswer(api, resource, next, error);
    throw error;
  }
}

async function afterLostAnswer<T extends WithStatus>(
  api: KubernetesApi,
  resource: Resource,
  next: T,
  lost: KubeError,
): Promise<StatusWrite<T>> {
  const found = await readBack<T>(api, resource, next);
  if (found === undefined || found.metadata.uid !== next.metadata.uid) return { kind: 'Gone' };
  if (found.metadata.resourceVersion === next.metadata.resourceVersion) throw lost;
  return sameStatus(found.status, next.status) ? { kind: 'Written', object: found } : { kind: 'Conflict' };
}

async function readBack<T extends WithStatus>(api: KubernetesApi, resource: Resource, { metadata }: T): Promise<T | undefined> {
  try {
    return await api.get<T>(resource, metadata.namespace ?? '', metadata.name);
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'NotFound') return undefined;
    throw error;
  }
}
