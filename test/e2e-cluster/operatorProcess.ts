// `xenpool controller` as a process, looked after as a kubelet does: one that leaves because another may lead is started again.
import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ask } from '../simulator/servers/served';

const BUNDLE = path.resolve(__dirname, '..', '..', 'dist', 'xenpool.cjs');
/** Exit code of a process whose leadership was lost. */
const LOST = 3;

export class OperatorProcess {
  private readonly lines: string[] = [];
  private address = '';
  private told = false;
  private child: ChildProcess | undefined;
  /** Times it was started again. */
  restarts = 0;

  private constructor(private readonly args: readonly string[]) {}

  /** @param config kubeconfig */
  static async start(config: string, namespace: string, flags: readonly string[]): Promise<OperatorProcess> {
    const place = ['--namespaces', namespace, '--leader-election-namespace', namespace];
    const operator = new OperatorProcess([
      'controller',
      ...place,
      '--http-address',
      '127.0.0.1:0',
      '--kubeconfig',
      config,
      ...flags,
    ]);
    await operator.launch();
    return operator;
  }

  /** Where metrics and probes are. */
  get http(): string {
    return this.address;
  }

  get said(): string {
    return this.lines.join('\n');
  }

  async probe(name: 'healthz' | 'readyz' | 'metrics'): Promise<{ readonly status: number; readonly text: string }> {
    const { status, body } = await ask(this.address, { path: `/${name}` });
    return { status, text: body };
  }

  /** Asks until the answer is so. @throws when it never is */
  async untilProbe(name: 'healthz' | 'readyz', holds: (answer: { status: number; text: string }) => boolean): Promise<string> {
    const until = Date.now() + 60_000;
    for (;;) {
      const answer = await this.probe(name);
      if (holds(answer)) return answer.text;
      if (Date.now() > until) throw new Error(`${name} still says ${answer.status} ${answer.text}; ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Told to stop, it puts everything down and ends well. */
  async stop(): Promise<void> {
    const { child } = this;
    this.told = true;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    expect(code, this.said).to.equal(0);
  }

  /** Killed as by the kernel, and started again. */
  async killAndRestart(): Promise<void> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.removeAllListeners('exit');
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    this.restarts += 1;
    await this.launch();
  }

  private launch(): Promise<void> {
    const child = spawn(process.execPath, [BUNDLE, ...this.args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => {
        reject(new Error(`the controller ended with ${code}: ${this.said}`));
        if (code !== LOST || this.told) return;
        this.restarts += 1;
        this.launch().catch((error: unknown) => this.lines.push(String(error)));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line);
        const { event, http } = JSON.parse(line) as { event: string; http?: string };
        if (event !== 'started') return;
        this.address = http!;
        resolve();
      });
    });
  }
}
