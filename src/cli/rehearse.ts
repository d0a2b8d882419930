// `xenpool rehearse`: the digital twin. Loads a pool's database dump into the simulator, runs the real controller against it in virtual time, and tells
// what would happen. No cluster, no network, nothing is touched.
import { Command } from 'commander';
import { BOOT_METHODS, type PoolUpgrade } from '../api/poolUpgrade';
import { changeReport } from './changeReport/changeReport';
import { renderChangeReport } from './changeReport/render';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { printManifest } from '../rehearsal/manifest';
import { prepare, type Prepared, type PrepareInput } from '../rehearsal/prepare';
import { rehearse } from '../rehearsal/rehearse';
import { notBegun, type RehearsalReport } from '../rehearsal/report';
import { BMC_FAMILIES } from '../simulator/bmc/profiles';
import { describeFaults } from '../simulator/faults';
import type { Verb } from '../upgrade/orders';
import { VERBS } from '../upgrade/pool/verbs';
import { MAX_DATABASE_BYTES } from '../xenapi/database/parseDatabase';
import { findBootMethod, findFirmware, unknownBootMethod, unknownFirmware } from './bootFlags';
import type { Output } from './output';
import { badFlag, sayReport } from './sayReport';
import { wholeNumber } from './wholeNumber';

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
  readonly say: readonly string[];
  readonly writeDump?: string;
  readonly report?: string;
  readonly trace?: true;
  readonly output: string;
  readonly bootMethod?: string;
  readonly firmware: string;
  readonly bmc: string;
}

export function rehearseCommand(output: Output, finish: (code: number) => void): Command {
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
    .option(
      '--say <verb>',
      'what a person says when the run halts: retry, skip or resume; may be repeated, one a halt',
      collect,
      [],
    )
    .option('--boot-method <name>', `how hosts boot: ${BOOT_METHODS.join(', ')}; not with --manifest`)
    .option('--firmware <mode>', 'how the machines boot: BIOS or UEFI', 'BIOS')
    .option('--bmc <family>', 'which kind of BMC the simulated machines have', 'generic')
    .option('--write-dump <file>', 'write the (grown) pool as a dump before the run')
    .option('--report <file>', 'write what `xenpool report` would tell of the run at its end, as Markdown')
    .option('--trace', 'tell what the controller logs, on stderr')
    .option('--output <text|json>', 'how to print the report on stdout', 'text')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

const HELP = `
Prints one report on stdout, as a table or as JSON of docs/rehearsal.schema.json, whatever happens. docs/rehearsal.md tells more.
--list-faults and --print-manifest print what they are asked for instead.

Exit codes: 0 Succeeded, 1 a defect of ours (a violated invariant), 2 bad input, 3 Halted, 4 Refused, Failed or Cancelled.

Examples:
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml
  xenpool rehearse --database pool.xml
  xenpool rehearse --database pool.xml --print-manifest > upgrade.yaml
  xenpool rehearse --database pool.xml --manifest upgrade.yaml --hosts 8
  xenpool rehearse --database pool.xml --report rehearsed.md
  xenpool rehearse --database pool.xml --fault installer-fails@master --output json
  xenpool rehearse --database pool.xml --fault controller-crashes:at=every`;

async function run(options: Options, output: Output): Promise<number> {
  const say = (report: RehearsalReport): number => sayReport(output, options.output, report);
  if (options.output !== 'text' && options.output !== 'json')
    return say(badFlag(`--output ${options.output}: expected text or json`));
  if (options.listFaults === true) {
    output.out(`${describeFaults()}\n`);
    return 0;
  }
  const input = readInput(options);
  if ('outcome' in input) return say(input);
  const prepared = prepare(input);
  if ('outcome' in prepared) return say(namingManifest(prepared, options.manifest));
  const unwritten = options.writeDump === undefined ? undefined : writeText(options.writeDump, '--write-dump', prepared.dump());
  if (unwritten !== undefined) return say(unwritten);
  if (options.printManifest === true) {
    output.out(printManifest(prepared.manifest));
    return 0;
  }
  const trace = options.trace === true ? { trace: (line: string): void => output.err(`${line}\n`) } : {};
  return say(await rehearseAndKeep(prepared, trace, options.report));
}

async function rehearseAndKeep(prepared: Prepared, trace: object, file: string | undefined): Promise<RehearsalReport> {
  let last: PoolUpgrade | undefined;
  const report = await rehearse(prepared, { ...trace, onObject: (object) => (last = object) });
  if (file === undefined || last === undefined) return report;
  return writeText(file, '--report', renderChangeReport(changeReport(last, undefined))) ?? report;
}

/** Each line of what is wrong with a manifest begins with its file, as compilers do. */
function namingManifest(report: RehearsalReport, path: string | undefined): RehearsalReport {
  if (path === undefined || !['InvalidManifest', 'NotYetHonoured'].includes(report.reason)) return report;
  return { ...report, message: report.message.replace(/^/gm, `${path}: `) };
}

function writeText(path: string, flag: string, text: string): RehearsalReport | undefined {
  try {
    writeFileSync(path, text);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return notBegun('Invalid', 'Unwritable', `${flag} ${path}: cannot be written (${code})`);
  }
}

function readInput(options: Options): PrepareInput | RehearsalReport {
  const flags = readFlags(options);
  if ('outcome' in flags) return flags;
  const database = readText(flags.source, '--database');
  if (typeof database !== 'string') return database;
  const manifest = options.manifest === undefined ? undefined : readText(options.manifest, '--manifest');
  if (manifest !== undefined && typeof manifest !== 'string') return manifest;
  return { ...flags, database, manifest };
}

function isHostCount(count: number | undefined): boolean {
  return count !== undefined && count >= 1 && count <= 64;
}

function readWords({ say, operator }: Options): readonly Verb[] | string {
  const words = say.filter(isVerb);
  if (words.length < say.length) return `--say ${say.join(' ')}: expected retry, skip or resume`;
  return words.length > 0 && !operator ? '--say and --no-operator exclude each other: nobody is there to say it' : words;
}

function isVerb(word: string): word is Verb {
  return (VERBS as readonly string[]).includes(word);
}

function readFlags(options: Options): Omit<PrepareInput, 'database' | 'manifest'> | RehearsalReport {
  const { database, manifest, target, hosts, seed } = options;
  if (database === undefined)
    return badFlag(
      '--database is missing: give a dump, e.g. one written by `xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml`',
    );
  if (manifest !== undefined && target !== undefined)
    return badFlag('--manifest and --target exclude each other: the manifest names its target');
  const count = hosts === undefined ? undefined : wholeNumber(hosts);
  if (hosts !== undefined && !isHostCount(count)) return badFlag(`--hosts ${hosts}: expected a whole number from 1 to 64`);
  const words = readWords(options);
  if (typeof words === 'string') return badFlag(words);
  const chance = wholeNumber(seed);
  if (chance === undefined) return badFlag(`--seed ${seed}: expected a whole number`);
  const boot = readBoot(options);
  if (typeof boot === 'string') return badFlag(boot);
  const { fault: faults, operator } = options;
  return { source: database, target, hosts: count, seed: chance, faults, operator, words, ...boot };
}

function readText(path: string, flag: string): string | RehearsalReport {
  try {
    const { size } = statSync(path);
    if (size > MAX_DATABASE_BYTES)
      return notBegun('Invalid', 'TooLarge', `${flag} ${path}: ${size} bytes, expected at most ${MAX_DATABASE_BYTES}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return notBegun('Invalid', 'Unreadable', `${flag} ${path}: cannot be read (${code})`);
  }
}

/** @returns what is wrong, in words */
function readBoot({
  bootMethod,
  firmware,
  bmc,
  manifest,
}: Options): Pick<PrepareInput, 'bootMethod' | 'firmware' | 'bmcProfile'> | string {
  const method = bootMethod === undefined ? undefined : findBootMethod(bootMethod);
  if (bootMethod !== undefined && method === undefined) return unknownBootMethod(bootMethod);
  if (bootMethod !== undefined && manifest !== undefined)
    return '--manifest and --boot-method exclude each other: the manifest says how hosts boot';
  const mode = findFirmware(firmware);
  if (mode === undefined) return unknownFirmware(firmware);
  if (!BMC_FAMILIES.includes(bmc)) return `--bmc ${bmc}: expected one of ${BMC_FAMILIES.join(', ')}`;
  return { ...(method === undefined ? {} : { bootMethod: method }), firmware: mode, bmcProfile: bmc };
}
