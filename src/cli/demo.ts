// `xenpool demo`: what the program does, in half a minute, on nothing but Node.
import { Command } from 'commander';
import { DEMO_RELEASE, type DemoShape, prepareDemo, tellDemo } from '../demo/demo';
import { printRelease } from '../plan/release';
import type { Prepared } from '../rehearsal/prepare';
import { rehearse } from '../rehearsal/rehearse';
import type { RehearsalReport } from '../rehearsal/report';
import { LoadError } from '../simulator/dump';
import type { Output } from './output';
import { badFlag, sayReport } from './sayReport';
import { wholeNumber } from './wholeNumber';

interface Options {
  readonly pace: string;
  readonly fault: readonly string[];
  readonly hosts: string;
  readonly vms: string;
  readonly output: string;
}

const HELP = `
The first VM's disk is on local storage, the second can neither move nor be suspended and ignores a clean shutdown, the third is halted.
With --output json nothing is told on the way, and stdout is one report of docs/rehearsal.schema.json.

Exit codes: 0 Succeeded, 1 a defect of ours (a violated invariant), 2 bad input, 3 Halted, 4 Refused, Failed or Cancelled.

Examples:
  xenpool demo
  xenpool demo --pace max --hosts 8 --vms 40
  xenpool demo --fault installer-fails@master
  xenpool rehearse --list-faults`;

export function demoCommand(output: Output, finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  return new Command('demo')
    .description('Watch a made pool being upgraded, in a simulated world; nothing real is touched.')
    .option('--pace <x>', 'how fast: 1 is about half a minute, 2 twice as fast, max does not wait', '1')
    .option('--fault <spec>', 'let something fail: NAME[@master|member|HOST][:key=value,…]; may be repeated', collect, [])
    .option('--hosts <n>', 'hosts of the made pool, 1 to 64', '3')
    .option('--vms <n>', 'VMs of the made pool', '12')
    .option('--output <text|json>', 'text tells the story, json prints only the report', 'text')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

async function run(options: Options, output: Output): Promise<number> {
  const say = (report: RehearsalReport): number => sayReport(output, options.output, report);
  if (options.output !== 'text' && options.output !== 'json')
    return say(badFlag(`--output ${options.output}: expected text or json`));
  const speed = readPace(options.pace);
  if (speed === undefined) return say(badFlag(`--pace ${options.pace}: expected max or a number from 0.1 to 1000`));
  const shape = readShape(options);
  if (typeof shape === 'string') return say(badFlag(shape));
  const prepared = begun(shape);
  if ('outcome' in prepared) return say(prepared);
  if (options.output === 'json') return say(await rehearse(prepared));
  return tell(prepared, shape, speed, output);
}

async function tell(prepared: Prepared, shape: DemoShape, speed: number, output: Output): Promise<number> {
  const write = (line: string): void => output.out(`${line}\n`);
  const hosts = `${shape.hosts} ${shape.hosts === 1 ? 'host' : 'hosts'}`;
  const { target } = prepared.manifest.spec;
  const to = printRelease({ brand: target.brand ?? DEMO_RELEASE.brand, version: target.version });
  write(`A made pool, ${hosts} and ${shape.vms} VMs, goes from ${printRelease(DEMO_RELEASE)} to ${to}.`);
  write('The controller is the real one; pool, hardware and clock are simulated, and quiet minutes pass in moments.');
  if (prepared.crashAt === 'every')
    write('After the story the same run is made once per crash point, untold; that takes a minute or so.');
  write('');
  const report = await tellDemo(prepared, { write, colour: output.colour, speed });
  write('');
  const code = sayReport(output, 'text', report);
  output.out(NEXT);
  return code;
}

const NEXT = `
Three things to try next:
  npm run demo -- --fault installer-fails@master            a master that fails halts everything; its old system serves again
  npm run --silent rehearse -- --database pool.xml          the same for your own pool: xe pool-dump-database file-name=pool.xml
  npm run demo -- --pace max --fault controller-crashes:at=every
                                                            the controller dies at each single step, and nothing comes out otherwise
`;

/** A pool that cannot be made is bad input. */
function begun(shape: DemoShape): Prepared | RehearsalReport {
  try {
    return prepareDemo(shape);
  } catch (error) {
    if (error instanceof LoadError) return badFlag(error.message);
    throw error;
  }
}

function readPace(text: string): number | undefined {
  if (text === 'max') return Infinity;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return value >= 0.1 && value <= 1000 ? value : undefined;
}

function readShape({ hosts, vms, fault }: Options): DemoShape | string {
  const hostCount = wholeNumber(hosts);
  if (hostCount === undefined) return `--hosts ${hosts}: expected a whole number`;
  const vmCount = wholeNumber(vms);
  if (vmCount === undefined) return `--vms ${vms}: expected a whole number`;
  return { hosts: hostCount, vms: vmCount, faults: fault };
}
