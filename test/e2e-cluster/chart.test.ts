// The chart against helm itself: it passes the linter, refuses values that mean nothing, and gives object by object what the plain manifests give.
// Needs `helm`, and `kubectl` for its kustomize: those that XENPOOL_KUBE_PROGRAMS names (JSON, from name to path), else those on the path.
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = path.resolve(__dirname, '..', '..');
const chart = path.join(root, 'charts', 'xenpool-operator');
const KUBE = ['--kube-version', '1.36.3'];

const programs = JSON.parse(process.env['XENPOOL_KUBE_PROGRAMS'] ?? '{}') as Readonly<Record<string, string>>;
const program = (name: string): string => programs[name] ?? name;

interface Thing {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

function run(
  command: string,
  args: readonly string[],
): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new Error(`${command} does not run: ${error.message}`);
  return { status, out: stdout, err: stderr };
}

const helm = (...args: readonly string[]): ReturnType<typeof run> => run(program('helm'), args);

function objects(text: string): readonly Thing[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Thing | null) ?? []);
}

function rendered(from: string, ...values: readonly string[]): readonly Thing[] {
  const sets = values.flatMap((value) => ['--set', value]);
  const { status, out, err } = helm('template', 'xenpool-operator', from, '--namespace', 'xenpool-system', ...KUBE, ...sets);
  if (status !== 0) throw new Error(err);
  return objects(out);
}

function kustomized(folder: string): readonly Thing[] {
  const { status, out, err } = run(program('kubectl'), ['kustomize', folder]);
  if (status !== 0) throw new Error(err);
  return objects(out);
}

/** What is said after an installation. Helm prints it only with a cluster at hand, so it is rendered into an object of a copied chart. */
function notes(...values: readonly string[]): string {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-chart-'));
  try {
    const copy = path.join(scratch, 'xenpool-operator');
    cpSync(chart, copy, { recursive: true });
    const text = readFileSync(path.join(chart, 'templates', 'NOTES.txt'), 'utf8');
    const object = 'kind: Notes\nmetadata: {name: notes}\ntext: {{ include "notes" . | toJson }}\n';
    writeFileSync(path.join(copy, 'templates', 'said.yaml'), `{{- define "notes" }}${text}{{- end }}\n${object}`);
    return String(named(rendered(copy, ...values), 'Notes')[0]?.['text']);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const keyOf = ({ kind, metadata }: Thing): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
const named = (list: readonly Thing[], kind: string): readonly Thing[] => list.filter((object) => object.kind === kind);

/** Labels say who manages an object, and Helm's own annotation says how it is uninstalled: in these alone they may differ. */
function comparable(object: Thing): Thing {
  const { labels: _labels, annotations: _annotations, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An overlay with every part that the boot server has. */
const WITH_ALL = {
  resources: ['deploy/default'],
  components: ['deploy/boot-server', 'deploy/boot-server/tftp', 'deploy/boot-server/media'],
} as const;

/** A user's own overlay, beside what it names. */
function kustomizedHere({ resources, components }: typeof WITH_ALL): readonly Thing[] {
  const scratch = mkdtempSync(path.join(root, '.overlay-'));
  const there = (names: readonly string[]): readonly string[] => names.map((name) => `../${name}`);
  try {
    const overlay = { resources: there(resources), components: there(components) };
    writeFileSync(path.join(scratch, 'kustomization.yaml'), JSON.stringify(overlay));
    return kustomized(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Patches put what they add before what is there; of things that have names the order means nothing. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(byName);
    const nameOf = (one: unknown): string => String((one as { readonly name?: unknown } | null)?.name);
    const haveNames = list.every((one) => typeof one === 'object' && one !== null && 'name' in one);
    return haveNames ? list.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)) : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, byName(child)]));
}

describe('the chart', function () {
  this.timeout(120_000);

  it('passes the linter at its strictest', () => {
    const { status, out, err } = helm('lint', '--strict', ...KUBE, chart);
    expect(status, out + err).to.equal(0);
  });

  it('gives what the manifests in deploy/ give, object by object', () => {
    const ofChart = rendered(chart);
    const ofManifests = kustomized('deploy/base');
    expect(ofChart.map(keyOf)).to.have.members(ofManifests.map(keyOf));
    for (const object of ofManifests) {
      const other = ofChart.find((each) => keyOf(each) === keyOf(object))!;
      expect(comparable(other), keyOf(object)).to.deep.equal(comparable(object));
    }
  });

  for (const [what, folder, values] of [
    ['the boot server', 'deploy/with-boot-server', []],
    ['TFTP and a volume of ISOs beside it', WITH_ALL, ['bootServer.tftp.enabled=true', 'bootServer.mediaClaim=xenpool-isos']],
  ] as const)
    it(`gives what the manifests give with ${what}`, () => {
      const ofChart = rendered(chart, 'bootServer.enabled=true', ...values).map(comparable);
      const built = typeof folder === 'string' ? kustomized(folder) : kustomizedHere(folder);
      const ofManifests = built.filter(({ kind }) => kind !== 'Namespace').map(comparable);
      expect(ofChart.map(keyOf)).to.have.members(ofManifests.map(keyOf));
      for (const object of ofManifests)
        expect(byName(ofChart.find((each) => keyOf(each) === keyOf(object))!), keyOf(object)).to.deep.equal(byName(object));
    });

  it('gives neither boot server nor keys unless it is told to', () => {
    expect(JSON.stringify(rendered(chart).filter(({ kind }) => kind !== 'CustomResourceDefinition'))).to.not.match(
      /boot-server|boot-key/,
    );
  });

  it('tells the operator how hosts and BMCs reach the boot server, and both processes whose objects they serve', () => {
    const list = rendered(
      chart,
      'bootServer.enabled=true',
      'bootServer.hostsUrl=http://10.1.0.9:8081',
      'bootServer.bmcsUrl=http://10.9.0.9:8081',
      'watchNamespaces={racks,lab}',
    );
    const deployments = named(list, 'Deployment').map((one) => JSON.stringify(one));
    const told = deployments.filter((text) => text.includes('XENPOOL_BOOT_URL'));
    expect(told).to.have.length(1);
    expect(told[0])
      .to.include('{"name":"XENPOOL_BOOT_URL","value":"http://10.1.0.9:8081"}')
      .and.include('{"name":"XENPOOL_BOOT_BMCS_URL","value":"http://10.9.0.9:8081"}');
    for (const text of deployments) expect(text).to.include('{"name":"XENPOOL_NAMESPACES","value":"racks,lab"}');
    const roles = named(list, 'Role').filter(({ metadata }) => metadata.name === 'xenpool-operator-boot-server');
    expect(roles.map(({ metadata }) => metadata.namespace)).to.deep.equal(['racks', 'lab']);
    expect(JSON.stringify(roles)).to.not.include('secrets');
  });

  it('says how the keys are made, and that nobody told how hosts reach the boot server', () => {
    expect(notes('bootServer.enabled=true'))
      .to.include('create secret generic xenpool-boot-key')
      .and.include('hostsUrl is empty');
    expect(notes('bootServer.enabled=true', 'bootServer.hostsUrl=http://h:8081')).to.not.include('hostsUrl is empty');
    expect(notes()).to.not.include('boot server');
  });

  it('keeps the CRD when it is uninstalled, unless told otherwise', () => {
    const policy = (...values: readonly string[]): string | undefined =>
      named(rendered(chart, ...values), 'CustomResourceDefinition')[0]?.metadata.annotations?.['helm.sh/resource-policy'];
    expect(policy()).to.equal('keep');
    expect(policy('crds.keep=false')).to.equal(undefined);
    expect(named(rendered(chart, 'crds.install=false'), 'CustomResourceDefinition')).to.deep.equal([]);
  });

  it('gives Secrets in the namespaces named and in no other', () => {
    const list = rendered(chart, 'watchNamespaces={racks,lab}');
    expect(named(list, 'Role').map(({ metadata }) => metadata.namespace)).to.deep.equal(['racks', 'lab']);
    expect(named(list, 'RoleBinding').map(({ metadata }) => metadata.namespace)).to.deep.equal(['racks', 'lab']);
    const mentions = named(list, 'ClusterRole').filter((role) => JSON.stringify(role['rules']).includes('secrets'));
    expect(mentions).to.deep.equal([]);
    expect(JSON.stringify(named(list, 'Deployment'))).to.include('{"name":"XENPOOL_NAMESPACES","value":"racks,lab"}');
  });

  it('gives the Secrets of the whole cluster only when told so, and warns', () => {
    const list = rendered(chart, 'clusterWideSecrets=true');
    expect(named(list, 'Role')).to.deep.equal([]);
    const mentions = named(list, 'ClusterRole').filter((role) => JSON.stringify(role['rules']).includes('secrets'));
    expect(mentions.map(({ metadata }) => metadata.name)).to.deep.equal(['xenpool-operator-secrets']);
    expect(notes('clusterWideSecrets=true')).to.match(/WARNING: clusterWideSecrets is set/);
    expect(notes()).to.include('works on PoolUpgrades in xenpool-system').and.not.include('WARNING');
  });

  it('takes the image by digest or by tag, and a ServiceMonitor on demand', () => {
    const image = (...values: readonly string[]): string | undefined =>
      /"image":"([^"]*)"/.exec(JSON.stringify(named(rendered(chart, ...values), 'Deployment')))?.[1];
    const digest = `sha256:${'a1'.repeat(32)}`;
    expect(image('image.repository=r.example/x', `image.digest=${digest}`)).to.equal(`r.example/x@${digest}`);
    expect(image('image.repository=r.example/x', 'image.tag=edge')).to.equal('r.example/x:edge');
    expect(named(rendered(chart), 'ServiceMonitor')).to.deep.equal([]);
    expect(named(rendered(chart, 'serviceMonitor.enabled=true'), 'ServiceMonitor')).to.have.length(1);
  });

  it('mounts claims for backups where the operator looks for them', () => {
    const text = JSON.stringify(named(rendered(chart, 'backupVolumes={dumps}'), 'Deployment'));
    expect(text)
      .to.include('{"name":"XENPOOL_VOLUMES","value":"/var/lib/xenpool/volumes"}')
      .and.include('{"name":"backup-dumps","mountPath":"/var/lib/xenpool/volumes/dumps"}')
      .and.include('"persistentVolumeClaim":{"claimName":"dumps"}');
    expect(JSON.stringify(named(rendered(chart), 'Deployment'))).to.not.include('XENPOOL_VOLUMES');
  });

  for (const [value, complaint] of [
    ['replicaCount=9', /replicaCount/],
    ['logLevel=loud', /logLevel/],
    ['image.digest=latest', /digest/],
    ['watchNamespace={racks}', /watchNamespace/],
    ['networkPolicy.egressPorts={99999}', /egressPorts/],
    ['bootServer.hostsUrl=10.1.0.9', /hostsUrl/],
    ['bootServer.service.type=HostPort', /type/],
    ['bootServer.key=x', /bootServer/],
  ] as const)
    it(`refuses a value that means nothing: ${value}`, () => {
      expect(() => rendered(chart, value)).to.throw(complaint);
    });
});
