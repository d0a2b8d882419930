// What a person would do with kubectl before an upgrade begins: the CRD, the namespaces, the Secrets, and the manifest. Done again after a resume it changes
// nothing that is there.
import { readFileSync } from 'node:fs';
import { KubeError, type KubeObject, type KubernetesApi, NAMESPACES, type Resource, SECRETS } from '../kubernetes/api';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { vendorIso } from '../simulator/media/vendorIso';
import { repositoryOf } from '../simulator/servers/simulation';
import type { Release } from '../simulator/world';
import type { Booting } from './booting';
import { DEFINITION, fittedSample, secretsOf, type Source } from './manifests';
import type { ServedPool } from './processes';

const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

/** Where the PoolUpgrade is, and where the operator would live. */
export const NAMESPACE = 'demo';
export const SYSTEM_NAMESPACE = 'xenpool-system';

/** @returns the manifest as a person would have written it */
export async function install(api: KubernetesApi, { pool, bmcs, mirror }: ServedPool, booting: Booting): Promise<string> {
  const { endpoints, username, password, caFile } = pool;
  const sourceOf = ({ brand, version }: { readonly brand: string; readonly version: string }): Source => {
    const release: Release = { brand: brand as Release['brand'], version };
    const iso = { url: `${mirror.url}${brand}/${version}.iso`, sha256: vendorIso(release).sha256 };
    return { repository: repositoryOf(release), iso };
  };
  const { text, object } = fittedSample({ namespace: NAMESPACE, endpoints, booting, sourceOf, bmcs });
  const secrets = secretsOf(object, { username, password, authority: readFileSync(caFile, 'utf8') }, bmcs[0]);
  await present(api, DEFINITIONS, DEFINITION);
  for (const name of [NAMESPACE, SYSTEM_NAMESPACE])
    await present(api, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const secret of secrets) await present(api, SECRETS, secret);
  await present(api, POOL_UPGRADES, object);
  return text;
}

async function present(api: KubernetesApi, resource: Resource, object: KubeObject): Promise<void> {
  try {
    await api.create(resource, object);
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'AlreadyExists') throw error;
  }
}
