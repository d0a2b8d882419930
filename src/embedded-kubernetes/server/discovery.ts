// What a client asks first: which groups, versions and resources there are. In the old form, a document per group version, and in the aggregated one.
import { AGGREGATED } from './mediaTypes';
import type { ResourceType, Types } from './resourceTypes';

const AUTHORIZATION = { group: 'authorization.k8s.io', version: 'v1' };

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

function groupVersions(types: Types): readonly GroupVersion[] {
  const all = [...types.all(), AUTHORIZATION].map(({ group, version }) => ({ group, version }));
  return all.filter((one, index) => all.findIndex((other) => nameOf(other) === nameOf(one)) === index);
}

export function nameOf({ group, version }: GroupVersion): string {
  return group === '' ? version : `${group}/${version}`;
}

export function coreVersions(address: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

export function groupList(types: Types): object {
  const groups = [...new Set(groupVersions(types).map(({ group }) => group))].filter((group) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => apiGroup(types, group)) };
}

function apiGroup(types: Types, name: string): object {
  const versions = groupVersions(types)
    .filter(({ group }) => group === name)
    .map((each) => ({ groupVersion: nameOf(each), version: each.version }));
  return { name, versions, preferredVersion: versions[0] };
}

export function groupOf(types: Types, group: string): object | undefined {
  const known = groupVersions(types).some((each) => each.group === group);
  return known ? { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(types, group) } : undefined;
}

const REVIEW = { name: 'selfsubjectaccessreviews', singularName: 'selfsubjectaccessreview', namespaced: false };

export function resourceList(types: Types, groupVersion: GroupVersion): object | undefined {
  if (!groupVersions(types).some((each) => nameOf(each) === nameOf(groupVersion))) return undefined;
  const resources =
    groupVersion.group === AUTHORIZATION.group
      ? [{ ...REVIEW, kind: 'SelfSubjectAccessReview', verbs: ['create'] }]
      : typesIn(types, groupVersion).flatMap(listed);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: nameOf(groupVersion), resources };
}

function typesIn(types: Types, { group, version }: GroupVersion): readonly ResourceType[] {
  return types.all().filter((type) => type.group === group && type.version === version);
}

function listed(type: ResourceType): readonly object[] {
  const { plural, singular, namespaced, kind, shortNames, categories, verbs } = type;
  const more = {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
  const whole = { name: plural, singularName: singular, namespaced, kind, verbs, ...more };
  if (!type.status) return [whole];
  return [whole, { name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] }];
}

/** @param core whether the document is that of `/api` or that of `/apis` */
export function aggregated(types: Types, core: boolean): object {
  const versions = groupVersions(types).filter(({ group }) => (group === '') === core);
  const groups = [...new Set(versions.map(({ group }) => group))];
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: AGGREGATED.apiVersion,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: versions
        .filter((each) => each.group === group)
        .map(({ version }) => ({ version, freshness: 'Current', resources: aggregatedIn(types, { group, version }) })),
    })),
  };
}

function aggregatedIn(types: Types, groupVersion: GroupVersion): readonly object[] {
  if (groupVersion.group === AUTHORIZATION.group) {
    const responseKind = { ...AUTHORIZATION, kind: 'SelfSubjectAccessReview' };
    return [{ resource: REVIEW.name, responseKind, scope: 'Cluster', singularResource: REVIEW.singularName, verbs: ['create'] }];
  }
  return typesIn(types, groupVersion).map((type) => {
    const responseKind = { group: type.group, version: type.version, kind: type.kind };
    const status = { subresource: 'status', responseKind, verbs: ['get', 'patch', 'update'] };
    return {
      resource: type.plural,
      responseKind,
      scope: type.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: type.singular,
      verbs: type.verbs,
      ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
      ...(type.categories.length === 0 ? {} : { categories: type.categories }),
      ...(type.status ? { subresources: [status] } : {}),
    };
  });
}
