// How the hosts of a demo come into their installers, and what the boot server needs before it can be started: a port that stays its own, because installers
// ask there again after whatever happened, and a key that the controller has as well.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { BootMethod } from '../api/generated/poolUpgrade';
import { replaceFile } from '../foundation/wholeFile';
import type { FirmwareMode } from '../simulator/world';

export interface Booting {
  readonly method: BootMethod;
  /** How the machines start, and how their systems were installed. */
  readonly firmware: FirmwareMode;
}

/** Whether the hosts have BMCs that the manifest names; the boot server runs then. With them Auto is VirtualMedia. */
export function bootsByBmc({ method }: Booting): boolean {
  return method === 'VirtualMedia' || method === 'PXE' || method === 'Auto';
}

/** Family of the simulated BMCs: one that keeps to the standard. */
export const BMC_FAMILY = 'generic';
const ADDRESS = '127.0.0.1';

/** Where hosts and BMCs reach the boot server. */
export function bootUrl(port: number): string {
  return `http://${ADDRESS}:${port}`;
}

export interface HeldPort {
  readonly port: number;
  /** From then on somebody else may listen there. */
  letGo(): Promise<void>;
}

/** Takes a free port, so that none of the processes that are started meanwhile gets it. */
export async function holdPort(): Promise<HeldPort> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, ADDRESS, resolve);
  });
  return { port: portOf(server), letGo: () => new Promise((resolve) => server.close(() => resolve())) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server that listens has no port');
  return address.port;
}

/** Makes the key of the boot paths where it is not there yet. For its owner alone. */
export function keepKey(file: string): void {
  if (!existsSync(file)) replaceFile(file, `k1 ${randomBytes(32).toString('base64')}\n`);
}
