// The Redfish emulator of OpenStack's sushy-tools with its fake driver, over TLS and basic authentication: a BMC that nobody here wrote (bmc.md 5.3, 10.1).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createRedfishHttps } from '../../../src/bmc/redfish/https';
import { sleep } from '../../../src/foundation/clock';
import { realClock } from '../../../src/foundation/realClock';
import { seededRandom } from '../../../src/foundation/random';
import { createAuthority } from '../../../src/simulator/servers/certificates';

/** Set by `.ci/peers.mjs`, which installs the emulator there. */
export const PYTHON = process.env['XENPOOL_PEERS_PYTHON'] ?? 'python3';
const READY_WITHIN_MS = 60_000;

export interface EmulatedSystem {
  readonly uuid: string;
  readonly name: string;
  readonly power: 'On' | 'Off';
  readonly mac: string;
}

/** What the emulator tells of a system at each change, as its driver keeps it. */
export interface Notice {
  readonly uuid: string;
  readonly power_state: 'On' | 'Off';
  /** What it will be, applied when somebody next reads the system. */
  readonly pending_power: { readonly power_state: 'On' | 'Off'; readonly apply_time: number } | null;
  /** Absent until somebody has set it: Hdd. */
  readonly boot_device?: string;
  /** Absent until somebody has set it: UEFI. */
  readonly boot_mode?: string;
  /** By the slot: the file that was fetched, null once it was ejected, and two marks. */
  readonly boot_image?: Readonly<Record<string, readonly [file: string | null, ...marks: readonly unknown[]]>>;
}

export interface EmulatorOptions {
  /**
   * Told of every change, before the emulator answers whoever made it: what follows its power and its drives, such as a simulated host, stands behind this. What it
   * throws makes the request fail although the change was made.
   */
  readonly onChange?: (notice: Notice) => void | Promise<void>;
}

export class Emulator {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly notices: NoticeServer | undefined,
    readonly origin: string,
    /** PEM. */
    readonly authority: string,
  ) {}

  static async start(
    credentials: { readonly username: string; readonly password: string },
    systems: readonly EmulatedSystem[],
    { onChange }: EmulatorOptions = {},
  ): Promise<Emulator> {
    const notices = onChange === undefined ? undefined : await serveNotices(onChange);
    const folder = mkdtempSync(path.join(tmpdir(), 'sushy-'));
    for (const name of ['state', 'tmp']) mkdirSync(path.join(folder, name));
    const clock = realClock();
    const authority = createAuthority(seededRandom(3), clock.now());
    const { key, cert } = authority.issue('127.0.0.1');
    const port = await freePort();
    const write = (name: string, content: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    };
    const fakes = systems.map(({ uuid, name, power, mac }) => ({
      uuid,
      name,
      power_state: power,
      external_notifier: notices !== undefined,
      nics: [{ mac, ip: '127.0.0.1' }],
    }));
    const settings = {
      SUSHY_EMULATOR_LISTEN_IP: '127.0.0.1',
      SUSHY_EMULATOR_LISTEN_PORT: port,
      SUSHY_EMULATOR_STATE_DIR: path.join(folder, 'state'),
      SUSHY_EMULATOR_SSL_CERT: write('tls.crt', cert),
      SUSHY_EMULATOR_SSL_KEY: write('tls.key', key),
      SUSHY_EMULATOR_AUTH_FILE: write('htpasswd', await htpasswd(credentials)),
      ...(notices === undefined ? {} : { EXTERNAL_NOTIFICATION_URL: notices.url }),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    const listed = JSON.stringify(fakes).replaceAll(/\b(false|true)\b/g, (word) => (word === 'true' ? 'True' : 'False'));
    const config = write(
      'emu.conf',
      [...lines, 'SUSHY_EMULATOR_FAKE_DRIVER = True', `SUSHY_EMULATOR_FAKE_SYSTEMS = ${listed}`, ''].join('\n'),
    );
    const child = spawn(PYTHON, ['-m', 'sushy_tools.emulator.main', '--config', config], {
      env: { ...process.env, TMPDIR: path.join(folder, 'tmp') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const complaints = Promise.all([text(child.stdout), text(child.stderr)]);
    const emulator = new Emulator(child, folder, notices, `https://127.0.0.1:${port}`, authority.certificate);
    const ended = once(child, 'exit').then(async () => {
      throw new Error(`the emulator ended before it answered:\n${(await complaints).join('')}`);
    });
    await Promise.race([emulator.answers(), ended]);
    ended.catch(() => undefined);
    return emulator;
  }

  /** What it fetched and still keeps: it never removes a file. Absolute paths. */
  fetched(): readonly string[] {
    const folder = path.join(this.folder, 'tmp');
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  }

  async stop(): Promise<void> {
    const ended = this.child.exitCode === null ? once(this.child, 'exit') : Promise.resolve();
    this.child.kill('SIGTERM');
    await ended;
    this.notices?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const clock = realClock();
    const policy = { trust: { kind: 'CaBundle', pem: this.authority }, minVersion: 'TLSv1.2', allowPlaintext: false } as const;
    const transport = createRedfishHttps({ origin: this.origin, policy, clock, settings: 'test' });
    const end = clock.monotonic() + READY_WITHIN_MS;
    const request = { method: 'GET', path: '/redfish/v1/', headers: {}, body: '', timeoutMs: 5_000 } as const;
    let last: unknown;
    while (clock.monotonic() < end)
      try {
        await transport.request(request, new AbortController().signal);
        return transport.close();
      } catch (error) {
        last = error;
        await sleep(clock, 200);
      }
    throw new Error('the emulator does not answer', { cause: last });
  }
}

/** Bcrypt is all that the emulator takes; it has brought it along. */
async function htpasswd({ username, password }: { readonly username: string; readonly password: string }): Promise<string> {
  const script = 'import bcrypt, sys; print(bcrypt.hashpw(sys.stdin.read().encode(), bcrypt.gensalt(4)).decode())';
  const child = spawn(PYTHON, ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(password);
  return `${username}:${(await text(child.stdout)).trim()}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

interface NoticeServer {
  readonly url: string;
  close(): void;
}

async function serveNotices(onChange: (notice: Notice) => void | Promise<void>): Promise<NoticeServer> {
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await onChange(JSON.parse(await text(request)) as Notice);
      response.end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  };
  const server = createHttpServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { readonly port: number }).port}/notice`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
