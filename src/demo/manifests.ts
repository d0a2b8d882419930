// The manifests that users apply to a cluster, as the program carries them: the CRD, the rights of the operator's roles, and the sample of an upgrade, which
// is fitted to a simulated pool in nothing but what must differ.
import { parse } from 'yaml';
import type { Right } from '../embedded-kubernetes/embeddedServer';
import type { KubeObject } from '../kubernetes/api';
import manifests from './generated/manifests.json';

/** A rule of a Role, as far as the operator's have it. */
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The CRD of the PoolUpgrade. */
export const DEFINITION = manifests.definition as unknown as KubeObject;

/** The name of the operator's ServiceAccount in the manifests, as an API server knows it. */
export const OPERATOR_USER = 'system:serviceaccount:xenpool-system:xenpool-operator';

/** What the manifests let the operator do: follow PoolUpgrades everywhere, and see Secrets in the namespaces named. */
export function operatorRights(secretsIn: readonly string[]): readonly Right[] {
  const right = ({ apiGroups, resources, verbs }: Rule): Right => ({ groups: apiGroups, resources, verbs });
  return [
    ...manifests.clusterRules.map(right),
    ...manifests.secretsRules.map((rule) => ({ ...right(rule), namespaces: secretsIn })),
  ];
}

export interface Surroundings {
  readonly namespace: string;
  /** Origins of all hosts, the master's first. */
  readonly endpoints: readonly string[];
  /** URL of the installation repository of a release. */
  readonly repositoryOf: (release: { readonly brand: string; readonly version: string }) => string;
}

/** The parts of the sample that are read or replaced here. */
interface Sample extends KubeObject {
  readonly spec: {
    readonly pool: {
      readonly endpoints: readonly string[];
      readonly credentialsRef: { readonly name: string };
      readonly tls: { readonly caBundleRef: { readonly name: string; readonly key: string } };
    };
    readonly target: { readonly brand: string; readonly version: string };
    readonly releases: readonly {
      readonly brand: string;
      readonly version: string;
      readonly repository: { readonly url: string };
    }[];
  };
}

/** Where the sample goes. */
export function sampleTarget(): { readonly brand: string; readonly version: string } {
  return (parse(manifests.sample) as Sample).spec.target;
}

/** `deploy/samples/poolupgrade.yaml` with other endpoints and repositories; as many endpoints as it names, while there are so many hosts. */
export function fittedSample({ namespace, endpoints, repositoryOf }: Surroundings): Sample {
  const sample = parse(manifests.sample) as Sample;
  const { pool, releases } = sample.spec;
  return {
    ...sample,
    metadata: { ...sample.metadata, namespace },
    spec: {
      ...sample.spec,
      pool: { ...pool, endpoints: endpoints.slice(0, pool.endpoints.length) },
      releases: releases.map((release) => ({ ...release, repository: { url: repositoryOf(release) } })),
    },
  };
}

/** The Secrets that the sample names, with what is in them here. */
export function secretsOf(
  sample: Sample,
  login: { readonly username: string; readonly password: string; readonly authority: string },
): readonly (KubeObject & { readonly stringData: Readonly<Record<string, string>> })[] {
  const { credentialsRef, tls } = sample.spec.pool;
  const secret = (name: string, stringData: Readonly<Record<string, string>>): ReturnType<typeof secretsOf>[number] => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: sample.metadata.namespace ?? 'default' },
    stringData,
  });
  return [
    secret(credentialsRef.name, { username: login.username, password: login.password }),
    secret(tls.caBundleRef.name, { [tls.caBundleRef.key]: login.authority }),
  ];
}
