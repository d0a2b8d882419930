// An operator as a process of its own, and what the kernel says it uses. Linux only: the figures are read from /proc.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Program {
  /** Its name in messages and its log. */
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How the Containerfile starts the product. */
export const FLAGS_OF_THE_PRODUCT: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=4'];

export interface Memory {
  /** MiB resident now. */
  readonly now: number;
  /** MiB resident at most since the start. */
  readonly peak: number;
}

/** The kernel counts processor time in hundredths of a second on every platform that Node runs on. */
const TICKS_A_SECOND = 100;

export class Driver {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  /** By `performance.now()`. */
  readonly startedAt = performance.now();

  /** @param folder for its log */
  constructor({ name, script, args = [], flags = [], env }: Program, folder: string) {
    const log = openSync(path.join(folder, `${name}.log`), 'a', 0o600);
    this.child = spawn(process.execPath, [...flags, script, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
    });
    this.ended = once(this.child, 'exit');
  }

  /** Seconds of processor time since the start, its own and the kernel's for it. */
  cpu(): number {
    // The name of the program, in parentheses, may hold anything; the figures stand behind it.
    const fields = this.proc('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }

  memory(): Memory {
    const status = this.proc('status');
    const mebibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? NaN) / 1024;
    return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private proc(file: string): string {
    if (this.child.exitCode !== null) throw new Error(`the operator ended with ${this.child.exitCode}; its log says why`);
    return readFileSync(`/proc/${this.child.pid}/${file}`, 'utf8');
  }
}
