// `xenpool simulator`: a pool made from nothing. Here it writes the pool's database dump and exits; the servers that let the simulated pool be reached
// over the network come later.
import { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { parseRelease } from '../rehearsal/manifest';
import { LoadError, makePool, type PoolShape, toDatabase } from '../simulator/dump';
import { knownReleases, sameRelease } from '../simulator/releases';
import { printDatabase } from '../xenapi/database/printDatabase';
import type { Output } from './output';
import { wholeNumber } from './wholeNumber';

interface Options {
  readonly hosts: string;
  readonly vms: string;
  readonly release: string;
  readonly writeDump?: string;
}

const HELP = `
The first VM's disk is on its host's local storage, the second can neither move nor be suspended and ignores a clean shutdown, the third is halted;
all others are easy. Every host carries half of its memory, so that any one can be emptied.

Exit codes: 0 written, 2 bad input.

Examples:
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml
  xenpool simulator --hosts 2 --vms 6 --release 6.2.0 --write-dump old-pool.xml
  xenpool rehearse --database pool.xml`;

export function simulatorCommand(output: Output, finish: (code: number) => void): Command {
  return new Command('simulator')
    .description('Make a pool from nothing and write its database dump, for rehearse to upgrade.')
    .option('--hosts <n>', 'hosts of the pool, 1 to 64', '3')
    .option('--vms <n>', 'VMs in all, 0 to 4000, dealt out to the hosts in turn', '12')
    .option('--release <release>', 'what the hosts run: e.g. 6.2.0 (XenServer) or "XCP-ng 8.2.1"', 'XCP-ng 8.2.1')
    .option('--write-dump <file>', 'where the dump goes')
    .addHelpText('after', HELP)
    .action((options: Options) => finish(run(options, output)));
}

function run(options: Options, output: Output): number {
  const wrong = (message: string): number => {
    output.err(`xenpool simulator: ${message}\n`);
    return 2;
  };
  const shape = readShape(options);
  if (typeof shape === 'string') return wrong(shape);
  const { writeDump } = options;
  if (writeDump === undefined)
    return wrong('without --write-dump FILE there is nothing to do: serving the pool over the network comes in a later version');
  const dump = made(shape);
  if ('problem' in dump) return wrong(dump.problem);
  try {
    writeFileSync(writeDump, dump.text);
  } catch (error) {
    return wrong(`--write-dump ${writeDump}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  const { hosts, vms, release } = shape;
  output.err(`${writeDump}: a pool of ${hosts} hosts and ${vms} VMs, ${release.brand} ${release.version}\n`);
  return 0;
}

/** @returns the shape, or what is wrong with a flag */
export function readShape({ hosts, vms, release }: Pick<Options, 'hosts' | 'vms' | 'release'>): PoolShape | string {
  const hostCount = wholeNumber(hosts);
  if (hostCount === undefined) return `--hosts ${hosts}: expected a whole number`;
  const vmCount = wholeNumber(vms);
  if (vmCount === undefined) return `--vms ${vms}: expected a whole number`;
  const wished = parseRelease(release, 'XenServer');
  const found = /^\d+(\.\d+)+$/.test(wished.version)
    ? knownReleases.find((known) => sameRelease(known.release, wished))
    : undefined;
  if (found === undefined) {
    const names = knownReleases.map((known) => `${known.release.brand} ${known.release.version}`).join(', ');
    return `--release ${release}: expected one of ${names}`;
  }
  return { hosts: hostCount, vms: vmCount, release: found.release };
}

function made(shape: PoolShape): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: printDatabase(toDatabase(makePool(shape))) };
  } catch (error) {
    if (error instanceof LoadError) return { problem: error.message };
    throw error;
  }
}
