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
    list: (resource, namespace, options) => api.list(resource, namespace, options),
    create: (resource, object) => hurt(() => api.create(resource, object)),
    replace: (resource, object) => hurt(() => api.replace(resource, object)),
    replaceStatus: (resource, object) => hurt(() => api.replaceStatus(resource, object)),
    patch: (resource, namespace, name, patch, part) => hurt(() => api.patch(resource, namespace, name, patch, part)),
    delete: (resource, namespace, name) => hurt(() => api.delete(resource, namespace, name)),
    watch: (...asked) => api.watch(...asked),
  };
}
