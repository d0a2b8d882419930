// Reads kubeconfig files and what a pod finds in itself. The formats, exec plugins and client certificates are the business of @kubernetes/client-node, of
// which only this part is used (ADR 10); tokens are read from their files each time, because it would keep some of them for ever.
import type { RequestOptions } from 'node:https';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { KubeError } from '../api';
import type { CredentialReader, Credentials, TlsMaterial } from './credentials';

export type ConfigSource =
  /** Kubeconfig files, the first of which wins where two say different things; the context named, or the current one. */
  | { readonly kind: 'Files'; readonly paths: readonly string[]; readonly context?: string }
  /** The service account of the pod we run in. `root` stands before the usual paths, in tests. */
  | { readonly kind: 'InCluster'; readonly root?: string };

export interface OpenedConfig {
  readonly read: CredentialReader;
  /** Of the context, or of the pod; undefined when it names none. */
  readonly namespace: string | undefined;
  /** The server's URL, for messages. */
  readonly server: string;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Overrides everything else. */
  readonly path?: string;
  readonly context?: string;
}

/**
 * Where to find the configuration, in kubectl's and controller-runtime's order: the flag, KUBECONFIG, the pod, `~/.kube/config`.
 * @throws KubeError `Unauthorised` when there is none
 */
export function findConfig({ env, path, context }: Surroundings): ConfigSource {
  const files = (...paths: string[]): ConfigSource => ({ kind: 'Files', paths, ...(context === undefined ? {} : { context }) });
  if (path !== undefined && path !== '') return files(path);
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((part) => part !== '');
  if (named.length > 0) return files(...named);
  if ((env['KUBERNETES_SERVICE_HOST'] ?? '') !== '') return { kind: 'InCluster' };
  const own = `${env['HOME'] ?? ''}/.kube/config`;
  if (existsSync(own)) return files(own);
  throw new KubeError(
    'Unauthorised',
    `no kubeconfig: KUBECONFIG is not set, ${own} is not there, and this is no pod; name a file`,
  );
}

/** @throws KubeError `Unauthorised` saying what is wrong with the file */
export function openConfig(source: ConfigSource): OpenedConfig {
  const first = load(source);
  let kept = first;
  const read: CredentialReader = async (refused) => {
    // An exec plugin's credential is remembered within, until it expires; everything else is read afresh.
    if (refused || !usesPlugin(kept)) kept = load(source);
    return credentialsOf(kept);
  };
  const context = first.getContextObject(first.getCurrentContext());
  return { read, namespace: context?.namespace, server: serverOf(first) };
}

function load(source: ConfigSource): KubeConfig {
  const where = source.kind === 'Files' ? source.paths.join(', ') : 'the service account of the pod';
  let config: KubeConfig;
  try {
    config = source.kind === 'Files' ? merged(source.paths) : ofPod(source.root ?? '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KubeError('Unauthorised', `${where} cannot be read as a kubeconfig: ${why}`);
  }
  if (source.kind === 'Files' && source.context !== undefined) config.setCurrentContext(source.context);
  const fault = faultOf(config);
  if (fault !== undefined) throw new KubeError('Unauthorised', `${where}: ${fault}`);
  return config;
}

function merged(paths: readonly string[]): KubeConfig {
  const [first, ...others] = paths.map((path) => {
    const config = new KubeConfig();
    config.loadFromFile(path);
    return config;
  });
  for (const other of others) first!.mergeConfig(other, true);
  return first!;
}

function ofPod(root: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return config;
}

/** Their libraries are left out of the bundle. */
const OLD_PROVIDERS: readonly string[] = ['oidc', 'gcp', 'azure'];

function faultOf(config: KubeConfig): string | undefined {
  const context = config.getCurrentContext();
  if (config.getContextObject(context) === null) return `there is no context "${context ?? ''}"`;
  const cluster = config.getCurrentCluster();
  if (cluster === null) return `context "${context}" names a cluster that is not there`;
  return clusterFault(cluster) ?? userFault(config.getCurrentUser());
}

function clusterFault({ name, server, proxyUrl = '' }: Cluster): string | undefined {
  if (!URL.canParse(server ?? '')) return `"${server}" is no URL of a server`;
  if (proxyUrl !== '') return `cluster "${name}" has a proxy-url, which is not supported; name the server itself`;
  return undefined;
}

function userFault(user: User | null): string | undefined {
  const provider = (user?.authProvider as { readonly name?: string } | undefined)?.name ?? '';
  if (!OLD_PROVIDERS.includes(provider)) return undefined;
  return `user "${user?.name}" has the auth-provider ${provider}, which kubectl has given up, too; use an exec plugin`;
}

function serverOf(config: KubeConfig): string {
  return config.getCurrentCluster()?.server ?? '';
}

function usesPlugin(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return user?.exec !== undefined && user.exec !== null;
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const server = serverOf(config);
  return { server, tls: tlsOf(options), headers: headersOf(options) };
}

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): TlsMaterial {
  return {
    ...(ca === undefined ? {} : { ca: String(ca) }),
    ...(cert === undefined ? {} : { cert: String(cert) }),
    ...(key === undefined ? {} : { key: String(key) }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === false ? { unverified: true } : {}),
  };
}

/** Trimmed: a token's file often ends with a line feed, which no header may contain. */
function headersOf({ headers = {}, auth }: RequestOptions): Readonly<Record<string, string>> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value).trim()] as const);
  const basic = typeof auth === 'string' ? ([['authorization', `Basic ${Buffer.from(auth).toString('base64')}`]] as const) : [];
  return Object.fromEntries([...basic, ...given]);
}
