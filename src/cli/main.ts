// Where the process begins: arguments in, streams out, the exit code set and never forced, so that what was written is also delivered.
import { processOutput } from './output';
import { xenpool } from './program';

// A reader that has had enough (`xenpool … | head`) is no error; the exit code stays that of the command.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

xenpool(process.argv.slice(2), processOutput()).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`xenpool: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
