// A real control plane on loopback ports: etcd, kube-apiserver and of kube-controller-manager what empties namespaces and collects garbage. Its data lies in a
// folder that goes with it, and each process is ended by its own id.
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Server } from '../kubernetes/client';

/** Paths by name, as `.ci/kube.mjs` gives them. */
export type Programs = Readonly<Record<'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl', string>>;

export interface Cluster {
  readonly server: Server;
  /** Ends the API server as a crash would; etcd and what is stored stay. */
  killApi(): Promise<void>;
  /** Starts it again, at the same address and with the same certificate. @returns when its /readyz says so */
  startApi(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than a machine under load needs, shorter than the patience of whoever waits. */
const READY_WITHIN_MS = 120_000;
const BETWEEN_LOOKS_MS = 25;
const CONTROLLERS = 'garbage-collector-controller,namespace-controller';

/** @throws when a program ends before it is ready; the message has the end of its log */
export async function startCluster(programs: Programs): Promise<Cluster> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-kube-'));
  const plane = new ControlPlane(programs, folder);
  process.once('exit', plane.killAll);
  const close = async (): Promise<void> => {
    await plane.end();
    process.off('exit', plane.killAll);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const server = await plane.start(await freePorts(3));
    return { server, killApi: () => plane.killApi(), startApi: () => plane.startApi(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const TOKEN = 'admintoken';

class ControlPlane {
  private readonly running = new Map<keyof Programs, Process>();
  private apiArgs: readonly string[] = [];
  private url = '';

  constructor(
    private readonly programs: Programs,
    private readonly folder: string,
  ) {}

  async start([clientPort, peerPort, apiPort]: readonly number[]): Promise<Server> {
    const { folder } = this;
    const etcd = `http://127.0.0.1:${clientPort}`;
    this.run('etcd', [
      `--data-dir=${path.join(folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync',
    ]);
    const key = path.join(folder, 'service-account.key');
    const tokens = path.join(folder, 'tokens.csv');
    writeFileSync(key, serviceAccountKey(), { mode: 0o600 });
    writeFileSync(tokens, `${TOKEN},admin,1,"system:masters"\n`, { mode: 0o600 });
    this.url = `https://127.0.0.1:${apiPort}`;
    this.apiArgs = [
      `--etcd-servers=${etcd}`,
      `--cert-dir=${folder}`,
      `--secure-port=${apiPort}`,
      '--bind-address=127.0.0.1',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${tokens}`,
      '--disable-admission-plugins=ServiceAccount',
      '--service-cluster-ip-range=10.0.0.0/24',
    ];
    await this.startApi();
    const server = { url: this.url, ca: readFileSync(this.certificate, 'utf8'), token: TOKEN };
    const config = path.join(folder, 'kubeconfig');
    writeFileSync(config, kubeconfig(server), { mode: 0o600 });
    this.run('kube-controller-manager', [
      `--kubeconfig=${config}`,
      `--authentication-kubeconfig=${config}`,
      `--authorization-kubeconfig=${config}`,
      '--bind-address=127.0.0.1',
      '--secure-port=0',
      '--leader-elect=false',
      `--service-account-private-key-file=${key}`,
      `--controllers=${CONTROLLERS}`,
    ]);
    return server;
  }

  async startApi(): Promise<void> {
    this.run('kube-apiserver', this.apiArgs);
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      for (const { child, log } of this.running.values())
        if (child.exitCode !== null) throw new Error(`${path.basename(log)}: ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
      if (await answers(this.url, this.certificate, TOKEN)) return;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
    throw new Error(`no ready API server within ${READY_WITHIN_MS / 1000} s`);
  }

  async killApi(): Promise<void> {
    const api = this.running.get('kube-apiserver');
    this.running.delete('kube-apiserver');
    api?.child.kill('SIGKILL');
    await api?.ended;
  }

  /** In one turn, for a process that ends. */
  readonly killAll = (): void => {
    for (const { child } of this.running.values()) child.kill('SIGKILL');
  };

  async end(): Promise<void> {
    this.killAll();
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private run(name: keyof Programs, args: readonly string[]): void {
    this.running.set(name, launch(this.programs[name], name, args, this.folder));
  }

  private get certificate(): string {
    return path.join(this.folder, 'apiserver.crt');
  }
}

interface Process {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly log: string;
}

function launch(program: string, name: string, args: readonly string[], folder: string): Process {
  const log = path.join(folder, `${name}.log`);
  const output = openSync(log, 'a', 0o600);
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', output, output] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { child, ended, log };
}

/** Any failure means: not yet. */
function answers(url: string, certificate: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    let ca: string;
    try {
      ca = readFileSync(certificate, 'utf8');
    } catch {
      return resolve(false);
    }
    const asked = request(`${url}/readyz`, { ca, headers: { authorization: `Bearer ${token}` }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function serviceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return privateKey;
}

/** A configuration for kubectl and its like, as JSON, which is YAML. */
export function kubeconfig({ url, ca, token }: Server): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'admin', namespace: 'default' } }],
    'current-context': 'it',
  });
}
