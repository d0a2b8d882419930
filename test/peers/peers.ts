// A pool served by the command that users run, as a process, and programs of others that are let loose on it: each gets the ready line on its standard
// input and tells, a line of JSON a step, what happened to it.
import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ServedPool as ReadyLine } from '../../src/demo/processes';

const ROOT = path.resolve(__dirname, '..', '..');
/** Milliseconds of real time for a stranger to do all it wants to. */
const PATIENCE_MS = 100_000;

/** What happened in a step; which keys there are is the stranger's affair. */
export type Step = Readonly<Record<string, unknown>>;

export class ServedPool {
  private constructor(
    private readonly child: ChildProcess,
    private readonly complaints: Promise<string>,
    readonly ready: ReadyLine,
  ) {}

  /** @param flags of `xenpool simulator` */
  static async start(...flags: readonly string[]): Promise<ServedPool> {
    const command = [path.join(ROOT, 'dist', 'xenpool.cjs'), 'simulator', ...flags];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const complaints = text(child.stderr);
    for await (const line of createInterface({ input: child.stdout }))
      return new ServedPool(child, complaints, JSON.parse(line) as ReadyLine);
    throw new Error(`the simulator ended before it was ready: ${await complaints}`);
  }

  /** Ends it as an administrator would, and holds it to its promise of leaving nothing behind. */
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    expect(code, await this.complaints).to.equal(0);
    expect(existsSync(this.ready.pool.caFile)).to.equal(false);
  }

  /**
   * Runs a program of others to its end.
   * @returns what happened, by the name of the step
   * @throws Error with all it wrote on standard error when it does not end well
   */
  async visit(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ReadonlyMap<string, Step>> {
    const child = spawn(command, args, {
      cwd: __dirname,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
    });
    const ended = once(child, 'exit');
    child.stdin.end(JSON.stringify(this.ready));
    const [lines, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code, signal] = (await ended) as [number | null, string | null];
    if (code !== 0) throw new Error(`${path.basename(args[0] ?? command)} ended with ${code ?? signal}:\n${lines}${complaints}`);
    return new Map(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Step)
        .map(({ step, ...what }) => [String(step), what]),
    );
  }
}

/** The step of that name. */
export function stepOf(steps: ReadonlyMap<string, Step>, name: string): Step {
  const step = steps.get(name);
  expect(step, `the stranger did not come to "${name}"`).not.to.equal(undefined);
  return step!;
}
