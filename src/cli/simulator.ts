// `xenpool simulator`: a pool from a dump or from nothing, served over the network until it is told to end, or only written as a database dump.
import { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { type LoadedPool, toDatabase } from '../simulator/dump';
import { KeptError } from '../simulator/kept/keptError';
import { type KeptWorld, readWorld, type WorldFolder } from '../simulator/kept/worldFile';
import { DatabaseError } from '../xenapi/database/databaseError';
import { printDatabase } from '../xenapi/database/printDatabase';
import { readBmcs, readBootServer, readFirmware } from './bootFlags';
import { contradiction } from './keptFlags';
import type { Output } from './output';
import { INSTANT_EXPECTED, readInstant, readPace } from './paceFlags';
import type { ServeFlags } from './serveFlags';
import { serve } from './serveSimulator';
import { codeOf, Complaint, type PoolSource, poolOf, readDump, SHAPE, shapeGiven, sourceOf } from './simulatorPool';
import { endWithStdinOption } from './toldToEnd';
import { wholeNumber } from './wholeNumber';

interface Options {
  readonly database?: string;
  readonly hosts?: string;
  readonly vms?: string;
  readonly release?: string;
  readonly seed?: string;
  readonly pace?: string;
  readonly paceFrom?: string;
  readonly listen?: string;
  readonly port?: string;
  readonly fault: readonly string[];
  readonly plain?: true;
  readonly bmc: readonly string[];
  readonly firmware?: string;
  readonly bootServer?: string;
  readonly data?: string;
  readonly writeDump?: string;
  readonly endWithStdin?: true;
}

const HELP = `
Serves the pool until SIGTERM or SIGINT: each host on its own loopback address (the master first, 127.0.0.1, 127.0.0.2, …), one port, HTTPS with a
certificate of its own, XML-RPC on / and /RPC2, JSON-RPC on /jsonrpc where the release has it. When all listen, one JSON line on stdout tells
pool.endpoints, pool.username, pool.password, pool.caFile, pool.fingerprints, control.url, mirror.url and bmcs. docs/simulator.md tells more.
With --write-dump and none of --pace, --pace-from, --listen, --port, --fault, --plain, --bmc, --firmware, --boot-server, --data the dump is written and
nothing is served.

With --data the pool is kept in a folder, and outlives this process however it ends: started again with the folder, it goes on where it stood, with the same
endpoints, certificates and password. Flags need not be given again; those that are must agree. Its time stands still meanwhile, unless --pace-from is given.
clock.from of the line tells the instant at which the pool's time is the real one. The folder holds secrets: mode 0700.

A made pool: the first VM's disk is on its host's local storage, the second can neither move nor be suspended and ignores a clean shutdown, the third is
halted; all others are easy. Every host carries half of its memory, so that any one can be emptied.

Exit codes: 0 written, or served until it was told to end; 1 a defect of ours; 2 bad input; 4 a pool that a rule forbids.

Examples:
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml
  xenpool simulator --hosts 2 --vms 6 --release 6.2.0 --port 8443
  xenpool simulator --database pool.xml --pace 60 --fault installer-fails@member
  xenpool simulator --hosts 2 --bmc dell-idrac9 --bmc xs-02=hpe-ilo5 --firmware uefi
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
    .option('--seed <n>', 'seed of all chance but keys and password (default: 1)')
    .option('--pace <x>', 'seconds of the pool that pass in a real one; 0: only when stepped (default: 1)')
    .option(
      '--pace-from <instant>',
      "when the pool's wall time was the real one; a controller with the same two agrees (default: now)",
    )
    .option('--listen <address>', 'loopback address of the master; the others follow (default: 127.0.0.1)')
    .option('--port <n>', 'port of all hosts; 0: a free one (default: 0)')
    .option('--fault <spec>', 'let something fail: NAME[@master|member|HOST][:key=value,…]; may be repeated', collect, [])
    .option('--plain', 'serve HTTP instead of HTTPS')
    .option(
      '--bmc <family>',
      'a BMC in every host: FAMILY, or in one: HOST=FAMILY; may be repeated. Served after the hosts (default: none)',
      collect,
      [],
    )
    .option('--firmware <mode>', 'how machines start and were installed: bios or uefi (default: bios)')
    .option('--boot-server <url>', 'base of the URLs at which network cards ask what to boot; on this machine (default: none)')
    .option('--data <folder>', 'keep the pool there, and go on with the one that is kept there')
    .option('--write-dump <file>', 'write the pool as a dump')
    .addOption(endWithStdinOption())
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

async function run(options: Options, output: Output): Promise<number> {
  try {
    return await perform(options, output);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    output.err(`xenpool simulator: ${error.message}\n`);
    return error.code;
  }
}

/** @throws Complaint */
async function perform(options: Options, output: Output): Promise<number> {
  const read = readFlags(options);
  const found = options.data === undefined ? undefined : lookInto(options.data);
  const source = found === undefined ? sourceOf(options) : kept(found.world, options);
  const flags = { ...read, bmcs: readBmcs(options.bmc, source.pool.hosts) };
  // Who takes a pool up has been told already.
  for (const warning of found === undefined ? source.pool.warnings : []) output.err(`xenpool simulator: ${warning}\n`);
  if (options.writeDump !== undefined) writeDump(options.writeDump, source.pool, output);
  if (options.writeDump !== undefined && !wantsServing(options)) return 0;
  const endWithStdin = options.endWithStdin === true;
  if (options.data === undefined) return serve(source.pool, flags, output, { data: undefined, endWithStdin });
  const { made } = source;
  const dump = source.dump();
  // Both starts load the pool from the text that is kept, so that both come to the same.
  const data = { path: options.data, found, dump, made };
  return serve(poolOf(dump), { ...flags, ...found?.world.flags }, output, { data, endWithStdin });
}

/** @throws Complaint */
function lookInto(data: string): WorldFolder | undefined {
  try {
    return readWorld(data);
  } catch (error) {
    if (error instanceof KeptError) throw new Complaint(`--data ${data}: ${error.message}`);
    throw error;
  }
}

/** @throws Complaint when the flags say otherwise than the world that is kept */
function kept(world: KeptWorld, options: Options): PoolSource {
  const { seed, pace, listen, port, fault, plain, database, data, bmc, firmware, bootServer } = options;
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  const wrong = contradiction(world, {
    ...shapeGiven(options),
    ...{ seed: number(seed), pace: number(pace), listen, port: number(port), plain },
    database: database === undefined ? undefined : readDump(database),
    faults: fault.length === 0 ? undefined : fault,
    bmcs: bmc.length === 0 ? undefined : readBmcs(bmc, poolOf(world.dump).hosts),
    firmware: firmware === undefined ? undefined : readFirmware(firmware),
    bootServer: bootServer === undefined ? undefined : readBootServer(bootServer),
  });
  if (wrong !== undefined) throw new Complaint(`--data ${data}: ${wrong}`);
  return { pool: poolOf(world.dump), dump: () => world.dump, made: world.flags.made };
}

function wantsServing({ pace, paceFrom, listen, port, fault, plain, data, bmc, firmware, bootServer }: Options): boolean {
  const given = [pace, paceFrom, listen, port, plain, data, firmware, bootServer].some((flag) => flag !== undefined);
  return given || fault.length > 0 || bmc.length > 0;
}

/** @throws Complaint */
function readFlags({ seed = '1', port = '0', listen = '127.0.0.1', ...more }: Options): Omit<ServeFlags, 'bmcs'> {
  const chance = wholeNumber(seed);
  if (chance === undefined) throw new Complaint(`--seed ${seed}: expected a whole number`);
  const number = wholeNumber(port);
  if (number === undefined || number > 65_535) throw new Complaint(`--port ${port}: expected a port, 0 to 65535`);
  const { fault, plain, firmware = 'bios', bootServer } = more;
  return {
    ...{ seed: chance, ...readTime(more), listen, port: number, faults: fault, plain: plain === true },
    firmware: readFirmware(firmware),
    bootServer: bootServer === undefined ? null : readBootServer(bootServer),
  };
}

function readTime({ pace = '1', paceFrom }: Pick<Options, 'pace' | 'paceFrom'>): Pick<ServeFlags, 'pace' | 'paceFrom'> {
  const rate = readPace(pace);
  if (rate === undefined) throw new Complaint(`--pace ${pace}: expected a number from 0, e.g. 1, 60 or 0.5`);
  const from = paceFrom === undefined ? undefined : readInstant(paceFrom);
  if (paceFrom !== undefined && from === undefined) throw new Complaint(`--pace-from ${paceFrom}: ${INSTANT_EXPECTED}`);
  return { pace: rate, paceFrom: from };
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
