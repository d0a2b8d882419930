// Runs the program from the sources as they are: installs and builds when needed, then gets out of the way. The program owns stdin, stdout, the exit
// code and the signals; whatever is said here goes to stderr.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { BUNDLE, build, isFresh } from './build.mjs';
import { ensure } from './ensure.mjs';

ensure();
if (!isFresh()) await build();

const child = spawn(process.execPath, ['--enable-source-maps', BUNDLE, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends its interrupt to the child as well; a second one would be read as impatience.
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
}
child.on('error', (error) => {
  console.error(`could not start the program: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]));
