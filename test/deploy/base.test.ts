// What the operator is given when it is installed: no more rights than it uses, and a pod that the strictest namespace admits.
import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const deploy = path.resolve(__dirname, '..', '..', 'deploy');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The objects a kustomization leads to, but for the CRD. */
function objectsOf(folder: string): readonly Thing[] {
  const { resources } = parse(readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
  return resources.flatMap((name) => {
    const at = path.join(folder, name);
    if (statSync(at).isDirectory()) return path.basename(at) === 'crds' ? [] : objectsOf(at);
    return parseAllDocuments(readFileSync(at, 'utf8')).map((document) => document.toJS() as Thing);
  });
}

/** Whatever a kustomization names: resources, components, patches. */
function namedIn(file: string): readonly string[] {
  const {
    resources = [],
    components = [],
    patches = [],
  } = parse(readFileSync(file, 'utf8')) as {
    readonly resources?: readonly string[];
    readonly components?: readonly string[];
    readonly patches?: readonly { readonly path: string }[];
  };
  return [...resources, ...components, ...patches.map((patch) => patch.path)];
}

const objects = objectsOf(path.join(deploy, 'default'));
const one = (kind: string, name = 'xenpool-operator'): Thing => {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0]!;
};
const rights = (of: Thing): readonly string[] =>
  (of.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}: ${verbs.join(' ')}`)),
  );

describe('the manifests of an installation', () => {
  it('lead to files that exist, and leave none out', () => {
    const kustomizations = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('kustomization.yaml'),
    );
    const led = kustomizations.flatMap((name) => {
      const folder = path.dirname(path.join(deploy, name));
      return namedIn(path.join(deploy, name)).map((file) => path.join(folder, file));
    });
    expect(led.filter((file) => !existsSync(file))).to.deep.equal([]);
    const yaml = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml') && !name.startsWith('samples'),
    );
    expect(yaml.filter((name) => !led.includes(path.join(deploy, name)))).to.deep.equal([]);
  });

  it('give rights in all namespaces only on what shows no password', () => {
    expect(rights(one('ClusterRole'))).to.deep.equal([
      'xenpool.dev/poolupgrades: get list watch update patch',
      'xenpool.dev/poolupgrades/status: get update patch',
      'events.k8s.io/events: create patch',
      '/namespaces: get',
      'coordination.k8s.io/leases: get create update',
    ]);
    expect(one('ClusterRoleBinding').roleRef).to.include({ kind: 'ClusterRole', name: 'xenpool-operator' });
  });

  it('give rights on Secrets and ConfigMaps by a Role, to be bound namespace by namespace', () => {
    expect(rights(one('Role', 'xenpool-operator-secrets'))).to.deep.equal([
      '/secrets: get list watch create delete',
      '/configmaps: get list create',
    ]);
    expect(one('RoleBinding', 'xenpool-operator-secrets').roleRef).to.include({ kind: 'Role', name: 'xenpool-operator-secrets' });
  });

  it('bind to the account the pod runs as', () => {
    const subjects = objects.flatMap((object) => object.subjects ?? []);
    expect(subjects).to.have.length(2);
    for (const subject of subjects) expect(subject).to.include({ kind: 'ServiceAccount', name: 'xenpool-operator' });
    const { template } = one('Deployment').spec as { template: { spec: Readonly<Record<string, unknown>> } };
    expect(template.spec['serviceAccountName']).to.equal(one('ServiceAccount').metadata.name);
  });

  it('run a pod that a restricted namespace admits, without a CPU limit', () => {
    const { template } = one('Deployment').spec as {
      template: { spec: { securityContext: object; volumes: object[]; containers: Readonly<Record<string, unknown>>[] } };
    };
    const [container, ...others] = template.spec.containers;
    expect(others).to.deep.equal([]);
    expect(template.spec.securityContext).to.deep.include({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container?.['securityContext']).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect((container?.['resources'] as { limits: object }).limits).to.have.all.keys('memory');
  });
});
