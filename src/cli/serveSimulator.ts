// The serving side of `xenpool simulator`: starts the servers, tells one line when they listen, and leaves nothing behind when it is told to end, but for the
// folder it was given to keep the pool in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { seededRandom } from '../foundation/random';
import { realClock } from '../foundation/realClock';
import type { LoadedPool } from '../simulator/dump';
import { FaultError } from '../simulator/faults';
import { KeptError } from '../simulator/kept/keptError';
import { BMC_USER } from '../simulator/servers/settings';
import { AddressError } from '../simulator/servers/loopback';
import { type Simulation, type SimulationSettings, startSimulation } from '../simulator/servers/simulation';
import { TimeError } from '../simulator/servers/worldTime';
import { type DataFolder, type Keeping, newPassword, openKeeping } from './keepSimulator';
import type { Output } from './output';
import type { ServeFlags } from './serveFlags';
import { toldToEnd } from './toldToEnd';

/** What is no part of the pool that is kept. */
export interface Manner {
  readonly endWithStdin: boolean;
  /** Undefined: the pool ends with this process. */
  readonly data: DataFolder | undefined;
}

/** What goes wrong with sockets when an address or a port is not to be had, in words. */
const SOCKET_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken; choose another --port, or 0 for a free one',
  EADDRNOTAVAIL:
    'is no address of this machine; some systems have only 127.0.0.1 until others are added (macOS: ifconfig lo0 alias)',
  EACCES: 'may not be listened at; choose a --port from 1024',
};

/** Serves until it is told to end. @returns the exit code */
export async function serve(
  pool: LoadedPool,
  flags: ServeFlags,
  output: Output,
  { data, endWithStdin }: Manner,
): Promise<number> {
  const told = toldToEnd(endWithStdin).then(() => 0);
  const say = (text: string): void => output.err(`xenpool simulator: ${text}\n`);
  const defects = { count: 0 };
  const onDefect = (error: unknown): void => {
    defects.count += 1;
    say(`a defect of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const lost = new AbortController();
  const onRecordLost = (error: unknown): void => {
    say(
      `--data ${data?.path}: ${error instanceof Error ? error.message : String(error)}; the pool ends here, and can be taken up again`,
    );
    lost.abort();
  };
  const started = await start(pool, flags, { onDefect, onRecordLost, say }, data);
  if (typeof started === 'string') {
    say(started);
    return 2;
  }
  const code = await untilTold(started, output, Promise.race([told, aborted(lost.signal).then(() => 1)]));
  return defects.count === 0 ? code : 1;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

interface Ears extends Pick<SimulationSettings, 'onDefect' | 'onRecordLost'> {
  readonly say: (text: string) => void;
}

interface Started {
  readonly simulation: Simulation;
  readonly pace: number;
  readonly password: string;
  /** Undefined: the pool ends with this process. */
  readonly keeping: Keeping | undefined;
}

/** @returns what is wrong with a flag instead of a simulation */
async function start(pool: LoadedPool, flags: ServeFlags, { say, ...ears }: Ears, data?: DataFolder): Promise<Started | string> {
  const beneath = realClock();
  let keeping: Keeping | undefined;
  try {
    keeping = data === undefined ? undefined : await openKeeping(data, pool, flags, { beneath, say, onDefect: ears.onDefect });
    // Root's password of the whole pool: from the system's chance, because the seed is known to everybody.
    const password = keeping?.password ?? newPassword();
    const random = seededRandom(flags.seed);
    const { bootServer, ...plainly } = flags;
    const boot = bootServer === null ? {} : { bootServer };
    const simulation = await startSimulation({
      ...plainly,
      ...boot,
      ...ears,
      ...keeping?.settings,
      pool,
      password,
      random,
      beneath,
    });
    return { simulation, pace: flags.pace, password, keeping };
  } catch (error) {
    await keeping?.abandon();
    const trouble = inWords(error, flags, data);
    if (trouble === undefined) throw error;
    return trouble;
  }
}

/** @returns undefined for what is none of the user's making */
function inWords(error: unknown, flags: ServeFlags, data: DataFolder | undefined): string | undefined {
  if (error instanceof AddressError) return `--listen ${flags.listen}: ${error.message}`;
  if (error instanceof FaultError) return error.message;
  if (error instanceof TimeError) return `--pace-from: ${error.message}`;
  if (error instanceof KeptError) return `--data ${data?.path}: ${error.message}`;
  return ofSocket(error as SocketError, flags, data?.found !== undefined);
}

interface SocketError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
}

/** @param kept clients know the pool by its port */
function ofSocket({ code = '', address, port }: SocketError, flags: ServeFlags, kept: boolean): string | undefined {
  const taken = kept && code === 'EADDRINUSE';
  const trouble = taken ? 'is taken, where clients know this pool; end what listens there' : SOCKET_TROUBLE[code];
  return trouble === undefined ? undefined : `${address ?? flags.listen} port ${port ?? flags.port} ${trouble}`;
}

async function untilTold(started: Started, output: Output, told: Promise<number>): Promise<number> {
  const { simulation, keeping } = started;
  const folder = keeping === undefined ? mkdtempSync(path.join(os.tmpdir(), 'xenpool-simulator-')) : undefined;
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  // An error nobody expected ends the process without coming back here.
  process.once('exit', remove);
  try {
    output.out(`${JSON.stringify(readyLine(started, keeping?.caFile ?? path.join(folder!, 'ca.pem')))}\n`);
    output.err('xenpool simulator: serving; SIGTERM or Ctrl-C ends it\n');
    return await told;
  } finally {
    await simulation.close();
    keeping?.close();
    remove();
    process.off('exit', remove);
  }
}

function readyLine({ simulation, pace, password }: Started, file: string): object {
  const { endpoints, authority, controlUrl, mirrorUrl, bmcOrigins, world, anchor } = simulation;
  if (authority !== undefined) writeFileSync(file, authority);
  const caFile = authority === undefined ? null : file;
  const pool = { endpoints, username: 'root', password, caFile, fingerprints: simulation.fingerprints() };
  const from = anchor === undefined ? null : new Date(anchor.from).toISOString();
  const bmcs = [...bmcOrigins].map(([host, origin]) => {
    const name = world.machines.get(host)?.name ?? host;
    return { host: name, address: `redfish+${origin}`, username: BMC_USER, password };
  });
  return { pool, bmcs, control: { url: controlUrl }, mirror: { url: mirrorUrl }, clock: { pace, from } };
}
