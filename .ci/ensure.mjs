// Installs the dependencies when they are missing or are not those of the lock file, and is silent and quick otherwise. Every script of the repository
// begins with it, so that a fresh clone needs no instructions. Plain Node: nothing is installed yet when this runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The hash of the lock file that node_modules was last found to agree with. */
const STAMP = path.join(root, 'node_modules', '.xenpool-lock');
const LOCK = path.join(root, 'package-lock.json');
/** What npm itself wrote down about the tree it installed. */
const INSTALLED = path.join(root, 'node_modules', '.package-lock.json');

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether npm's own record holds every package of the lock file in the same version; packages for other platforms may be missing. */
function sameTree(lock, installed) {
  if (installed === undefined) return false;
  const there = JSON.parse(installed).packages ?? {};
  const wanted = Object.entries(JSON.parse(lock).packages ?? {}).filter(([name]) => name !== '');
  return wanted.every(([name, { version, integrity, optional }]) => {
    const found = there[name];
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
  });
}

function install() {
  console.error('installing dependencies from package-lock.json ...');
  // npm's own script when npm runs us, so that the same npm is used; npm from the path otherwise.
  const [command, ...before] = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  if (status === 0) return;
  console.error(
    `npm ci failed${error === undefined ? '' : `: ${error.message}`}; the registry must be reachable, or node_modules be copied from elsewhere`,
  );
  process.exit(1);
}

/** Makes node_modules agree with the lock file. Ends the process with 1 when it cannot. */
export function ensure() {
  const lock = readFileSync(LOCK, 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  if (readIfThere(STAMP) === hash) return;
  if (!sameTree(lock, readIfThere(INSTALLED))) install();
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, hash);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensure();
