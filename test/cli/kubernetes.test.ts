import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CONFIG_MAPS, KubeError, LEASES, SECRETS } from '../../src/kubernetes/api';
import { createKubernetesClient, type KubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { openConfig } from '../../src/kubernetes/client/kubeConfig';
import { realClock } from '../../src/foundation/realClock';
import { build } from '../demo/processes';
import { runCli } from './runCli';

const bundle = path.resolve(__dirname, '..', '..', 'dist', 'xenpool.cjs');

interface Ready {
  readonly server: string;
  readonly adminKubeconfig: string;
  readonly operatorKubeconfig: string;
  readonly bootServerKubeconfig: string;
}

/** Serves until its standard input ends. */
async function serving<T>(folder: string, work: (ready: Ready) => Promise<T>): Promise<T> {
  const argv = [bundle, 'kubernetes', '--data', folder, '--secrets-in', 'ops', '--end-with-stdin'];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return await work(JSON.parse(line) as Ready);
  } finally {
    child.stdin.end();
    expect(await ended).to.deep.equal([0, null]);
  }
}

async function as<T>(kubeconfig: string, work: (client: KubernetesClient) => Promise<T>): Promise<T> {
  const clock = realClock();
  const credentials = new KeptCredentials(clock, openConfig({ kind: 'Files', paths: [kubeconfig] }).read);
  const client = createKubernetesClient({ credentials, clock, userAgent: 'test' });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const secret = (namespace: string): Parameters<KubernetesClient['api']['create']>[1] => ({
  ...{ apiVersion: 'v1', kind: 'Secret' },
  metadata: { name: 'a', namespace },
});

describe('xenpool kubernetes', () => {
  let folder = '';
  before(build);
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-kubernetes-test-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses what is no port', async () => {
    const { code, err } = await runCli('kubernetes', '--port', '70000');
    expect([code, err]).to.deep.equal([2, 'xenpool kubernetes: --port 70000: expected a port, 0 to 65535\n']);
  });

  it('says that its folder is damaged, and leaves it as it is', async () => {
    writeFileSync(path.join(folder, 'server.json'), '{');
    const { code, err } = await runCli('kubernetes', '--data', folder);
    expect(code).to.equal(2);
    expect(err).to.match(/server\.json is no JSON .*; empty the folder, or name another/);
    expect(readFileSync(path.join(folder, 'server.json'), 'utf8')).to.equal('{');
  });

  it('gives the operator the rights of the manifests and no others, and keeps its secrets to its user', async () => {
    await serving(folder, async ({ adminKubeconfig, operatorKubeconfig }) => {
      expect(statSync(adminKubeconfig).mode & 0o777).to.equal(0o600);
      expect(statSync(operatorKubeconfig).mode & 0o777).to.equal(0o600);
      const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
      await as(adminKubeconfig, async ({ api }) => {
        await api.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
        for (const namespace of ['ops', 'default']) await api.create(SECRETS, secret(namespace));
      });
      await as(operatorKubeconfig, async ({ api }) => {
        expect((await api.get(SECRETS, 'ops', 'a')).metadata.name).to.equal('a');
        const refused = await api.get(SECRETS, 'default', 'a').catch((error: unknown) => error);
        expect((refused as KubeError).kind).to.equal('Forbidden');
        const lease = await api.get(LEASES, 'default', 'none').catch((error: unknown) => error);
        expect((lease as KubeError).kind).to.equal('NotFound');
        const listed = await api.list(namespaces).catch((error: unknown) => error);
        expect((listed as KubeError).kind).to.equal('Forbidden');
      });
    });
  });

  it('lets the boot server follow upgrades and write beside them, and see no Secret', async () => {
    await serving(folder, async ({ adminKubeconfig, bootServerKubeconfig }) => {
      expect(statSync(bootServerKubeconfig).mode & 0o777).to.equal(0o600);
      const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
      await as(adminKubeconfig, async ({ api }) => {
        await api.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
        await api.create(SECRETS, secret('ops'));
      });
      await as(bootServerKubeconfig, async ({ api }) => {
        const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seen', namespace: 'ops' } };
        const made = await api.create(CONFIG_MAPS, map);
        await api.replace(CONFIG_MAPS, { ...made, data: { a: 'b' } } as typeof made);
        const elsewhere = { ...map, metadata: { name: 'seen', namespace: 'default' } };
        const refused = [api.get(SECRETS, 'ops', 'a'), api.list(SECRETS, 'ops'), api.create(CONFIG_MAPS, elsewhere)];
        for (const one of refused) {
          const error = await one.catch((caught: unknown) => caught);
          expect((error as KubeError).kind).to.equal('Forbidden');
        }
      });
    });
  });

  it('gives a folder that was begun without boot servers a token for them', async () => {
    await serving(folder, () => Promise.resolve());
    const file = path.join(folder, 'server.json');
    const { tokens, ...standing } = JSON.parse(readFileSync(file, 'utf8')) as { tokens: Record<string, string> };
    const { bootServer: _gone, ...old } = tokens;
    writeFileSync(file, JSON.stringify({ ...standing, tokens: old }));
    await serving(folder, async ({ bootServerKubeconfig }) => {
      const error = await as(bootServerKubeconfig, ({ api }) => api.get(SECRETS, 'default', 'a')).catch(
        (caught: unknown) => caught,
      );
      expect((error as KubeError).kind).to.equal('Forbidden');
    });
  });

  it('goes on with the same objects for the same clients when it is started again', async () => {
    const first = await serving(folder, async (ready) => {
      await as(ready.adminKubeconfig, ({ api }) => api.create(SECRETS, secret('default')));
      return { ...ready, config: readFileSync(ready.adminKubeconfig, 'utf8') };
    });
    await serving(folder, async (ready) => {
      expect(ready.server).to.equal(first.server);
      expect(readFileSync(ready.adminKubeconfig, 'utf8')).to.equal(first.config);
      expect((await as(ready.adminKubeconfig, ({ api }) => api.get(SECRETS, 'default', 'a'))).metadata.name).to.equal('a');
    });
  });
});
