// Lets programs of others loose on the simulated pool, as `xenpool simulator` serves it: Python's XenAPI, which is installed into an environment of its own
// below node_modules/.cache, and npm `xen-api`; and real firmware and boot loaders on the media that hosts are shown. The last line is always
// `N passed, N failed`. Arguments go to mocha, as with `npm test`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, isFresh } from './build.mjs';
import { ensureDebian, MEDIA } from './debian.mjs';
import { ensure, root } from './ensure.mjs';
import { runTests } from './mocha.mjs';

const REQUIREMENTS = path.join(root, 'test', 'peers', 'requirements.txt');
const HOME = path.join(root, 'node_modules', '.cache', 'peers');
const ENVIRONMENT = path.join(HOME, 'python');
const PYTHON = path.join(ENVIRONMENT, 'bin', 'python');
/** What was installed, and by which Python. */
const STAMP = path.join(HOME, 'python.stamp');
/** A pool's day of work passes in seconds, and a program that hangs is ended before that. */
const TIMEOUT_MS = 120_000;

function stop(why) {
  console.error(why);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** What a command wrote; undefined when it failed, whose words have then been seen. */
function output(command, args) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return status === 0 && error === undefined ? stdout : undefined;
}

function installPython() {
  const version = output('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)']);
  if (version === undefined)
    stop('expected python3 with its modules venv and ensurepip; on Debian and Ubuntu: apt-get install python3 python3-venv');
  const wanted = createHash('sha256').update(version).update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(STAMP) && existsSync(PYTHON) && readFileSync(STAMP, 'utf8') === wanted) return;
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  if (output('python3', ['-m', 'venv', ENVIRONMENT]) === undefined) stop(`no Python environment could be made at ${ENVIRONMENT}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', REQUIREMENTS];
  if (output(PYTHON, pip) === undefined)
    stop(`pip could not install ${REQUIREMENTS}; the registry of Python packages must be reachable`);
  writeFileSync(STAMP, wanted);
}

ensure();
installPython();
if (!isFresh()) await build();
const given = process.argv.slice(2);
const files = given.some((argument) => !argument.startsWith('-') && argument.endsWith('.ts'));
if (!files || given.some((argument) => argument.includes('media'))) {
  const lacking = ensureDebian(MEDIA);
  if (lacking !== undefined) stop(lacking);
}
runTests({
  given: [...given, ...(files ? [] : ['test/peers/**/*.test.ts'])],
  timeout: TIMEOUT_MS,
  env: { XENPOOL_PEERS_PYTHON: PYTHON },
});
