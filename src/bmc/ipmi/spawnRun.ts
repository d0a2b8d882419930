// Runs the real ipmitool: no shell, an environment of three names, its output bounded, killed at its deadline.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Aborted, type Clock } from '../../foundation/clock';
import { BmcError } from '../bmc';
import { type HandOver, handOver } from './passwordHandOver';
import type { IpmitoolRun, RunResult } from './run';

/** Of each of its two outputs; what is longer is cut. */
const MOST_BYTES = 64 * 1_024;

export interface SpawnOptions {
  readonly clock: Clock;
  /** Default `ipmitool`, found by PATH. */
  readonly program?: string;
  /** In memory, for the file that hands over the password. Default `/dev/shm`. */
  readonly folder?: string;
}

export function spawnIpmitool({ clock, program = 'ipmitool', folder }: SpawnOptions): IpmitoolRun {
  return {
    run(args, password, timeoutMs, signal) {
      if (signal.aborted) return Promise.reject(new Aborted(signal.reason));
      const secret = handOver(password, folder);
      try {
        return ended(start(program, args, secret), program, { clock, timeoutMs, signal });
      } finally {
        secret.close();
      }
    },
  };
}

/** Options come before the command, so the password's go first. */
function start(program: string, args: readonly string[], { args: secret, env, fd }: HandOver): ChildProcess {
  return spawn(program, [...secret, ...args], {
    shell: false,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', HOME: '/nonexistent', ...env },
    // No standard input: a prompt for a password must end, not wait.
    stdio: ['ignore', 'pipe', 'pipe', ...(fd === undefined ? [] : [fd])],
  });
}

interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function ended(child: ChildProcess, program: string, { clock, timeoutMs, signal }: Limits): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const stdout = bounded(child.stdout);
    const stderr = bounded(child.stderr);
    const kill = (): void => void child.kill('SIGKILL');
    const cancel = clock.after(timeoutMs, kill);
    signal.addEventListener('abort', kill, { once: true });
    const over = (): void => {
      cancel();
      signal.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      over();
      reject(cannotStart(program, error));
    });
    child.once('close', (code) => {
      over();
      if (signal.aborted) reject(new Aborted(signal.reason));
      else resolve({ code, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** @returns gives what was read so far */
function bounded(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    const kept = chunk.subarray(0, MOST_BYTES - size);
    size += kept.length;
    if (kept.length > 0) chunks.push(kept);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The error of a process that could not be started repeats its arguments: only its code is told. */
function cannotStart(program: string, error: Error): BmcError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOENT')
    return new BmcError(
      'Unsupported',
      'run',
      `IPMI needs the program ${program}, which was not found; on Debian: apt-get install ipmitool`,
      'IpmitoolMissing',
    );
  return new BmcError('Transient', 'run', `the program ${program} could not be started (${code})`, 'IpmitoolNotStarted');
}
