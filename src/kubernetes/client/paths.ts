// Where things lie on an API server.
import type { ListOptions, Resource, WatchOptions } from '../api';

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
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
}
