// The command `xenpool`: subcommands, thin. Each prints its result on stdout, everything else on stderr, and ends with an exit code that means something.
import { Command, CommanderError } from 'commander';
import type { Output } from './output';
import { badFlag, defect, formatIn, sayReport } from './sayReport';
import { VERSION } from './version';

type Load = () => (output: Output, finish: (code: number) => void) => Command;

/** Each is loaded when it is asked for: an operator does not hold a simulated world in memory. */
const COMMANDS: Readonly<Record<string, Load>> = {
  backup: () => (require('./backup') as typeof import('./backup')).backupCommand,
  approve: () => (require('./approve') as typeof import('./approve')).approveCommand,
  controller: () => (require('./controller') as typeof import('./controller')).controllerCommand,
  demo: () => (require('./demo') as typeof import('./demo')).demoCommand,
  kubernetes: () => (require('./kubernetes') as typeof import('./kubernetes')).kubernetesCommand,
  rehearse: () => (require('./rehearse') as typeof import('./rehearse')).rehearseCommand,
  report: () => (require('./report') as typeof import('./report')).reportCommand,
  simulator: () => (require('./simulator') as typeof import('./simulator')).simulatorCommand,
};

/** Commands whose every exit is a report. */
const REPORTING: readonly string[] = ['rehearse', 'demo'];

const HELP = `
Start here:
  xenpool demo                                                       watch a made pool being upgraded
  xenpool simulator --hosts 3 --vms 12 --write-dump pool.xml         write a made pool's database
  xenpool simulator --hosts 3 --vms 12                               be that pool, for other programs to talk to
  xenpool rehearse --database pool.xml                               rehearse the upgrade of any pool from its database
  xenpool report NAME -n NAMESPACE                                   tell a run in a cluster, for a change ticket
  xenpool backup get NAME -n NAMESPACE > pool.xml                    fetch the database that was kept before an upgrade

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
  const reporting = REPORTING.includes(asked);
  try {
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return complain(error, argv, reporting, output);
    if (!reporting) throw error;
    return sayReport(output, formatIn(argv), defect(error));
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
function complain(error: CommanderError, argv: readonly string[], reporting: boolean, output: Output): number {
  if (error.exitCode === 0) return 0;
  if (error.code === 'commander.help') return 2;
  const message = error.message.replace(/^error: /, '');
  if (reporting) sayReport(output, formatIn(argv), badFlag(message));
  else output.err(`xenpool: ${message}\n`);
  output.err(`(--help teaches)\n`);
  return 2;
}
