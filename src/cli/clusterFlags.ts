// The flags of commands that look at objects in a cluster, and the client they open: the cluster is found as kubectl finds it.
import { Command } from 'commander';
import { realClock } from '../foundation/realClock';
import { KubeError, type KubernetesApi } from '../kubernetes/api';
import { createKubernetesClient } from '../kubernetes/client/client';
import { KeptCredentials } from '../kubernetes/client/credentials';
import { findConfig, openConfig } from '../kubernetes/client/kubeConfig';
import { VERSION } from './version';

export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export interface Cluster {
  readonly api: KubernetesApi;
  /** The flag's, else the context's, else `default`. */
  readonly namespace: string;
}

export function withClusterFlags(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'how to reach the cluster; default: KUBECONFIG, the pod it runs in, ~/.kube/config')
    .option('--context <name>', 'which context of it; default: the current one')
    .option('-n, --namespace <name>', "namespace of the object; default: the context's, else default");
}

/** @param work done with the cluster, whose connections are closed afterwards. @throws KubeError; also when no cluster can be found */
export async function inCluster<T>(flags: ClusterFlags, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const { kubeconfig, context, namespace } = flags;
  const named = { ...(kubeconfig === undefined ? {} : { path: kubeconfig }), ...(context === undefined ? {} : { context }) };
  const config = openConfig(findConfig({ env: process.env, ...named }));
  const clock = realClock();
  const credentials = new KeptCredentials(clock, config.read);
  const client = createKubernetesClient({ credentials, clock, userAgent: `xenpool/${VERSION}` });
  try {
    return await work({ api: client.api, namespace: namespace ?? config.namespace ?? 'default' });
  } finally {
    client.close();
  }
}

/** What a person can mend (no such object, no right, no cluster) in words; everything else is thrown on. */
export function inWords(error: unknown): string {
  if (error instanceof KubeError) return error.message;
  throw error;
}
