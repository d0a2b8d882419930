// A site as users have it: a real cluster with the operator's manifests applied, Secrets and PoolUpgrades put there by kubectl, and pools served over HTTPS whose
// time is sped up. What became of a pool is asked of its own books.
import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { type Cluster, kubeconfig, startCluster } from '../contract/real/cluster';
import { programs } from '../contract/real/programs';
import { ServedPool } from '../peers/peers';
import { ask } from '../simulator/servers/served';
import { OperatorProcess } from './operatorProcess';

export const ROOT = path.resolve(__dirname, '..', '..');
export const NAMESPACE = 'ops';
/** Seconds of a pool in a real one; the controller's own deadlines are real. */
const PACE = '100';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

export class Site {
  private readonly operators: OperatorProcess[] = [];
  private readonly pools: ServedPool[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly folder: string,
  ) {}

  /** With namespaces, CRD and rights, the operator's token in the kubeconfig `operator`. */
  static async open(): Promise<Site> {
    const cluster = await startCluster(programs());
    const site = new Site(cluster, mkdtempSync(path.join(os.tmpdir(), 'xenpool-site-')));
    site.write('admin', kubeconfig(cluster.server));
    site.kubectl('create', 'namespace', NAMESPACE);
    site.kubectl('create', 'namespace', 'xenpool-system');
    site.installCrd();
    site.kubectl('-n', 'xenpool-system', 'apply', '-f', path.join(ROOT, 'deploy', 'base', 'serviceaccount.yaml'));
    site.kubectl('apply', '-f', path.join(ROOT, 'deploy', 'base', 'clusterrole.yaml'));
    site.giveSecrets();
    site.write('operator', kubeconfig({ ...cluster.server, token: site.token('2h') }));
    return site;
  }

  async close(): Promise<void> {
    await this.cluster.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends operators and pools of a test, and holds both to ending well; objects go, whatever holds them. */
  async clear(): Promise<void> {
    for (const operator of this.operators.splice(0)) await operator.stop();
    for (const name of this.kubectl('-n', NAMESPACE, 'get', 'pu', '-o', 'name').split('\n').filter(Boolean)) {
      this.kubectl('-n', NAMESPACE, 'patch', name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
      this.kubectl('-n', NAMESPACE, 'delete', name, '--ignore-not-found');
    }
    for (const pool of this.pools.splice(0)) await pool.stop();
  }

  token(duration: string): string {
    return this.kubectl('-n', 'xenpool-system', 'create', 'token', 'xenpool-operator', `--duration=${duration}`).trim();
  }

  /** The right on Secrets and ConfigMaps of the namespace. */
  giveSecrets(): void {
    this.kubectl('-n', NAMESPACE, 'apply', '-f', path.join(ROOT, 'deploy', 'secrets-access', 'role.yaml'));
  }

  installCrd(): void {
    this.kubectl('apply', '-f', path.join(ROOT, 'crds', 'poolupgrades.xenpool.dev.yaml'));
    this.kubectl('wait', '--for=condition=Established', 'crd/poolupgrades.xenpool.dev', '--timeout=60s');
  }

  write(name: string, content: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** @throws with what kubectl complained of */
  kubectl(...args: readonly string[]): string {
    const env = { ...process.env, KUBECONFIG: path.join(this.folder, 'admin') };
    return execFileSync(programs().kubectl, args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
  }

  /** What kubectl complains of; empty when it does not. */
  complaint(...args: readonly string[]): string {
    const { status, stderr } = this.ask(...args);
    return status === 0 ? '' : stderr;
  }

  /** All that kubectl says, whatever its exit code. */
  ask(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const env = { ...process.env, KUBECONFIG: path.join(this.folder, 'admin') };
    return spawnSync(programs().kubectl, args, { encoding: 'utf8', env });
  }

  secret(name: string, data: Readonly<Record<string, string>>): void {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData: data };
    this.kubectl('apply', '-f', this.write(`${name}.json`, JSON.stringify(manifest)));
  }

  async servePool(...flags: readonly string[]): Promise<ServedPool> {
    const pool = await ServedPool.start('--hosts', '2', '--vms', '6', '--pace', PACE, ...flags);
    this.pools.push(pool);
    return pool;
  }

  /** Secrets of the pool, and a manifest that upgrades it; not applied yet. */
  manifest(pool: ServedPool, name = 'rack7', spec: Manifest['spec'] = {}): Manifest {
    const { endpoints, username, password, caFile } = pool.ready.pool;
    this.secret(`${name}-root`, { username, password });
    this.secret(`${name}-ca`, { 'ca.crt': readFileSync(caFile, 'utf8') });
    return {
      apiVersion: 'xenpool.dev/v1alpha1',
      kind: 'PoolUpgrade',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        pool: {
          endpoints,
          credentialsRef: { name: `${name}-root` },
          tls: { caBundleRef: { name: `${name}-ca`, key: 'ca.crt' } },
        },
        target: { version: '8.3.0' },
        releases: [{ version: '8.3.0', repository: { url: 'http://repository.invalid/XCP-ng/8.3.0/' } }],
        vms: { forceShutdownAfter: '10m' },
        consent: { acceptDowntime: true },
        ...spec,
      },
    };
  }

  apply(manifest: Manifest): string {
    return this.kubectl('apply', '-f', this.write(`${manifest.metadata.name}.json`, JSON.stringify(manifest)));
  }

  object(name = 'rack7'): PoolUpgrade {
    return JSON.parse(this.kubectl('-n', NAMESPACE, 'get', 'pu', name, '-o', 'json')) as PoolUpgrade;
  }

  waitFor(path: string, value: string, name = 'rack7', timeout = '240s'): string {
    return this.kubectl('-n', NAMESPACE, 'wait', `pu/${name}`, `--for=jsonpath={${path}}=${value}`, `--timeout=${timeout}`);
  }

  events(name = 'rack7'): string {
    return this.kubectl('-n', NAMESPACE, 'events', '--for', `pu/${name}`);
  }

  async operator(config = 'operator', ...flags: readonly string[]): Promise<OperatorProcess> {
    const operator = await OperatorProcess.start(path.join(this.folder, config), NAMESPACE, flags);
    this.operators.push(operator);
    return operator;
  }

  async expectUpgraded(pool: ServedPool, name = 'rack7', timeout = '240s'): Promise<void> {
    this.waitFor('.status.phase', 'Succeeded', name, timeout);
    this.kubectl('-n', NAMESPACE, 'wait', `pu/${name}`, '--for=condition=Ready', '--timeout=30s');
    const { status } = this.object(name);
    expect(status?.hosts?.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Upgraded']);
    expect(status?.debts ?? []).to.deep.equal([]);
    await this.expectWhole(pool);
  }

  async expectWhole(pool: ServedPool): Promise<void> {
    const { violated } = await this.told<{ violated: unknown[] }>(pool, '/books');
    expect(violated).to.deep.equal([]);
  }

  /** What the control of a pool tells, e.g. `/world`. On a connection of its own: kubectl blocks us for longer than one is kept. */
  async told<T>(pool: ServedPool, path: string): Promise<T> {
    return JSON.parse((await ask(pool.ready.control.url, { path })).body) as T;
  }
}

/** A site for the suite that calls it, opened before its first test and cleared after each. @returns how to reach it from a test */
export function siteOfSuite(): () => Site {
  let site: Site | undefined;
  before(async function () {
    this.timeout(240_000);
    site = await Site.open();
  });
  afterEach(async function () {
    this.timeout(60_000);
    site?.installCrd();
    site?.giveSecrets();
    await site?.clear();
  });
  after(async function () {
    this.timeout(60_000);
    await site?.close();
  });
  return () => site!;
}

/** A pool that is served anew for each test of the suite. @returns how to reach it from a test */
export function poolOfEachTest(here: () => Site): () => ServedPool {
  let pool: ServedPool | undefined;
  beforeEach(async function () {
    this.timeout(60_000);
    pool = await here().servePool();
  });
  return () => pool!;
}
