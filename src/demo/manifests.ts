// The manifests that users apply to a cluster, as the program carries them: the CRD, the rights of the operator and of the boot server, and the samples of an
// upgrade, one of which is fitted to a simulated pool in nothing but what must differ; its comments stay, for whoever reads and copies it.
import { type Document, parse, parseDocument } from 'yaml';
import type { Right } from '../embedded-kubernetes/embeddedServer';
import type { KubeObject } from '../kubernetes/api';
import { bootsByBmc, type Booting } from './booting';
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

/** The same for the boot server. */
export const BOOT_SERVER_USER = 'system:serviceaccount:xenpool-system:xenpool-operator-boot-server';

/** What the manifests let the operator do: follow PoolUpgrades everywhere, and see Secrets in the namespaces named. */
export function operatorRights(secretsIn: readonly string[]): readonly Right[] {
  return rightsOf(manifests.clusterRules, manifests.secretsRules, secretsIn);
}

/** The same for the boot server: it follows PoolUpgrades everywhere, writes what it saw in the namespaces named, and sees no Secret. */
export function bootServerRights(servedIn: readonly string[]): readonly Right[] {
  return rightsOf(manifests.bootServerClusterRules, manifests.bootServerRules, servedIn);
}

function rightsOf(everywhere: readonly Rule[], within: readonly Rule[], namespaces: readonly string[]): readonly Right[] {
  const right = ({ apiGroups, resources, verbs }: Rule): Right => ({ groups: apiGroups, resources, verbs });
  return [...everywhere.map(right), ...within.map((rule) => ({ ...right(rule), namespaces }))];
}

export interface Surroundings {
  readonly namespace: string;
  /** Origins of all hosts, the master's first. */
  readonly endpoints: readonly string[];
  readonly booting: Booting;
  /** Where the installer of a release is. */
  readonly sourceOf: (release: NamedRelease) => Source;
  /** BMCs and the names of their hosts. */
  readonly bmcs: readonly { readonly host: string; readonly address: string }[];
}

interface NamedRelease {
  readonly brand: string;
  readonly version: string;
}

export interface Source {
  /** Root of the tree. */
  readonly repository: string;
  readonly iso: { readonly url: string; readonly sha256: string };
}

interface Reference {
  readonly name: string;
}

interface Trust {
  readonly caBundleRef: { readonly name: string; readonly key: string };
}

interface NamedHost {
  readonly name: string;
  readonly bmc: { readonly address: string; readonly credentialsRef: Reference; readonly tls: Trust };
}

/** The parts of the samples that are read or replaced here. */
export interface Sample extends KubeObject {
  readonly spec: {
    readonly pool: { readonly endpoints: readonly string[]; readonly credentialsRef: Reference; readonly tls: Trust };
    readonly target: NamedRelease;
    readonly releases: readonly (NamedRelease & {
      readonly repository?: { readonly url: string };
      readonly iso?: Source['iso'];
    })[];
    readonly hosts?: readonly NamedHost[];
  };
}

/** A manifest as a person reads it, with its comments, and what stands in it. */
export interface Fitted {
  readonly text: string;
  readonly object: Sample;
}

/** Which sample shows this way of booting; its name in deploy/samples. */
export function sampleName(booting: Booting): string {
  return bootsByBmc(booting) ? 'bmc.yaml' : 'poolupgrade.yaml';
}

function sampleFor(booting: Booting): string {
  return bootsByBmc(booting) ? manifests.bmcSample : manifests.sample;
}

/** Where the samples go. */
export function sampleTarget(): NamedRelease {
  return (parse(manifests.sample) as Sample).spec.target;
}

/** The sample with other addresses, sources and BMCs; as many endpoints as it names, while there are so many hosts. */
export function fittedSample({ namespace, endpoints, booting, sourceOf, bmcs }: Surroundings): Fitted {
  const document = parseDocument(sampleFor(booting));
  const { spec } = document.toJS() as Sample;
  const set = (path: readonly (string | number)[], value: unknown): void => setIn(document, ['spec', ...path], value);
  document.setIn(['metadata', 'namespace'], namespace);
  set(['pool', 'endpoints'], endpoints.slice(0, spec.pool.endpoints.length));
  spec.releases.forEach((release, index) => {
    const { repository, iso } = sourceOf(release);
    if (release.repository !== undefined) set(['releases', index, 'repository', 'url'], repository);
    if (release.iso !== undefined) set(['releases', index, 'iso'], iso);
  });
  if (spec.hosts !== undefined) set(['hosts'], named(spec.hosts, bmcs));
  boot(document, booting);
  return { text: document.toString({ lineWidth: 160 }), object: document.toJS() as Sample };
}

/** Staged is what the sample without BMCs comes to by itself. */
function boot(document: Document, { method, firmware }: Booting): void {
  if (method === 'Staged') return;
  setIn(document, ['spec', 'boot', 'method'], method);
  if (method !== 'Manual') setIn(document, ['spec', 'boot', 'firmware'], firmware);
}

function setIn(document: Document, path: readonly (string | number)[], value: unknown): void {
  document.setIn(path, typeof value === 'object' ? document.createNode(value, { aliasDuplicateObjects: false }) : value);
}

/** Each host as the first of the sample is named. */
function named([first]: readonly NamedHost[], bmcs: Surroundings['bmcs']): readonly NamedHost[] {
  if (first === undefined) throw new Error('deploy/samples/bmc.yaml names no host to take as the pattern of the others');
  return bmcs.map(({ host, address }) => ({ ...first, name: host, bmc: { ...first.bmc, address } }));
}

interface Login {
  readonly username: string;
  readonly password: string;
}

type Secret = KubeObject & { readonly stringData: Readonly<Record<string, string>> };

/**
 * The Secrets that the sample names, with what is in them here.
 * @param pool login to the hosts; authority in PEM, which signed the certificates of hosts and BMCs
 * @param bmc login to the BMCs; undefined where none is named
 */
export function secretsOf(
  { metadata, spec }: Sample,
  pool: Login & { readonly authority: string },
  bmc: Login | undefined,
): readonly Secret[] {
  const { credentialsRef, tls } = spec.pool;
  const secret = (name: string, stringData: Secret['stringData']): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: metadata.namespace ?? 'default' },
    stringData,
  });
  const ofBmcs = spec.hosts?.[0]?.bmc.credentialsRef.name;
  return [
    secret(credentialsRef.name, { username: pool.username, password: pool.password }),
    secret(tls.caBundleRef.name, { [tls.caBundleRef.key]: pool.authority }),
    ...(ofBmcs === undefined || bmc === undefined ? [] : [secret(ofBmcs, { username: bmc.username, password: bmc.password })]),
  ];
}
