// Builds the real thing: etcd, kube-apiserver, kube-controller-manager, kubectl, helm and kubeconform from the Go modules in tools/kube. What is built lands
// in a cache outside the repository under a name made of all that decides it (module files, flags, Go's release), so that it is built once and then
// found by every clone. Needs Go and about five minutes on two cores the first time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './ensure.mjs';

const MODULES = path.join(root, 'tools', 'kube');
const KUBERNETES = { version: 'v1.36.3', major: '1', minor: '36' };

const stamped = (name, values) => Object.entries(values).map(([variable, value]) => `-X ${name}.${variable}=${value}`);

/** An unstamped server reports a version no client and no chart accepts. */
const KUBE_STAMPS = stamped('k8s.io/component-base/version', {
  gitVersion: KUBERNETES.version,
  gitMajor: KUBERNETES.major,
  gitMinor: KUBERNETES.minor,
});

/** An unstamped helm takes every cluster it does not ask for Kubernetes 1.20. */
const HELM_STAMPS = ['helm.sh/helm/v3/pkg/chartutil', 'helm.sh/helm/v3/pkg/lint/rules'].flatMap((name) =>
  stamped(name, { k8sVersionMajor: KUBERNETES.major, k8sVersionMinor: KUBERNETES.minor }),
);

const PROGRAMS = [
  { name: 'etcd', module: 'etcd', package: 'go.etcd.io/etcd/server/v3', stamps: [] },
  { name: 'kube-apiserver', module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver', stamps: KUBE_STAMPS },
  { name: 'kubectl', module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl', stamps: KUBE_STAMPS },
  {
    name: 'kube-controller-manager',
    module: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    stamps: KUBE_STAMPS,
  },
  { name: 'helm', module: 'helm', package: 'helm.sh/helm/v3/cmd/helm', stamps: HELM_STAMPS },
  { name: 'kubeconform', module: 'kubeconform', package: 'github.com/yannh/kubeconform/cmd/kubeconform', stamps: [] },
];

function cacheFolder() {
  const hash = createHash('sha256').update(JSON.stringify(PROGRAMS)).update(goRelease());
  for (const module of ['kubernetes', 'etcd', 'helm', 'kubeconform'])
    for (const file of ['go.mod', 'go.sum', 'tools.go']) hash.update(readFileSync(path.join(MODULES, module, file)));
  const base = process.env.XENPOOL_KUBE_CACHE ?? path.join(os.homedir(), '.cache', 'xenpool-kube');
  return path.join(base, hash.digest('hex').slice(0, 16));
}

function goRelease() {
  const found = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (found.status === 0) return found.stdout.trim();
  throw new Error('no `go` on the path: the end-to-end tests build Kubernetes from its Go modules; install Go 1.26 or later');
}

/** Builds beside its place and moves it there whole, so that an interrupted build leaves nothing that looks finished. */
function build(program, folder) {
  const target = path.join(folder, program.name);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  console.error(`building ${program.name} from ${program.package} (once, some minutes) ...`);
  const unfinished = `${target}.${process.pid}`;
  const flags = ['build', '-trimpath', '-buildvcs=false', `-ldflags=${['-s -w', ...program.stamps].join(' ')}`];
  const args = ['-n', '10', 'go', ...flags, '-o', unfinished, program.package];
  const env = { ...process.env, CGO_ENABLED: '0' };
  const { status, error } = spawnSync('nice', args, {
    cwd: path.join(MODULES, program.module),
    env,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`building ${program.name} failed${error === undefined ? '' : `: ${error.message}`}`);
  }
  renameSync(unfinished, target);
  return target;
}

/**
 * The programs, built if need be.
 * @param names which; all by default
 * @returns the path of each by its name
 * @throws Error when Go is missing or a build fails
 */
export function kubePrograms(names = PROGRAMS.map(({ name }) => name)) {
  const folder = cacheFolder();
  const wanted = PROGRAMS.filter(({ name }) => names.includes(name));
  return Object.fromEntries(wanted.map((program) => [program.name, build(program, folder)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, file] of Object.entries(kubePrograms())) console.log(`${name}\t${file}`);
}
