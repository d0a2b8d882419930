// Who asks, by bearer token, and what they may. Rights are those of a Role, written down where the server is started; Roles that are stored mean nothing here.
import type { Struct } from '../schema/schema';
import { ApiError, qualified } from '../status';

/** As a rule of a Role; `*` is any. */
export interface Right {
  readonly groups: readonly string[];
  /** `poolupgrades`, `poolupgrades/status`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Every namespace, and what has none, when absent. */
  readonly namespaces?: readonly string[];
  readonly names?: readonly string[];
}

export interface Identity {
  readonly user: string;
  /** Everything when absent. */
  readonly rights?: readonly Right[];
}

export interface Access {
  readonly verb: string;
  readonly group: string;
  /** With its subresource after a slash. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** @throws ApiError 401 for a token nobody has; without a token 403 follows, as for `system:anonymous` */
export function identify(header: string | undefined, tokens: ReadonlyMap<string, Identity>): Identity {
  if (header === undefined) return { user: 'system:anonymous', rights: [] };
  const token = /^Bearer (.+)$/i.exec(header)?.[1]?.trim();
  const found = token === undefined ? undefined : tokens.get(token);
  if (found === undefined) throw new ApiError('Forbidden', 401, 'Unauthorized', 'Unauthorized');
  return found;
}

/** @throws ApiError 403 that names user, verb and resource */
export function authorize({ user, rights }: Identity, access: Access): void {
  if (rights === undefined || rights.some((right) => grants(right, access))) return;
  const { verb, group, resource, namespace, name } = access;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `User ${JSON.stringify(user)} cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
  const plural = resource.split('/')[0]!;
  const about = name === '' ? '' : ` ${JSON.stringify(name)}`;
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
  throw new ApiError('Forbidden', 403, 'Forbidden', `${qualified(plural, group)}${about} is forbidden: ${what}`, details);
}

function grants(right: Right, { verb, group, resource, namespace, name }: Access): boolean {
  return (
    includes(right.verbs, verb) &&
    includes(right.groups, group) &&
    includes(right.resources, resource) &&
    (right.namespaces === undefined || right.namespaces.includes(namespace)) &&
    (right.names === undefined || right.names.includes(name))
  );
}

function includes(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

/** @throws ApiError 403 for paths that are no resources, when nobody is asking */
export function authorizePath({ user }: Identity, path: string, verb: string): void {
  if (user !== 'system:anonymous' || ['/version', '/healthz', '/readyz', '/livez'].includes(path)) return;
  throw new ApiError('Forbidden', 403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path ${JSON.stringify(path)}`, {});
}

/** Answers `kubectl auth can-i`. */
export function accessReview(identity: Identity, review: Struct): Struct {
  const asked = ((review['spec'] as Struct | undefined)?.['resourceAttributes'] ?? {}) as Record<string, string>;
  const resource = [asked['resource'] ?? '', asked['subresource']].filter((part) => part !== undefined && part !== '').join('/');
  const access = { verb: asked['verb'] ?? '', group: asked['group'] ?? '', resource, namespace: asked['namespace'] ?? '' };
  const allowed =
    identity.rights === undefined || identity.rights.some((right) => grants(right, { ...access, name: asked['name'] ?? '' }));
  return { ...review, status: { allowed } };
}
