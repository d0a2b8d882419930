// The serving side of `xenpool simulator`: starts the servers, tells one line when they listen, and leaves nothing behind when it is told to end.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { wallTime } from '../foundation/pacedClock';
import { seededRandom } from '../foundation/random';
import { realClock } from '../foundation/realClock';
import type { LoadedPool } from '../simulator/dump';
import { FaultError } from '../simulator/faults';
import { AddressError } from '../simulator/servers/loopback';
import { type Simulation, startSimulation } from '../simulator/servers/simulation';
import type { Output } from './output';
import { toldToEnd } from './toldToEnd';

export interface ServeFlags {
  readonly seed: number;
  readonly pace: number;
  /** Wall time of the pool is the real one at this instant, in milliseconds since the epoch; undefined: at the start. */
  readonly paceFrom: number | undefined;
  readonly listen: string;
  readonly port: number;
  readonly faults: readonly string[];
  readonly plain: boolean;
  readonly endWithStdin: boolean;
}

/** What goes wrong with sockets when an address or a port is not to be had, in words. */
const SOCKET_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken; choose another --port, or 0 for a free one',
  EADDRNOTAVAIL:
    'is no address of this machine; some systems have only 127.0.0.1 until others are added (macOS: ifconfig lo0 alias)',
  EACCES: 'may not be listened at; choose a --port from 1024',
};

/** Serves until it is told to end. @returns the exit code */
export async function serve(pool: LoadedPool, flags: ServeFlags, output: Output): Promise<number> {
  const told = toldToEnd(flags.endWithStdin);
  const defects = { count: 0 };
  const onDefect = (error: unknown): void => {
    defects.count += 1;
    output.err(
      `xenpool simulator: a defect of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  };
  // Root's password of the whole pool: from the system's chance, because the seed is known to everybody.
  const password = randomBytes(18).toString('base64url');
  const simulation = await start(pool, flags, password, onDefect);
  if (typeof simulation === 'string') {
    output.err(`xenpool simulator: ${simulation}\n`);
    return 2;
  }
  await untilTold(simulation, password, output, told);
  return defects.count === 0 ? 0 : 1;
}

/** @returns what is wrong with a flag instead of a simulation */
async function start(
  pool: LoadedPool,
  { seed, paceFrom, endWithStdin: _endWithStdin, ...flags }: ServeFlags,
  password: string,
  onDefect: (error: unknown) => void,
): Promise<Simulation | string> {
  const beneath = realClock();
  const origin = paceFrom === undefined ? {} : { origin: wallTime({ pace: flags.pace, from: paceFrom }, beneath.now()) };
  try {
    return await startSimulation({ ...flags, ...origin, pool, password, onDefect, random: seededRandom(seed), beneath });
  } catch (error) {
    if (error instanceof AddressError) return `--listen ${flags.listen}: ${error.message}`;
    if (error instanceof FaultError) return error.message;
    const { code, address, port } = error as NodeJS.ErrnoException & { readonly address?: string; readonly port?: number };
    const trouble = SOCKET_TROUBLE[code ?? ''];
    if (trouble === undefined) throw error;
    return `${address ?? flags.listen} port ${port ?? flags.port} ${trouble}`;
  }
}

async function untilTold(simulation: Simulation, password: string, output: Output, told: Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-simulator-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // An error nobody expected ends the process without coming back here.
  process.once('exit', remove);
  try {
    output.out(`${JSON.stringify(readyLine(simulation, password, folder))}\n`);
    output.err('xenpool simulator: serving; SIGTERM or Ctrl-C ends it\n');
    await told;
  } finally {
    await simulation.close();
    remove();
    process.off('exit', remove);
  }
}

function readyLine(simulation: Simulation, password: string, folder: string): object {
  const { endpoints, authority, controlUrl } = simulation;
  const caFile = authority === undefined ? null : path.join(folder, 'ca.pem');
  if (authority !== undefined && caFile !== null) writeFileSync(caFile, authority);
  const pool = { endpoints, username: 'root', password, caFile, fingerprints: simulation.fingerprints() };
  return { pool, control: { url: controlUrl } };
}
