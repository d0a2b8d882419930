// The pool that clients are measured on: a simulated one, served by the command in a process of its own, so that its work is not on the clients' account.
// Before the measuring its VMs are given notes of their own, so that all their records together are a large answer.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** From the root of the repository, where npm starts every script. */
const BUNDLE = path.resolve('dist', 'xenpool.cjs');

/** As `xenpool simulator` tells it. */
export interface PoolAccess {
  readonly endpoints: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly caFile: string;
}

export interface ServedPool {
  readonly access: PoolAccess;
  stop(): Promise<void>;
}

export async function startPool(...flags: readonly string[]): Promise<ServedPool> {
  const child: ChildProcess = spawn(process.execPath, [BUNDLE, 'simulator', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout! }))
    return { access: (JSON.parse(line) as { readonly pool: PoolAccess }).pool, stop };
  throw new Error('the simulator ended before it was ready; what it said stands above');
}
