// Where the process begins: arguments in, streams out, the exit code set and never forced, so that what was written is also delivered.
import { processOutput } from './output';
import { xenpool } from './program';

// A reader that has had enough (`xenpool … | head`) is no error. A command that is over keeps its exit code; one that still talks ends as by SIGPIPE.
function endsQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  setImmediate(() => process.exit(process.exitCode ?? 141));
}

process.stdout.on('error', endsQuietly);
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

xenpool(process.argv.slice(2), processOutput()).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`xenpool: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
