// Runs the tests. The last line is always `N passed, N failed`; the exit code is 0 only when some passed and none failed. Arguments go to mocha; with
// a test file among them, only those files run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensure, root } from './ensure.mjs';

function mochaArguments(given) {
  const settings = JSON.parse(readFileSync(path.join(root, '.mocharc.json'), 'utf8'));
  const files = given.some((argument) => !argument.startsWith('-') && argument.endsWith('.ts'));
  const common = [
    '--no-config',
    '--parallel',
    '--jobs',
    '2',
    '--forbid-only',
    '--forbid-pending',
    '--reporter',
    path.join(root, '.ci', 'reporter.cjs'),
  ];
  const required = settings.require.flatMap((name) => ['--require', name]);
  return [...common, '--timeout', String(settings.timeout), ...required, ...given, ...(files ? [] : settings.spec)];
}

/** The counts mocha's reporter left, or none when it never came to an end. */
function counts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { passes: 0, failures: 0 };
    throw error;
  }
}

function run() {
  ensure();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-test-'));
  const file = path.join(scratch, 'counts.json');
  const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const env = { ...process.env, XENPOOL_TEST_COUNTS: file };
  const { status, signal } = spawnSync(process.execPath, [mocha, ...mochaArguments(process.argv.slice(2))], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
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

run();
