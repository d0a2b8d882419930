// What the boot server is given when it is installed: less than the operator, no Secret, and no right to change a PoolUpgrade. That kustomize puts it together so,
// and that an API server sees it the same way, is tested with the end-to-end tests.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { runCli } from '../cli/runCli';

const folder = path.resolve(__dirname, '..', '..', 'deploy', 'boot-server');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
interface Container {
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly resources: { readonly limits: object };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}
interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
}
interface Pod {
  readonly serviceAccountName: string;
  readonly securityContext: object;
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
}
interface Deployment {
  readonly spec: { readonly replicas: number; readonly strategy: object; readonly template: { readonly spec: Pod } };
}
interface Role {
  readonly rules: readonly Rule[];
}
interface Binding {
  readonly subjects: readonly { readonly name: string }[];
}

const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const documents = (name: string): readonly unknown[] => parseAllDocuments(read(name)).map((one) => one.toJS() as unknown);
const { spec } = parse(read('server/deployment.yaml')) as Deployment;
const pod = spec.template.spec;
const [container] = pod.containers;
const patched = (name: string): Pod => (parse(read(name)) as Deployment).spec.template.spec;

describe('the manifests of the boot server', () => {
  it('let it follow PoolUpgrades everywhere, write ConfigMaps where it is told to, and nothing else', () => {
    const [everywhere, binding] = documents('server/clusterrole.yaml') as [Role, Binding];
    const [here, bindingHere] = documents('access/role.yaml') as [Role, Binding];
    expect(everywhere.rules).to.deep.equal([
      { apiGroups: ['xenpool.dev'], resources: ['poolupgrades'], verbs: ['get', 'list', 'watch'] },
    ]);
    expect(here.rules).to.deep.equal([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] }]);
    const { metadata } = parse(read('server/serviceaccount.yaml')) as { metadata: { name: string } };
    for (const { subjects } of [binding, bindingHere]) expect(subjects.map(({ name }) => name)).to.deep.equal([metadata.name]);
    expect([pod.serviceAccountName, metadata.name]).to.deep.equal(Array(2).fill('xenpool-operator-boot-server'));
  });

  it('run one at a time, as a pod that a restricted namespace admits', () => {
    expect([spec.replicas, spec.strategy]).to.deep.equal([1, { type: 'Recreate' }]);
    expect(pod.securityContext).to.deep.include({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits).to.deep.equal({ memory: '256Mi' });
    expect(container.ports.every(({ containerPort }) => containerPort > 1024)).to.equal(true);
  });

  it('mount the same keys into both processes, at the place that each is told', () => {
    const controller = patched('controller.yaml');
    const secrets = [pod, controller].map(({ volumes }) => volumes.find(({ name }) => name === 'boot-key')?.secret?.secretName);
    expect(secrets).to.deep.equal(['xenpool-boot-key', 'xenpool-boot-key']);
    const mounts = [container, controller.containers[0]].map(({ volumeMounts }) => volumeMounts[0]);
    for (const mount of mounts) expect(mount).to.include({ name: 'boot-key', readOnly: true });
    expect(container.args).to.include(`--key-file=${mounts[0]?.mountPath}/boot.key`);
    expect(controller.containers[0].env).to.deep.equal([
      { name: 'XENPOOL_BOOT_KEY_FILE', value: `${mounts[1]?.mountPath}/boot.key` },
    ]);
  });

  it('name flags and variables that the program knows', async () => {
    const { out } = await runCli('boot-server', '--help');
    const [name, ...flags] = container.args ?? [];
    expect(name).to.equal('boot-server');
    for (const flag of flags) expect(out).to.include(`${flag.split('=')[0]} <`);
    const env = [container, patched('tftp/deployment.yaml').containers[0], patched('media/deployment.yaml').containers[0]];
    const variables = env
      .flatMap((one) => one.env.map((variable) => variable.name))
      .filter((each) => each.startsWith('XENPOOL_'));
    expect(variables).to.deep.equal(['XENPOOL_NAMESPACES', 'XENPOOL_TFTP', 'XENPOOL_BOOT_LOADERS', 'XENPOOL_MEDIA']);
    for (const variable of variables) expect(out).to.include(variable);
    const { out: controller } = await runCli('controller', '--help');
    expect(controller).to.include('XENPOOL_BOOT_KEY_FILE').and.include('XENPOOL_BOOT_URL');
  });

  it('give what is outside of the cluster one way in, and keep it there while it is not ready', () => {
    const [service] = documents('server/service.yaml') as [{ readonly spec: Readonly<Record<string, unknown>> }];
    expect(service.spec).to.include({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', publishNotReadyAddresses: true });
    expect(service.spec['ports']).to.deep.equal([{ name: 'boot', port: 8081, targetPort: 'boot', protocol: 'TCP' }]);
    const [added] = parse(read('tftp/service.yaml')) as readonly { readonly value: object }[];
    expect(added?.value).to.deep.equal({ name: 'tftp', port: 69, targetPort: 'tftp', protocol: 'UDP' });
    const ports = patched('tftp/deployment.yaml').containers[0].ports;
    expect(ports).to.deep.equal([{ name: 'tftp', containerPort: 6969, protocol: 'UDP' }]);
  });
});
