// Where things lie on an API server, and what a request for them is called in messages.
import { type ListOptions, nameOf, type Resource, type Subresource, type WatchOptions } from '../api';
import type { Asked } from './failure';

/** `/apis/xenpool.dev/v1alpha1/namespaces/ops/poolupgrades/rack7/status`. An empty or absent namespace: the cluster, or all namespaces. */
export function pathOf({ group, version, plural }: Resource, namespace = '', ...below: readonly string[]): string {
  const root = group === '' ? ['api', version] : ['apis', group, version];
  const inside = namespace === '' ? [] : ['namespaces', namespace];
  return `/${[...root, ...inside, plural, ...below].map(encodeURIComponent).join('/')}`;
}

export function listQuery({ labelSelector, fieldSelector, limit, continue: rest }: ListOptions): string {
  return query({ labelSelector, fieldSelector, limit, continue: rest });
}

export function watchQuery(resourceVersion: string, options: WatchOptions): string {
  const { labelSelector, fieldSelector, timeoutSeconds, bookmarks } = options;
  const allowWatchBookmarks = bookmarks === true ? 'true' : undefined;
  return query({ watch: 'true', resourceVersion, labelSelector, fieldSelector, timeoutSeconds, allowWatchBookmarks });
}

function query(members: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(members)) if (value !== undefined && value !== '') given.set(key, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** `update poolupgrades.xenpool.dev/status ops/rack7`, `list secrets in all namespaces`. */
export function about(verb: string, resource: Resource, namespace = '', name = '', subresource?: Subresource): Asked {
  const kind = `${nameOf(resource)}${subresource === undefined ? '' : `/${subresource}`}`;
  if (name !== '') return { what: `${verb} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}` };
  return { what: `${verb} ${kind} in ${namespace === '' ? 'all namespaces' : `namespace ${namespace}`}` };
}
