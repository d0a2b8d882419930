// Runs the end-to-end tests: builds the real Kubernetes programs from Go modules if they are not there yet, holds real and embedded API servers to one
// contract, upgrades simulated pools in a real cluster, and has helm read the chart. The last line is always `N passed, N failed`. Arguments go to mocha.
import { build, isFresh } from './build.mjs';
import { ensure } from './ensure.mjs';
import { kubePrograms } from './kube.mjs';
import { runTests } from './mocha.mjs';

/** Whole upgrades, and an image's steps with all that they install. */
const TIMEOUT_MS = 240_000;
const FILES = ['test/contract/real/*.e2e.ts', 'test/e2e-cluster/*.test.ts'];

ensure();
if (!isFresh()) await build();
try {
  const programs = kubePrograms(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm']);
  const given = process.argv.slice(2);
  const files = given.some((argument) => !argument.startsWith('-') && argument.endsWith('.ts'));
  const env = { XENPOOL_KUBE_PROGRAMS: JSON.stringify(programs) };
  runTests({ given: [...given, ...(files ? [] : FILES)], timeout: TIMEOUT_MS, env });
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
