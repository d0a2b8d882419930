// The serving side of `xenpool kubernetes`: what must outlive the process (who may come, how the server is recognised, where it listens) in a file of its
// own beside the objects, kubeconfig files for people and for the operator, and one line when it listens.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BOOT_SERVER_USER, bootServerRights, OPERATOR_USER, operatorRights } from '../demo/manifests';
import {
  type EmbeddedServer,
  type Identity,
  newServerCertificate,
  type ServerCertificate,
  startEmbeddedServer,
} from '../embedded-kubernetes/embeddedServer';
import { sleep } from '../foundation/clock';
import { realClock } from '../foundation/realClock';
import { systemRandom } from '../foundation/systemRandom';
import { replaceFile } from '../foundation/wholeFile';
import type { Output } from './output';
import { toldToEnd } from './toldToEnd';

export interface ServeKubernetesFlags {
  /** Undefined: that of the folder, else a free one. */
  readonly port: number | undefined;
  readonly data: string | undefined;
  /** Namespaces whose Secrets the operator may see. */
  readonly secretsIn: readonly string[];
  readonly endWithStdin: boolean;
}

/** What a client that was told once goes on with after a restart. */
interface Standing {
  readonly port: number;
  readonly certificate: ServerCertificate;
  readonly tokens: { readonly admin: string; readonly operator: string; readonly bootServer: string };
}

const ADDRESS = '127.0.0.1';

/** What goes wrong with folders and ports, in words. */
const TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken; choose another --port, or 0 for a free one',
  EACCES: 'may not be used by you',
  ENOTDIR: 'is not a folder',
  EEXIST: 'is not a folder',
  EROFS: 'cannot be written',
};

/**
 * When the parent dies, a controller that it had started as well is told at the same moment: it has so long to give its leases back, or its successor would
 * wait until they have run out.
 */
const LINGER_MS = 2_000;

/** Serves until it is told to end. @returns the exit code */
export async function serveKubernetes(flags: ServeKubernetesFlags, output: Output): Promise<number> {
  const told = toldToEnd(flags.endWithStdin);
  const folder = new Folder(flags.data);
  try {
    const server = await start(flags, folder);
    output.out(`${JSON.stringify(server.ready)}\n`);
    output.err('xenpool kubernetes: serving; SIGTERM or Ctrl-C ends it\n');
    if ((await told) === 'end of stdin') await sleep(realClock(), LINGER_MS);
    await server.close();
    return 0;
  } catch (error) {
    const { code, path: file, port } = error as NodeJS.ErrnoException & { readonly port?: number };
    const trouble = error instanceof DamagedFolder ? error.message : TROUBLE[code ?? ''];
    if (trouble === undefined) throw error;
    output.err(`xenpool kubernetes: ${error instanceof DamagedFolder ? '' : `${file ?? `port ${port}`} `}${trouble}\n`);
    return 2;
  } finally {
    folder.leave();
  }
}

class DamagedFolder extends Error {}

async function start(
  { port, data, secretsIn }: ServeKubernetesFlags,
  folder: Folder,
): Promise<{ readonly ready: object; close(): Promise<void> }> {
  folder.enter();
  const standing = folder.read() ?? newStanding();
  const identities = new Map<string, Identity>([
    [standing.tokens.admin, { user: 'admin' }],
    [standing.tokens.operator, { user: OPERATOR_USER, rights: operatorRights(secretsIn) }],
    [standing.tokens.bootServer, { user: BOOT_SERVER_USER, rights: bootServerRights(secretsIn) }],
  ]);
  const server = await startEmbeddedServer({
    clock: realClock(),
    random: systemRandom(),
    tokens: identities,
    host: ADDRESS,
    port: port ?? standing.port,
    certificate: standing.certificate,
    ...(data === undefined ? {} : { dataFolder: folder.inside('objects') }),
  });
  const kept = { ...standing, port: Number(new URL(server.url).port) };
  if (data !== undefined) folder.write('server.json', JSON.stringify(kept));
  const namespace = secretsIn[0] ?? 'default';
  const ready = {
    server: server.url,
    adminKubeconfig: folder.write('admin.kubeconfig', kubeconfig(server, kept.tokens.admin, namespace)),
    operatorKubeconfig: folder.write('operator.kubeconfig', kubeconfig(server, kept.tokens.operator, namespace)),
    bootServerKubeconfig: folder.write('boot-server.kubeconfig', kubeconfig(server, kept.tokens.bootServer, namespace)),
  };
  return { ready, close: () => server.close() };
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function newStanding(): Standing {
  const certificate = newServerCertificate(ADDRESS, systemRandom(), realClock().now());
  return { port: 0, certificate, tokens: { admin: newToken(), operator: newToken(), bootServer: newToken() } };
}

/** JSON is YAML. */
function kubeconfig({ url, ca }: EmbeddedServer, token: string, namespace: string): string {
  const name = 'xenpool';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** The folder named, which stays, or one of its own that goes with the process. */
class Folder {
  private at = '';

  constructor(private readonly named: string | undefined) {}

  enter(): void {
    if (this.named !== undefined) mkdirSync(this.named, { recursive: true, mode: 0o700 });
    this.at = this.named ?? mkdtempSync(path.join(os.tmpdir(), 'xenpool-kubernetes-'));
    // An error nobody expected ends the process without coming back here.
    if (this.named === undefined) process.once('exit', () => this.leave());
  }

  leave(): void {
    if (this.named === undefined && this.at !== '') rmSync(this.at, { recursive: true, force: true });
  }

  inside(name: string): string {
    return path.join(this.at, name);
  }

  write(name: string, text: string): string {
    const file = this.inside(name);
    replaceFile(file, text);
    return file;
  }

  read(): Standing | undefined {
    const file = this.inside('server.json');
    if (!existsSync(file)) return undefined;
    try {
      const { tokens, ...standing } = JSON.parse(readFileSync(file, 'utf8')) as Standing;
      // A folder that was begun before there were boot servers has no token for one.
      return { ...standing, tokens: { ...{ bootServer: newToken() }, ...tokens } };
    } catch (error) {
      throw new DamagedFolder(`${file} is no JSON (${String(error)}); empty the folder, or name another`);
    }
  }
}
