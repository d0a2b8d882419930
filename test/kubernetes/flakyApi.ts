// A Kubernetes API whose answers get lost: the write is carried out or not, the caller is told that nobody knows.
import { KubeError, type KubernetesApi } from '../../src/kubernetes/api';

export type Mishap = 'answer lost' | 'request lost';

/** The api with mishaps; each consumes one entry of the list, undefined entries pass. */
export function flaky(api: KubernetesApi, mishaps: (Mishap | undefined)[]): KubernetesApi {
  const hurt = async <T>(work: () => Promise<T>): Promise<T> => {
    const mishap = mishaps.shift();
    if (mishap === undefined) return work();
    if (mishap === 'answer lost') await work();
    throw new KubeError('TimedOut', `${mishap} by test`);
  };
  return {
    get: (resource, namespace, name) => api.get(resource, namespace, name),
    list: (resource, namespace) => api.list(resource, namespace),
    create: (resource, object) => hurt(() => api.create(resource, object)),
    replace: (resource, object) => hurt(() => api.replace(resource, object)),
    replaceStatus: (resource, object) => hurt(() => api.replaceStatus(resource, object)),
    delete: (resource, namespace, name) => hurt(() => api.delete(resource, namespace, name)),
    watch: (resource, namespace, version, signal) => api.watch(resource, namespace, version, signal),
  };
}
