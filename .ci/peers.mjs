// Lets programs of others loose on the simulated pool, as `xenpool simulator` serves it: Python's XenAPI and npm `xen-api`; on the simulated BMCs: sushy and
// redfishtool, while our driver is let loose on the emulator of sushy-tools, and by IPMI on ipmi_sim and a BMC on pyghmi; whole pools are
// upgraded by BMCs that sushy-tools and ipmi_sim play; and real firmware and boot loaders start from the media that hosts are shown. Python's
// programs are installed into an environment of their own below node_modules/.cache. The last line is always `N passed, N failed`. Arguments go to mocha, as
// with `npm test`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, isFresh } from './build.mjs';
import { ensureDebian, IPMI, MEDIA } from './debian.mjs';
import { ensure, root } from './ensure.mjs';
import { runTests } from './mocha.mjs';

const PEERS = path.join(root, 'test', 'peers');
/** What they need, each with its hashes. */
const REQUIREMENTS = [path.join(PEERS, 'requirements.txt'), path.join(PEERS, 'redfish', 'requirements.txt')];
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
  const hash = createHash('sha256').update(version);
  for (const file of REQUIREMENTS) hash.update(readFileSync(file));
  const wanted = hash.digest('hex');
  if (existsSync(STAMP) && existsSync(PYTHON) && readFileSync(STAMP, 'utf8') === wanted) return;
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  if (output('python3', ['-m', 'venv', ENVIRONMENT]) === undefined) stop(`no Python environment could be made at ${ENVIRONMENT}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
  pip.push(...REQUIREMENTS.flatMap((file) => ['-r', file]));
  if (output(PYTHON, pip) === undefined)
    stop(`pip could not install ${REQUIREMENTS.join(', ')}; the registry of Python packages must be reachable`);
  writeFileSync(STAMP, wanted);
}

ensure();
installPython();
if (!isFresh()) await build();
const given = process.argv.slice(2);
const files = given.some((argument) => !argument.startsWith('-') && argument.endsWith('.ts'));
for (const [folder, wanted] of [
  ['media', MEDIA],
  ['ipmi', IPMI],
]) {
  const lacking = !files || given.some((argument) => argument.includes(folder)) ? ensureDebian(wanted) : undefined;
  if (lacking !== undefined) stop(lacking);
}
runTests({
  given: [...given, ...(files ? [] : ['test/peers/**/*.test.ts'])],
  timeout: TIMEOUT_MS,
  env: { XENPOOL_PEERS_PYTHON: PYTHON },
});
