// Runs the end-to-end tests: builds the real Kubernetes programs if they are not there yet and holds real and embedded servers to the same contract. The last
// line is always `N passed, N failed`; the exit code is 0 only when some passed and none failed. Arguments go to mocha.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensure, root } from './ensure.mjs';
import { kubePrograms } from './kube.mjs';

function counts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { passes: 0, failures: 0 };
    throw error;
  }
}

function run(given) {
  ensure();
  const programs = kubePrograms(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm']);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-e2e-'));
  const file = path.join(scratch, 'counts.json');
  const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const files = given.some((argument) => argument.endsWith('.ts'))
    ? []
    : ['test/contract/real/*.e2e.ts', 'test/e2e-cluster/*.test.ts'];
  const reporter = path.join(root, '.ci', 'reporter.cjs');
  const fixed = ['--no-config', '--forbid-only', '--forbid-pending', '--timeout', '120000', '--reporter', reporter];
  const args = [...fixed, '--require', 'ts-node/register', ...given, ...files];
  const env = { ...process.env, XENPOOL_TEST_COUNTS: file, XENPOOL_KUBE_PROGRAMS: JSON.stringify(programs) };
  const { status, signal } = spawnSync(process.execPath, [mocha, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  const { passes, failures } = counts(file);
  rmSync(scratch, { recursive: true });
  const brokeOff = status !== 0 && failures === 0;
  if (brokeOff) console.log(`the test run broke off (${signal ?? `exit code ${status}`})`);
  console.log(`${passes} passed, ${failures + (brokeOff ? 1 : 0)} failed`);
  process.exitCode = status === 0 && passes > 0 ? 0 : 1;
}

try {
  run(process.argv.slice(2));
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
