// `xenpool boot-server` as a process of its own, on loopback: where it serves it says itself, in its log.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const root = path.resolve(__dirname, '..', '..');
const main = path.join(root, 'src', 'cli', 'main.ts');

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What the line `started` says. */
export interface Started extends Line {
  readonly url: string;
  readonly http: string;
  readonly tftp: number | 'off';
}

export class BootServerProcess {
  readonly lines: Line[] = [];
  private err = '';
  private heard: () => void = () => undefined;

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    child.stderr.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    child.on('exit', () => this.heard());
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      this.heard();
    });
  }

  static start(flags: readonly string[]): BootServerProcess {
    const argv = ['-r', 'ts-node/register', main, 'boot-server', ...flags];
    return new BootServerProcess(spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get said(): string {
    return JSON.stringify(this.lines) + this.err;
  }

  /** The first line of that event. @throws Error when the process ends without it */
  async line<L extends Line>(event: string): Promise<L> {
    for (;;) {
      const found = this.lines.find((line) => line.event === event);
      if (found !== undefined) return found as L;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`it ended without ${event}: ${this.said}`);
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns its exit code; null where a signal ended it */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }
}
