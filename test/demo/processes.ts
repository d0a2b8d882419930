// The demo as people run it, a process with processes of its own, and what is left of it when it has ended.
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';

const root = path.resolve(__dirname, '..', '..');
const bundle = path.join(root, 'dist', 'xenpool.cjs');

/** Builds the program where it is not fresh. */
export function build(): void {
  execFileSync(process.execPath, [path.join(root, '.ci', 'build.mjs')], { stdio: ['ignore', 'ignore', 'pipe'] });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class DemoProcess {
  out = '';
  err = '';
  private readonly ended: Promise<Ended>;

  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    private readonly folder: string,
  ) {
    child.stdout.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ended);
  }

  static start(folder: string, ...flags: readonly string[]): DemoProcess {
    const argv = [bundle, 'demo', '--data', folder, ...flags];
    return new DemoProcess(spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] }), folder);
  }

  end(signal?: NodeJS.Signals): Promise<Ended> {
    if (signal !== undefined) this.child.kill(signal);
    return this.ended;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Looks again and again, until it is so or the demo has ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.child.exitCode !== null) throw new Error(`the demo ended with ${this.child.exitCode}: ${this.out}${this.err}`);
      await turn();
    }
  }

  /** Ids of the processes it has started, by name. */
  processes(): Readonly<Record<string, number>> {
    const file = path.join(this.folder, 'demo.json');
    if (!existsSync(file)) return {};
    const { processes } = JSON.parse(readFileSync(file, 'utf8')) as { processes: Record<string, { pid: number }> };
    return Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid]));
  }
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Resolves when none of them lives any more. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(lives)) await turn();
}

/** URLs that a process of a demo said it listens at. */
export function urlsIn(folder: string): readonly string[] {
  const files = ['kubernetes.out', 'simulator.out', 'boot-server.out', 'controller.out'].map((name) => path.join(folder, name));
  const said = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  return [...new Set(said.join('\n').match(/https?:\/\/127\.\d+\.\d+\.\d+:\d+/g) ?? [])];
}

export async function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

/** Between two looks: looking without a pause would take the processor from those that are looked at. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
