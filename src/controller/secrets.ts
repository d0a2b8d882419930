// Reading one key of a Secret. That the Secret or the key is missing is an answer, worth a sentence for whoever wrote the manifest; that the cluster's API
// does not answer is an error like any other.
import { KubeError, type KubernetesApi, type KubeObject, SECRETS } from '../kubernetes/api';

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export type SecretValue = { readonly value: string } | { readonly missing: string };

/**
 * @returns the text under the key, or what is missing, e.g. `Secret rack7-root has no key password`
 * @throws KubeError but for NotFound
 */
export async function readSecretKey(api: KubernetesApi, namespace: string, name: string, key: string): Promise<SecretValue> {
  try {
    const { data } = await api.get<Secret>(SECRETS, namespace, name);
    const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
    if (value === undefined) return { missing: `Secret ${name} has no key ${key}` };
    return { value: Buffer.from(value, 'base64').toString('utf8') };
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'NotFound') throw error;
    return { missing: `there is no Secret ${name} in namespace ${namespace}` };
  }
}
