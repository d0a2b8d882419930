// A process of ours that serves: started from the same program, ready when it has written its first line, and never left behind. It holds the reading end of
// a pipe as its standard input, so that it ends by itself when we are killed, and is in a group of its own, so that a terminal's Ctrl-C reaches us alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type Clock, sleep } from '../foundation/clock';

/** How to start this program: node, its flags and the program's own file. */
export type Program = readonly [string, ...string[]];

export interface ChildPlan {
  /** `controller`: its subcommand, and how people know it. */
  readonly name: string;
  readonly flags: readonly string[];
  /** Where its standard output goes; appended to. Its first line says that it is ready. */
  readonly out: string;
  /** The same for what it complains of. */
  readonly err: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** It ended before it was ready. `code` 2 means that it did not like what it was asked for. */
export class NotReady extends Error {
  constructor(
    readonly child: string,
    readonly ending: Ending,
    /** What it said, without its name in front. */
    readonly complaint: string,
  ) {
    super(`${child} ended before it was ready (${ending.signal ?? ending.code}): ${complaint}`);
  }
}

/** How often is looked for the first line, in milliseconds. */
const LOOK_MS = 20;
/** A process that is told to end and does not, in milliseconds: the controller takes up to eight seconds to put things down. */
const PATIENCE_MS = 12_000;

export class Child {
  /** Resolves when it is no more. */
  readonly ended: Promise<Ending>;
  private ending: Ending | undefined;

  private constructor(
    readonly plan: ChildPlan,
    private readonly process: ChildProcess,
    private readonly clock: Clock,
    private readonly from: { readonly out: number; readonly err: number },
  ) {
    this.ended = new Promise((resolve, reject) => {
      process.once('error', reject);
      process.once('exit', (code, signal) => {
        this.ending = { code, signal };
        resolve(this.ending);
      });
    });
    // Whoever waits for it is told; nobody may be waiting yet.
    this.ended.catch(() => undefined);
    // What is held open for it is of no more use when it is gone.
    process.stdin?.on('error', () => undefined);
  }

  static start([node, ...program]: Program, plan: ChildPlan, clock: Clock): Child {
    const out = openSync(plan.out, 'a', 0o600);
    const err = openSync(plan.err, 'a', 0o600);
    try {
      const from = { out: fstatSync(out).size, err: fstatSync(err).size };
      const argv = [...program, plan.name, ...plan.flags, '--end-with-stdin'];
      return new Child(plan, spawn(node, argv, { stdio: ['pipe', out, err], detached: true }), clock, from);
    } finally {
      closeSync(out);
      closeSync(err);
    }
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isOver(): boolean {
    return this.ending !== undefined;
  }

  /** What it wrote as its first line. @throws NotReady; Aborted when nobody wants it any more */
  async ready(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const line = /^(.*)\n/.exec(said(this.plan.out, this.from.out))?.[1];
      if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
      if (this.ending !== undefined) throw new NotReady(this.plan.name, this.ending, this.complaint());
      await sleep(this.clock, LOOK_MS, signal);
    }
  }

  /** What it complained of since it was started. */
  complaint(): string {
    return said(this.plan.err, this.from.err)
      .replace(new RegExp(`^xenpool ${this.plan.name}: `, 'gm'), '')
      .trim();
  }

  /** Tells it to end, and sees to it that it does. */
  async end(): Promise<Ending> {
    if (this.ending !== undefined) return this.ending;
    this.process.kill('SIGTERM');
    const cancel = this.clock.after(PATIENCE_MS, () => this.kill());
    try {
      return await this.ended;
    } finally {
      cancel();
    }
  }

  /** At once, as by `kill -9`. */
  kill(): void {
    if (this.ending === undefined) this.process.kill('SIGKILL');
  }
}

function said(file: string, from: number): string {
  return readFileSync(file).subarray(from).toString('utf8');
}
