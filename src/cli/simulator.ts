// `xenpool simulator`: a pool from a dump or from nothing, served over the network until it is told to end, or only written as a database dump.
import { Command } from 'commander';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseRelease } from '../rehearsal/manifest';
import { type LoadedPool, LoadError, loadPool, makePool, type PoolShape, toDatabase } from '../simulator/dump';
import { knownReleases, sameRelease } from '../simulator/releases';
import { DatabaseError } from '../xenapi/database/databaseError';
import { MAX_DATABASE_BYTES, parseDatabase } from '../xenapi/database/parseDatabase';
import { printDatabase } from '../xenapi/database/printDatabase';
import type { Output } from './output';
import { INSTANT_EXPECTED, readInstant, readPace } from './paceFlags';
import { type ServeFlags, serve } from './serveSimulator';
import { endWithStdinOption } from './toldToEnd';
import { wholeNumber } from './wholeNumber';

interface Options {
  readonly database?: string;
  readonly hosts?: string;
  readonly vms?: string;
  readonly release?: string;
  readonly seed: string;
  readonly pace?: string;
  readonly paceFrom?: string;
  readonly endWithStdin?: true;
  readonly listen?: string;
  readonly port?: string;
  readonly fault: readonly string[];
  readonly plain?: true;
  readonly writeDump?: string;
}

const SHAPE = { hosts: '3', vms: '12', release: 'XCP-ng 8.2.1' };

const HELP = `
Serves the pool until SIGTERM or SIGINT: each host on its own loopback address (the master first, 127.0.0.1, 127.0.0.2, …), one port, HTTPS with a
certificate of its own, XML-RPC on / and /RPC2, JSON-RPC on /jsonrpc where the release has it. When all listen, one JSON line on stdout tells
pool.endpoints, pool.username, pool.password, pool.caFile, pool.fingerprints and control.url. docs/simulator.md tells more.
With --write-dump and none of --pace, --pace-from, --listen, --port, --fault, --plain the dump is written and nothing is served.

A made pool: the first VM's disk is on its host's local storage, the second can neither move nor be suspended and ignores a clean shutdown, the third is
halted; all others are easy. Every host carries half of its memory, so that any one can be emptied.

Exit codes: 0 written, or served until it was told to end; 1 a defect of ours; 2 bad input; 4 a pool that a rule forbids.

Examples:
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml
  xenpool simulator --hosts 2 --vms 6 --release 6.2.0 --port 8443
  xenpool simulator --database pool.xml --pace 60 --fault installer-fails@member
  curl http://127.0.0.1:PORT/world                              # control.url: what is really so
  curl http://127.0.0.1:PORT/books                              # what the world's books found wrong
  curl -d '{"seconds": 3600}' http://127.0.0.1:PORT/step        # an hour passes at once
  curl -d agent-restarts@master http://127.0.0.1:PORT/faults
  python3 -c 'import XenAPI, ssl                                # pip install XenAPI
  session = XenAPI.Session("https://127.0.0.1:8443", ignore_ssl=True)
  session.login_with_password("root", "PASSWORD", "1.0", "me")
  print([vm["name_label"] for vm in session.xenapi.VM.get_all_records().values()])'`;

export function simulatorCommand(output: Output, finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  return new Command('simulator')
    .description('Be a pool: serve a simulated one over the network, from a database dump or made from nothing.')
    .option('--database <dump.xml>', 'XAPI database dump of the pool, as `xe pool-dump-database` writes it')
    .option('--hosts <n>', `hosts of a made pool, 1 to 64 (default: ${SHAPE.hosts})`)
    .option('--vms <n>', `VMs of a made pool in all, 0 to 4000, dealt out to the hosts in turn (default: ${SHAPE.vms})`)
    .option('--release <release>', `what a made pool runs: e.g. 6.2.0 (XenServer) or "XCP-ng 8.2.1" (default: ${SHAPE.release})`)
    .option('--seed <n>', 'seed of all chance but keys and password', '1')
    .option('--pace <x>', 'seconds of the pool that pass in a real one; 0: only when stepped (default: 1)')
    .option(
      '--pace-from <instant>',
      "when the pool's wall time was the real one; a controller with the same two agrees (default: now)",
    )
    .option('--listen <address>', 'loopback address of the master; the others follow (default: 127.0.0.1)')
    .option('--port <n>', 'port of all hosts; 0: a free one (default: 0)')
    .option('--fault <spec>', 'let something fail: NAME[@master|member|HOST][:key=value,…]; may be repeated', collect, [])
    .option('--plain', 'serve HTTP instead of HTTPS')
    .option('--write-dump <file>', 'write the pool as a dump')
    .addOption(endWithStdinOption())
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

/** What ends the command before it serves. */
class Complaint extends Error {
  constructor(
    message: string,
    readonly code: 2 | 4 = 2,
  ) {
    super(message);
  }
}

async function run(options: Options, output: Output): Promise<number> {
  try {
    const flags = readFlags(options);
    const pool = poolOf(options);
    for (const warning of pool.warnings) output.err(`xenpool simulator: ${warning}\n`);
    if (options.writeDump !== undefined) writeDump(options.writeDump, pool, output);
    return options.writeDump !== undefined && !wantsServing(options) ? 0 : await serve(pool, flags, output);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    output.err(`xenpool simulator: ${error.message}\n`);
    return error.code;
  }
}

function wantsServing({ pace, paceFrom, listen, port, fault, plain }: Options): boolean {
  return [pace, paceFrom, listen, port, plain].some((flag) => flag !== undefined) || fault.length > 0;
}

/** @throws Complaint */
function readFlags(options: Options): ServeFlags {
  const { seed, pace = '1', paceFrom, listen = '127.0.0.1', port = '0', fault, plain, endWithStdin } = options;
  const chance = wholeNumber(seed);
  if (chance === undefined) throw new Complaint(`--seed ${seed}: expected a whole number`);
  const number = wholeNumber(port);
  if (number === undefined || number > 65_535) throw new Complaint(`--port ${port}: expected a port, 0 to 65535`);
  return {
    ...{ seed: chance, ...timeOf(pace, paceFrom), listen, port: number, faults: fault },
    ...{ plain: plain === true, endWithStdin: endWithStdin === true },
  };
}

/** @throws Complaint */
function timeOf(pace: string, paceFrom: string | undefined): Pick<ServeFlags, 'pace' | 'paceFrom'> {
  const rate = readPace(pace);
  if (rate === undefined) throw new Complaint(`--pace ${pace}: expected a number from 0, e.g. 1, 60 or 0.5`);
  if (paceFrom === undefined) return { pace: rate, paceFrom: undefined };
  const from = readInstant(paceFrom);
  if (from === undefined) throw new Complaint(`--pace-from ${paceFrom}: ${INSTANT_EXPECTED}`);
  return { pace: rate, paceFrom: from };
}

/** @throws Complaint */
function poolOf(options: Options): LoadedPool {
  const { database, hosts, vms, release } = options;
  if (database === undefined) return loaded('', () => makePool(shapeOf({ hosts, vms, release })));
  const made = Object.entries({ hosts, vms, release }).find(([, value]) => value !== undefined);
  if (made !== undefined) throw new Complaint(`--database and --${made[0]} exclude each other: the dump has its own ${made[0]}`);
  const text = readDump(database);
  return loaded(`--database ${database}: `, () => loadPool(parseDatabase(text)));
}

/** @throws Complaint */
function loaded(source: string, load: () => LoadedPool): LoadedPool {
  try {
    return load();
  } catch (error) {
    if (error instanceof LoadError) throw new Complaint(`${source}${error.message}`, error.refused ? 4 : 2);
    if (error instanceof DatabaseError) throw new Complaint(`${source}${error.message}`);
    throw error;
  }
}

function readDump(path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= MAX_DATABASE_BYTES) return readFileSync(path, 'utf8');
    throw new Complaint(`--database ${path}: ${size} bytes, expected at most ${MAX_DATABASE_BYTES}`);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(`--database ${path}: cannot be read (${codeOf(error)})`);
  }
}

function writeDump(path: string, pool: LoadedPool, output: Output): void {
  try {
    writeFileSync(path, printDatabase(toDatabase(pool)));
  } catch (error) {
    if (error instanceof DatabaseError) throw new Complaint(`--write-dump ${path}: ${error.message}`);
    throw new Complaint(`--write-dump ${path}: cannot be written (${codeOf(error)})`);
  }
  const { hosts, release } = pool;
  output.err(`${path}: a pool of ${hosts.length} hosts, ${release.brand} ${release.version}\n`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** @throws Complaint for what is wrong with a flag */
function shapeOf(given: {
  readonly hosts: string | undefined;
  readonly vms: string | undefined;
  readonly release: string | undefined;
}): PoolShape {
  const { hosts = SHAPE.hosts, vms = SHAPE.vms, release = SHAPE.release } = given;
  const hostCount = wholeNumber(hosts);
  if (hostCount === undefined) throw new Complaint(`--hosts ${hosts}: expected a whole number`);
  const vmCount = wholeNumber(vms);
  if (vmCount === undefined) throw new Complaint(`--vms ${vms}: expected a whole number`);
  const wished = parseRelease(release, 'XenServer');
  const found = /^\d+(\.\d+)+$/.test(wished.version)
    ? knownReleases.find((known) => sameRelease(known.release, wished))
    : undefined;
  if (found === undefined) {
    const names = knownReleases.map((known) => `${known.release.brand} ${known.release.version}`).join(', ');
    throw new Complaint(`--release ${release}: expected one of ${names}`);
  }
  return { hosts: hostCount, vms: vmCount, release: found.release };
}
