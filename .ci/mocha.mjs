// Runs mocha over test files. The last line is always `N passed, N failed`; the exit code is 0 only when some passed and none failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './ensure.mjs';

const settings = JSON.parse(readFileSync(path.join(root, '.mocharc.json'), 'utf8'));

/** What every run is given: nothing of the configuration file but what is named here, and no test that is skipped or alone. */
const ALWAYS = [
  '--no-config',
  '--parallel',
  '--jobs',
  '2',
  '--forbid-only',
  '--forbid-pending',
  '--reporter',
  path.join(root, '.ci', 'reporter.cjs'),
  ...settings.require.flatMap((name) => ['--require', name]),
];

/** The counts mocha's reporter left, or none when it never came to an end. */
function counts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { passes: 0, failures: 0 };
    throw error;
  }
}

/**
 * Sets the exit code of this process.
 * @param given options and files, as mocha takes them
 */
export function runTests({ given, timeout = settings.timeout, env = {} }) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-test-'));
  const file = path.join(scratch, 'counts.json');
  const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const { status, signal } = spawnSync(process.execPath, [mocha, ...ALWAYS, '--timeout', String(timeout), ...given], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, XENPOOL_TEST_COUNTS: file },
  });
  const { passes, failures } = counts(file);
  rmSync(scratch, { recursive: true });
  // A run that broke off failed, whatever it had counted until then.
  const brokeOff = status !== 0 && failures === 0;
  if (brokeOff) console.log(`the test run broke off (${signal ?? `exit code ${status}`})`);
  if (passes + failures === 0) console.log('no test ran');
  console.log(`${passes} passed, ${failures + (brokeOff ? 1 : 0)} failed`);
  process.exitCode = status === 0 && passes > 0 ? 0 : 1;
}
