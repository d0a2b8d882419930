// One BMC on pyghmi (Debian `python3-pyghmi`, for Debian's own Python): unlike ipmi_sim it keeps every byte of the boot flags, and a boot uses them up (bmc.md 5.2).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type ServedChassis, serveChassis } from './chassis';
import { answering, freeUdpPort } from './freePort';
import { fruOf } from './fru';
import type { IpmiSimParts } from './ipmiSim';

/** How it is unlike a good BMC. */
export interface Deviation {
  /** Boot flags are accepted and not kept. */
  readonly forgets?: boolean;
  /** Parameters of the boot options that it does not know. */
  readonly lacks?: readonly number[];
}

const PYTHON = '/usr/bin/python3';

export class PyghmiBmc {
  private constructor(
    private readonly child: ChildProcess,
    private readonly served: ServedChassis,
    readonly port: number,
  ) {}

  static async start({ credentials, chassis, product, guid }: IpmiSimParts, deviation: Deviation = {}): Promise<PyghmiBmc> {
    const served = await serveChassis(chassis);
    const port = await freeUdpPort();
    const told = { port, ...credentials, guid, fru: fruOf(product).toString('hex'), chassis: served.port, ...deviation };
    const child = spawn(PYTHON, [path.join(__dirname, 'bmc.py')], { stdio: ['pipe', 'ignore', 'pipe'] });
    child.stdin.write(`${JSON.stringify(told)}\n`);
    const complaints = text(child.stderr);
    const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).then(async () => {
      throw new Error(`the BMC on pyghmi ended before it answered:\n${await complaints}`);
    });
    ended.catch(() => undefined);
    await answering(port, ended);
    return new PyghmiBmc(child, served, port);
  }

  async stop(): Promise<void> {
    const ended = this.child.exitCode === null && this.child.signalCode === null ? once(this.child, 'exit') : undefined;
    this.child.kill('SIGKILL');
    await ended;
    this.served.close();
  }
}
