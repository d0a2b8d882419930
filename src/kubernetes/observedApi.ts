// The same API, and somebody is told of each call: which verb on which resource, what came of it and how long it took. For metrics; nothing is changed.
import type { Clock } from '../foundation/clock';
import { KubeError, type KubernetesApi, type Resource } from './api';

export interface ApiCall {
  /** As RBAC has it: get, list, create, update, patch, delete, watch. */
  readonly verb: string;
  /** `poolupgrades/status` for a status. */
  readonly resource: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly conflict: boolean;
  /** Of a watch: how long it was open. */
  readonly tookMs: number;
}

type Begun = (verb: string, resource: Resource, subresource?: string) => End;
/** @param error what the call ended with, if anything */
type End = (error?: unknown) => void;

/** @param clock real time @param onCall must not throw */
export function observedApi(api: KubernetesApi, clock: Clock, onCall: (call: ApiCall) => void): KubernetesApi {
  const begin: Begun = (verb, { plural }, subresource) => {
    const from = clock.monotonic();
    const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
    return (error) => onCall({ verb, resource, ...outcomeOf(verb, error), tookMs: clock.monotonic() - from });
  };
  const told = async <T>(end: End, work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  };
  return {
    get: (resource, namespace, name) => told(begin('get', resource), api.get(resource, namespace, name)),
    list: (resource, namespace, options) => told(begin('list', resource), api.list(resource, namespace, options)),
    create: (resource, object) => told(begin('create', resource), api.create(resource, object)),
    replace: (resource, object) => told(begin('update', resource), api.replace(resource, object)),
    replaceStatus: (resource, object) => told(begin('update', resource, 'status'), api.replaceStatus(resource, object)),
    patch: (resource, namespace, name, patch, subresource) =>
      told(begin('patch', resource, subresource), api.patch(resource, namespace, name, patch, subresource)),
    delete: (resource, namespace, name) => told(begin('delete', resource), api.delete(resource, namespace, name)),
    watch: (resource, namespace, version, signal, options) =>
      watched(begin('watch', resource), api.watch(resource, namespace, version, signal, options)),
  };
}

async function* watched<T>(end: End, events: AsyncIterable<T>): AsyncIterable<T> {
  let failure: unknown;
  try {
    yield* events;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    end(failure);
  }
}

function outcomeOf(verb: string, error: unknown): Pick<ApiCall, 'status' | 'conflict'> {
  if (error === undefined) return { status: verb === 'create' ? 201 : 200, conflict: false };
  if (!(error instanceof KubeError)) return { status: 0, conflict: false };
  return { status: error.detail.status ?? 0, conflict: error.kind === 'Conflict' };
}
