// How commands that talk to a cluster find it: as kubectl does.
import { KubeError } from '../kubernetes/api';
import { findConfig, type OpenedConfig, openConfig } from '../kubernetes/client/kubeConfig';

export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** @returns what is wrong, in words, when no cluster can be found */
export function readConfig({ kubeconfig, context }: ClusterFlags): OpenedConfig | string {
  try {
    const named = { ...(kubeconfig === undefined ? {} : { path: kubeconfig }), ...(context === undefined ? {} : { context }) };
    return openConfig(findConfig({ env: process.env, ...named }));
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}
