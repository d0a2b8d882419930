// A cluster for commands that read one: the embedded server on its socket, the CRD, one namespace, and a kubeconfig for each who may come.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DEFINITION } from '../../src/demo/manifests';
import { type EmbeddedServer, type Identity, startEmbeddedServer } from '../../src/embedded-kubernetes/embeddedServer';
import { realClock } from '../../src/foundation/realClock';
import { seededRandom } from '../../src/foundation/random';
import { type KubernetesApi, NAMESPACES, type Resource } from '../../src/kubernetes/api';
import { createKubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { openConfig } from '../../src/kubernetes/client/kubeConfig';

const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

export interface SmallCluster {
  /** For files of the test; gone with the cluster. */
  readonly folder: string;
  /** Path of the kubeconfig of `admin`, or of another who was named; its context is in namespace `ops`. */
  kubeconfig(who?: string): string;
  close(): Promise<void>;
}

/** @param fill what `admin` puts in. @param others who may come beside `admin`, by name */
export async function smallCluster(
  fill: (api: KubernetesApi) => Promise<void>,
  others: Readonly<Record<string, Identity>> = {},
): Promise<SmallCluster> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-cluster-'));
  const tokens = new Map<string, Identity>(Object.entries({ admin: { user: 'admin' }, ...others }));
  const server = await startEmbeddedServer({ clock: realClock(), random: seededRandom(1), tokens });
  const kubeconfig = (who = 'admin'): string => path.join(folder, `${who}.kubeconfig`);
  for (const token of tokens.keys()) writeFileSync(kubeconfig(token), configOf(server, token));
  const close = async (): Promise<void> => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
  const clock = realClock();
  const credentials = new KeptCredentials(clock, openConfig({ kind: 'Files', paths: [kubeconfig()] }).read);
  const client = createKubernetesClient({ credentials, clock, userAgent: 'test' });
  try {
    await client.api.create(DEFINITIONS, DEFINITION);
    await client.api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
    await fill(client.api);
  } finally {
    client.close();
  }
  return { folder, kubeconfig, close };
}

/** JSON is YAML. */
function configOf({ url, ca }: EmbeddedServer, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'c', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c', namespace: 'ops' } }],
    'current-context': 'c',
  });
}
