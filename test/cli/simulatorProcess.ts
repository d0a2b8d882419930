// `xenpool simulator` as a process of its own, and the line by which it says that it serves.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { xmlCodec } from '../../src/xenapi/codec/xml';
import { ask } from '../simulator/servers/served';

const root = path.resolve(__dirname, '..', '..');
const main = path.join(root, 'src', 'cli', 'main.ts');

export interface ReadyLine {
  readonly pool: {
    readonly endpoints: readonly string[];
    readonly username: string;
    readonly password: string;
    readonly caFile: string | null;
    readonly fingerprints: Readonly<Record<string, string>>;
  };
  readonly control: { readonly url: string };
  readonly clock: { readonly pace: number; readonly from: string | null };
}

export interface Running {
  readonly ready: ReadyLine;
  /** Sends the signal. @returns exit code, all of stdout and all of stderr */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

export class SimulatorProcesses {
  private readonly children: ChildProcessByStdio<null, Readable, Readable>[] = [];

  /** @param scratch its temporary folder, so that what it leaves behind is seen. @throws what it wrote to stderr, when it ends before it serves */
  async start(scratch: string, flags: readonly string[]): Promise<Running> {
    const env = { ...process.env, TMPDIR: scratch };
    const argv = ['-r', 'ts-node/register', main, 'simulator', ...flags];
    const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.push(child);
    let out = '';
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const line = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.includes('\n')) resolve(out);
      });
      child.on('exit', (code) => reject(new Error(`ended with ${code}: ${err}`)));
    });
    const ready = JSON.parse(await line) as ReadyLine;
    return {
      ready,
      async end(signal) {
        const exited = once(child, 'exit') as Promise<[number | null]>;
        child.kill(signal);
        const [code] = await exited;
        return { code, out, err };
      },
    };
  }

  killAll(): void {
    for (const child of this.children.splice(0)) child.kill('SIGKILL');
  }
}

/** One XenAPI call in XML, by a client that trusts the authority of the ready line. */
export function callOf(
  { pool: { caFile } }: ReadyLine,
  origin: string,
  method: string,
  params: readonly unknown[],
): ReturnType<typeof ask> {
  const tls = caFile === null ? {} : { ca: readFileSync(caFile, 'utf8') };
  return ask(origin, { method: 'POST', body: xmlCodec.encodeCall(method, params), tls });
}

export function login(ready: ReadyLine, origin: string): ReturnType<typeof ask> {
  const { username, password } = ready.pool;
  return callOf(ready, origin, 'session.login_with_password', [username, password, '1.0', 'test']);
}
