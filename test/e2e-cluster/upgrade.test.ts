// Whole upgrades as users meet them: a real API server, the controller as a process with the rights that the manifests give and no others, and a simulated
// pool over HTTPS whose time is sped up. What became of the pool is asked of its own books.
import { expect } from 'chai';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { kubeconfig, startCluster, type Cluster } from '../contract/real/cluster';
import { programs } from '../contract/real/programs';
import { ServedPool } from '../peers/peers';

const root = path.resolve(__dirname, '..', '..');
const NAMESPACE = 'ops';
/** Seconds of the pool in a real one; the controller's own deadlines are real. */
const PACE = '100';

describe('an upgrade in a real cluster', () => {
  let cluster: Cluster;
  let folder: string;
  let pool: ServedPool;
  let running: Controller | undefined;

  const write = (name: string, content: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const kubectl = (...args: readonly string[]): string =>
    execFileSync(programs().kubectl, args, { encoding: 'utf8', env: { ...process.env, KUBECONFIG: path.join(folder, 'admin') } });
  const object = (): PoolUpgrade => JSON.parse(kubectl('-n', NAMESPACE, 'get', 'pu', 'rack7', '-o', 'json')) as PoolUpgrade;
  const waitFor = (path: string, value: string): string =>
    kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', `--for=jsonpath={${path}}=${value}`, '--timeout=240s');
  const secret = (name: string, data: Readonly<Record<string, string>>): void => {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData: data };
    kubectl('apply', '-f', write(`${name}.json`, JSON.stringify(manifest)));
  };

  before(async function () {
    this.timeout(240_000);
    cluster = await startCluster(programs());
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-upgrade-'));
    write('admin', kubeconfig(cluster.server));
    kubectl('create', 'namespace', NAMESPACE);
    kubectl('create', 'namespace', 'xenpool-system');
    kubectl('apply', '-f', path.join(root, 'crds', 'poolupgrades.xenpool.dev.yaml'));
    kubectl('-n', 'xenpool-system', 'apply', '-f', path.join(root, 'deploy', 'base', 'serviceaccount.yaml'));
    kubectl('apply', '-f', path.join(root, 'deploy', 'base', 'clusterrole.yaml'));
    kubectl('-n', NAMESPACE, 'apply', '-f', path.join(root, 'deploy', 'secrets-access', 'role.yaml'));
    const token = kubectl('-n', 'xenpool-system', 'create', 'token', 'xenpool-operator', '--duration=2h').trim();
    write('operator', kubeconfig({ ...cluster.server, token }));
    kubectl('wait', '--for=condition=Established', 'crd/poolupgrades.xenpool.dev', '--timeout=60s');
  });

  after(async function () {
    this.timeout(60_000);
    await cluster?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async function () {
    this.timeout(60_000);
    pool = await ServedPool.start('--hosts', '2', '--vms', '6', '--pace', PACE);
    const { endpoints, username, password, caFile } = pool.ready.pool;
    secret('rack7-root', { username, password });
    secret('rack7-ca', { 'ca.crt': readFileSync(caFile, 'utf8') });
    const spec = {
      pool: { endpoints, credentialsRef: { name: 'rack7-root' }, tls: { caBundleRef: { name: 'rack7-ca', key: 'ca.crt' } } },
      target: { version: '8.3.0' },
      releases: [{ version: '8.3.0', repository: { url: 'http://repository.invalid/XCP-ng/8.3.0/' } }],
      vms: { forceShutdownAfter: '10m' },
      consent: { acceptDowntime: true },
    };
    const metadata = { name: 'rack7', namespace: NAMESPACE };
    write('rack7.json', JSON.stringify({ apiVersion: 'xenpool.dev/v1alpha1', kind: 'PoolUpgrade', metadata, spec }));
  });

  afterEach(async function () {
    this.timeout(60_000);
    await running?.stop();
    running = undefined;
    kubectl('-n', NAMESPACE, 'patch', 'pu', 'rack7', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    kubectl('-n', NAMESPACE, 'delete', 'pu', 'rack7');
    await pool.stop();
  });

  const apply = (): string => kubectl('apply', '-f', path.join(folder, 'rack7.json'));
  const start = async (): Promise<void> => {
    running = await Controller.start(path.join(folder, 'operator'));
  };

  async function expectUpgraded(): Promise<void> {
    waitFor('.status.phase', 'Succeeded');
    kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=condition=Ready', '--timeout=30s');
    const { status } = object();
    expect(status?.hosts?.map(({ phase }) => phase)).to.deep.equal(['Upgraded', 'Upgraded']);
    expect(status?.debts ?? []).to.deep.equal([]);
    const books = (await (await fetch(`${pool.ready.control.url}/books`)).json()) as { violated: unknown[] };
    expect(books.violated).to.deep.equal([]);
  }

  it('goes through with the rights of the manifests, and tells about it in status, events and metrics', async () => {
    await start();
    apply();
    await expectUpgraded();
    const events = kubectl('-n', NAMESPACE, 'events', '--for', 'pu/rack7');
    expect(events)
      .to.match(/Normal\s+Upgraded/)
      .and.match(/host .* Installing is over/);
    const metrics = await (await fetch(`${running!.http}/metrics`)).text();
    expect(metrics).to.match(/poolupgrade_phase\{namespace="ops",name="rack7",phase="Succeeded"\} 1/);
    for (const probe of ['healthz', 'readyz']) expect((await fetch(`${running!.http}/${probe}`)).status).to.equal(200);
    const said = [running!.said, JSON.stringify(object()), metrics, events].join('\n');
    expect(said).to.not.include(pool.ready.pool.password);
    const columns = kubectl('-n', NAMESPACE, 'get', 'pu', 'rack7', '--no-headers').trim().split(/\s+/);
    expect(columns.slice(0, 5)).to.deep.equal(['rack7', 'made-pool', '8.3.0', 'Succeeded', '2/2']);
  }).timeout(300_000);

  it('goes on where it stood after the controller was killed in the middle of it', async () => {
    await start();
    apply();
    waitFor('.status.reason', 'Installing');
    await running!.kill();
    await start();
    await expectUpgraded();
  }).timeout(400_000);

  it('says that the pool refuses the password, and goes on by itself when the Secret is mended', async () => {
    const { username, password } = pool.ready.pool;
    secret('rack7-root', { username, password: 'wrong' });
    await start();
    apply();
    waitFor('.status.phase', 'Validating');
    kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    expect(object().status?.message).to.match(/SESSION_AUTHENTICATION_FAILED/);
    expect(object().metadata.finalizers ?? []).to.deep.equal([]);
    secret('rack7-root', { username, password });
    await expectUpgraded();
  }).timeout(300_000);
});

/** `xenpool controller` as a process. */
class Controller {
  private constructor(
    private readonly child: ChildProcess,
    readonly http: string,
    private readonly lines: string[],
  ) {}

  static async start(config: string): Promise<Controller> {
    const flags = ['controller', '--namespaces', NAMESPACE, '--http-address', '127.0.0.1:0', '--kubeconfig', config];
    const place = ['--leader-election-namespace', NAMESPACE];
    const child = spawn(process.execPath, [path.join(root, 'dist', 'xenpool.cjs'), ...flags, ...place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the controller ended with ${code}: ${lines.join('\n')}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        const { event, http } = JSON.parse(line) as { event: string; http?: string };
        if (event === 'started') resolve(new Controller(child, http!, lines));
      });
    });
  }

  get said(): string {
    return this.lines.join('\n');
  }

  /** Told to stop, it puts everything down and ends well. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    expect(code, this.said).to.equal(0);
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
