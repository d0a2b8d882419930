// Starts bench/operator.ts: builds the real Kubernetes programs and the product if they are not there yet, and bundles the bench and the operators it drives
// as the product is bundled: what is loaded, and how fast, is part of what is measured.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build as buildProduct, isFresh } from './build.mjs';
import { ensure, root } from './ensure.mjs';
import { kubePrograms } from './kube.mjs';
import { leftOut } from './leftOut.mjs';

const BENCH = path.join(root, 'bench');
const TARGET = path.join(root, 'node_modules', '.cache', 'bench', 'operator');
const AS_THE_PRODUCT = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  logLevel: 'error',
};

ensure();
if (!isFresh()) await buildProduct();
const { build } = await import('esbuild');
const bundle = (entry, plugins) =>
  build({ ...AS_THE_PRODUCT, entryPoints: [path.join(BENCH, entry)], outdir: TARGET, outExtension: { '.js': '.cjs' }, plugins });
await bundle('operator.ts', [leftOut]);
await bundle('operator/ours.ts', [leftOut]);
// Its library whole: nobody who writes such an operator leaves parts of it out.
await bundle('operator/plain.ts', []);
const programs = kubePrograms(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
const { status } = spawnSync(process.execPath, [path.join(TARGET, 'operator.cjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, XENPOOL_KUBE_PROGRAMS: JSON.stringify(programs) },
});
process.exitCode = status ?? 1;
