// The command `xenpool`: subcommands, thin. Each prints its result on stdout, everything else on stderr, and ends with an exit code that means something.
import { Command, CommanderError } from 'commander';
import type { Output } from './output';
import { sayFlaw, type SayFlaw } from './sayReport';
import { VERSION } from './version';

type Load = () => (output: Output, finish: (code: number) => void) => Command;

/** Each is loaded when it is asked for: an operator does not hold a simulated world in memory. */
const COMMANDS: Readonly<Record<string, Load>> = {
  backup: () => (require('./backup') as typeof import('./backup')).backupCommand,
  approve: () => (require('./approve') as typeof import('./approve')).approveCommand,
  'boot-server': () => (require('./bootServer') as typeof import('./bootServer')).bootServerCommand,
  bmc: () => (require('./bmc') as typeof import('./bmc')).bmcCommand,
  controller: () => (require('./controller') as typeof import('./controller')).controllerCommand,
  demo: () => (require('./demo') as typeof import('./demo')).demoCommand,
  iso: () => (require('./iso') as typeof import('./iso')).isoCommand,
  kubernetes: () => (require('./kubernetes') as typeof import('./kubernetes')).kubernetesCommand,
  plan: () => (require('./plan') as typeof import('./plan')).planCommand,
  rehearse: () => (require('./rehearse') as typeof import('./rehearse')).rehearseCommand,
  report: () => (require('./report') as typeof import('./report')).reportCommand,
  simulator: () => (require('./simulator') as typeof import('./simulator')).simulatorCommand,
};

/** Commands whose every exit is a report, and how each tells of a command line that is no good, or of a defect. */
const REPORTING: Readonly<Record<string, () => SayFlaw>> = {
  demo: () => sayFlaw,
  plan: () => (require('./plan/sayPlan') as typeof import('./plan/sayPlan')).sayPlanFlaw,
  rehearse: () => sayFlaw,
};

const HELP = `
Start here:
  xenpool demo                                                       watch a made pool being upgraded
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml         write a made pool's database
  xenpool simulator --hosts 3 --vms 12                               be that pool, for other programs to talk to
  xenpool plan --database pool.xml                                   read what its upgrade would do
  xenpool rehearse --database pool.xml                               rehearse the upgrade of any pool from its database
  xenpool bmc probe redfish+https://BMC                              see what a management controller can do, changing nothing
  xenpool report NAME -n NAMESPACE                                   tell a run in a cluster, for a change ticket
  xenpool backup get NAME -n NAMESPACE > pool.xml                    fetch the database that was kept before an upgrade
  xenpool iso inspect FILE                                           tell whether hosts can be started from an ISO

A dump of your own pool: xe pool-dump-database file-name=pool.xml`;

/**
 * Runs one command line.
 * @param argv without node and script
 * @returns the exit code: 0 well, 2 for what the user can mend in the command line or its files, others as the command's help says
 * @throws only for a defect of a command that makes no report
 */
export async function xenpool(argv: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  const asked = argv.find((word) => !word.startsWith('-')) ?? '';
  const program = build(Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS), output, finish);
  const reporting = Object.hasOwn(REPORTING, asked) ? REPORTING[asked]!() : undefined;
  try {
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return complain(error, argv, reporting, output);
    if (reporting === undefined) throw error;
    return reporting(output, argv, { error });
  }
  return code;
}

/** @param names of the commands that can be meant; all of them for whoever asks for help */
function build(names: readonly string[], output: Output, finish: (code: number) => void): Command {
  const program = new Command('xenpool')
    .description('Upgrades whole XenServer and XCP-ng pools, host by host, master first.')
    .version(VERSION, '--version', 'print the version')
    .addHelpText('after', HELP);
  for (const name of names) program.addCommand(COMMANDS[name]!()(output, finish));
  const nested = program.commands.flatMap((command) => command.commands);
  for (const command of [program, ...program.commands, ...nested])
    command
      .exitOverride()
      // What is wrong is told once, by complain().
      .configureOutput({ writeOut: output.out, writeErr: output.err, outputError: () => undefined })
      .helpOption('--help', 'tell what there is to know');
  return program;
}

/** Help and version are no complaint. */
function complain(error: CommanderError, argv: readonly string[], say: SayFlaw | undefined, output: Output): number {
  if (error.exitCode === 0) return 0;
  if (error.code === 'commander.help') return 2;
  const message = error.message.replace(/^error: /, '');
  if (say === undefined) output.err(`xenpool: ${message}\n`);
  else say(output, argv, { flag: message });
  output.err(`(--help teaches)\n`);
  return 2;
}
