// The command `xenpool`: subcommands, thin. Each prints its result on stdout, everything else on stderr, and ends with an exit code that means something.
import { Command, CommanderError } from 'commander';

import { rehearseCommand } from './rehearse';

async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  const program = new Command('xenpool')
    .description('Upgrades whole XenServer and XCP-ng pools, host by host, master first.')
    .exitOverride()
    .showHelpAfterError('(--help teaches)')
    .addCommand(rehearseCommand(finish));

  for (const command of program.commands) command.exitOverride().showHelpAfterError('(--help teaches)');
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return code;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`xenpool: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
