// `xenpool rehearse`: the digital twin. Loads a pool's database dump into the simulator, runs the real controller against it in virtual time, and tells
// what would happen. No cluster, no network, nothing is touched.
import { Command } from 'commander';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { printManifest } from '../rehearsal/manifest';
import { prepare, type PrepareInput } from '../rehearsal/prepare';
import { rehearse } from '../rehearsal/rehearse';
import { exitCode, notBegun, type RehearsalReport } from '../rehearsal/report';
import { describeFaults } from '../simulator/faults';
import { printReport } from './printReport';

interface Options {
  readonly database?: string;
  readonly manifest?: string;
  readonly target?: string;
  readonly printManifest?: true;
  readonly hosts?: string;
  readonly seed: string;
  readonly fault: readonly string[];
  readonly listFaults?: true;
  readonly operator: boolean;
  readonly writeDump?: string;
  readonly trace?: true;
  readonly output: string;
}

const LARGEST = 256 * 1024 * 1024;

export function rehearseCommand(finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  return new Command('rehearse')
    .description('Rehearse the upgrade of a pool from its database dump, in virtual time; nothing is touched.')
    .option('--database <dump.xml>', 'XAPI database dump, as `xe pool-dump-database` writes it')
    .option('--manifest <file>', 'PoolUpgrade manifest, YAML or JSON; without it one is made')
    .option('--target <release>', 'release to upgrade to, e.g. 7.6.0 or "XCP-ng 8.3.0"; default: the newest one hop away')
    .option('--print-manifest', 'print the manifest that would be used, and do nothing else')
    .option('--hosts <n>', 'grow the pool to n hosts by cloning those it has')
    .option('--seed <n>', 'seed of all chance; the same command and seed give the same output', '1')
    .option('--fault <spec>', 'let something fail: NAME[@master|member|HOST][:key=value,…]; may be repeated', collect, [])
    .option('--list-faults', 'list the faults and their keys')
    .option('--no-operator', 'nobody plays the person: a wait for one ends the run')
    .option('--write-dump <file>', 'write the (grown) pool as a dump before the run')
    .option('--trace', 'tell what the controller logs, on stderr')
    .option('--output <text|json>', 'what to print on stdout', 'text')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options)));
}

const HELP = `
Exit codes: 0 Succeeded, 1 a defect of ours (a violated invariant), 2 bad input, 3 Halted, 4 Refused, Failed or Cancelled.

Examples:
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml
  xenpool rehearse --database pool.xml
  xenpool rehearse --database pool.xml --print-manifest > upgrade.yaml
  xenpool rehearse --database pool.xml --fault installer-fails@master --output json`;

async function run(options: Options): Promise<number> {
  if (options.listFaults === true) {
    process.stdout.write(`${describeFaults()}\n`);
    return 0;
  }
  if (options.output !== 'text' && options.output !== 'json')
    return say(options, notBegun('Invalid', 'BadFlag', `--output ${options.output}: expected text or json`));
  const input = readInput(options);
  if ('outcome' in input) return say(options, input);
  const prepared = prepare(input);
  if ('outcome' in prepared) return say(options, prepared);
  if (options.writeDump !== undefined) writeFileSync(options.writeDump, prepared.dump());
  if (options.printManifest === true) {
    process.stdout.write(printManifest(prepared.manifest));
    return 0;
  }
  const trace = options.trace === true ? (line: string): boolean => process.stderr.write(`${line}\n`) : undefined;
  return say(options, await rehearse(prepared, trace === undefined ? {} : { trace }));
}

function say(options: Options, report: RehearsalReport): number {
  process.stdout.write(
    options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report, process.stdout.isTTY),
  );
  return exitCode(report);
}

function readInput(options: Options): PrepareInput | RehearsalReport {
  if (options.database === undefined)
    return notBegun(
      'Invalid',
      'BadFlag',
      '--database is missing: give a dump, e.g. one written by `xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml`',
    );
  if (options.manifest !== undefined && options.target !== undefined)
    return notBegun('Invalid', 'BadFlag', '--manifest and --target exclude each other: the manifest names its target');
  const hosts = options.hosts === undefined ? undefined : wholeNumber(options.hosts);
  if (options.hosts !== undefined && (hosts === undefined || hosts < 1 || hosts > 64))
    return notBegun('Invalid', 'BadFlag', `--hosts ${options.hosts}: expected a whole number from 1 to 64`);
  const seed = wholeNumber(options.seed);
  if (seed === undefined) return notBegun('Invalid', 'BadFlag', `--seed ${options.seed}: expected a whole number`);
  const database = readText(options.database, '--database');
  if (typeof database !== 'string') return database;
  const manifest = options.manifest === undefined ? undefined : readText(options.manifest, '--manifest');
  if (manifest !== undefined && typeof manifest !== 'string') return manifest;
  return {
    database,
    source: options.database,
    manifest,
    target: options.target,
    hosts,
    seed,
    faults: options.fault,
    operator: options.operator,
  };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function readText(path: string, flag: string): string | RehearsalReport {
  try {
    const { size } = statSync(path);
    if (size > LARGEST) return notBegun('Invalid', 'TooLarge', `${flag} ${path}: ${size} bytes, expected at most ${LARGEST}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return notBegun('Invalid', 'Unreadable', `${flag} ${path}: cannot be read (${code})`);
  }
}
