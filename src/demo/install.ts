// What a person would do with kubectl before an upgrade begins: the CRD, the namespaces, the Secrets, and the manifest. Done again after a resume it changes
// nothing that is there.
import { readFileSync } from 'node:fs';
import { KubeError, type KubeObject, type KubernetesApi, NAMESPACES, type Resource, SECRETS } from '../kubernetes/api';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { repositoryOf } from '../simulator/servers/simulation';
import type { Release } from '../simulator/world';
import { DEFINITION, fittedSample, secretsOf } from './manifests';
import type { ServedPool } from './trio';

const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

/** Where the PoolUpgrade is, and where the operator would live. */
export const NAMESPACE = 'demo';
export const SYSTEM_NAMESPACE = 'xenpool-system';

/** @returns the name of the PoolUpgrade */
export async function install(api: KubernetesApi, { pool }: ServedPool): Promise<string> {
  const { endpoints, username, password, caFile } = pool;
  const sample = fittedSample({
    namespace: NAMESPACE,
    endpoints,
    repositoryOf: ({ brand, version }) => repositoryOf({ brand: brand as Release['brand'], version }),
  });
  const secrets = secretsOf(sample, { username, password, authority: readFileSync(caFile, 'utf8') });
  await present(api, DEFINITIONS, DEFINITION);
  for (const name of [NAMESPACE, SYSTEM_NAMESPACE])
    await present(api, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const secret of secrets) await present(api, SECRETS, secret);
  await present(api, POOL_UPGRADES, sample);
  return sample.metadata.name;
}

async function present(api: KubernetesApi, resource: Resource, object: KubeObject): Promise<void> {
  try {
    await api.create(resource, object);
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'AlreadyExists') throw error;
  }
}
