// One boot server process under many readers: 500 connections that read one ISO of 1 GiB through Range requests on loopback, each by the path of a host of its
// own and so through a view of its own. The readers are Python, which lets the kernel throw away what comes. Printed are bytes a second in total, the memory of the
// server (from /proc, so on Linux), and beside it nginx with sendfile where it is installed.
//
// node -r ts-node/register bench/bootServer.ts [seconds [readers]]
import { build } from 'esbuild';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { vendorIso } from '../test/boot/media/made/vendorIso';

const IMAGE_BYTES = 1024 ** 3;
/** What BMCs ask for at once, more than most do, and the whole image. */
const RANGES = [256 * 1024, 1024 ** 2, IMAGE_BYTES];
const ROOT = path.resolve(__dirname, '..');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'bench');

interface Served {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly paths: readonly string[];
  stop(): Promise<void>;
}

/** As `boot/read.py` takes it. */
interface Readers {
  readonly port: number;
  readonly paths: readonly string[];
  readonly imageBytes: number;
  readonly rangeBytes: number;
  readonly seconds: number;
}

/** As `boot/read.py` tells it. */
interface Read {
  readonly bytes: number;
  readonly seconds: number;
  readonly answers: number;
  /** Bytes of the reader that got least and most, for fairness. */
  readonly least: number;
  readonly most: number;
}

interface Row extends Read {
  readonly name: string;
  readonly rangeBytes: number;
  readonly rss: number;
  readonly peak: number;
  readonly cpu: number;
}

/** As deploy/boot-server starts it. */
const HEAP = ['--max-old-space-size=128', '--max-semi-space-size=4'];

/** Bundled, as the product is: ts-node loads `node:domain`, which slows every emitter of events. */
async function bundle(name: string): Promise<string> {
  const outfile = path.join(CACHE, `${name}.cjs`);
  const options = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' } as const;
  await build({ ...options, entryPoints: [path.join(__dirname, 'boot', `${name}.ts`)], outfile, absWorkingDir: ROOT });
  return outfile;
}

/** An ISO of the vendor's layout, made longer. @returns its SHA-256 */
function makeImage(file: string): string {
  const hash = createHash('sha256');
  const part = Buffer.alloc(16 * 1024 ** 2);
  for (let at = 0; at < part.length; at++) part[at] = (at * 31) % 251;
  const fd = openSync(file, 'w');
  let next = vendorIso().bytes;
  for (let done = 0; done < IMAGE_BYTES;) {
    done += writeSync(fd, next);
    hash.update(next);
    next = part.subarray(0, IMAGE_BYTES - done);
  }
  closeSync(fd);
  return hash.digest('hex');
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const part of child.stdout!) {
    text += String(part);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error('it ended without a word');
}

async function startOurs(image: string, sha256: string, readers: number): Promise<Served> {
  const child = spawn(process.execPath, [...HEAP, await bundle('serve'), image, sha256, String(readers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { url, paths } = JSON.parse(await firstLine(child)) as { readonly url: string; readonly paths: readonly string[] };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { name: 'xenpool boot-server', pid: child.pid!, port: Number(new URL(url).port), paths, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** One process, sendfile, no log. Undefined where there is no nginx. */
async function startNginx(folder: string, image: string, readers: number): Promise<Served | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined;
  const port = await freePort();
  const config = path.join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`);
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 2048; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${temporary.join(' ')}
  server { listen 127.0.0.1:${port} backlog=1024; root ${path.dirname(image)}; } }\n`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', config, '-e', path.join(folder, 'error.log')], { stdio: 'inherit' });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  await new Promise((resolve) => setTimeout(resolve, 500));
  const paths = Array.from({ length: readers }, () => `/${path.basename(image)}`);
  return { name: `nginx ${nginxVersion()}`, pid: child.pid!, port, paths, stop };
}

function nginxVersion(): string {
  return /nginx\/(\S+)/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? '';
}

const memory = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) * 1024;

/** Seconds of CPU used so far, in user mode and in the kernel. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(served: Served, rangeBytes: number, seconds: number): Promise<Row> {
  const task: Readers = { port: served.port, paths: served.paths, imageBytes: IMAGE_BYTES, rangeBytes, seconds };
  const child = spawn('python3', [path.join(__dirname, 'boot', 'read.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const before = cpuOf(served.pid);
  child.stdin.end(JSON.stringify(task));
  const told = JSON.parse(await firstLine(child)) as Read;
  const cpu = cpuOf(served.pid) - before;
  return { ...told, name: served.name, rangeBytes, cpu, rss: memory(served.pid, 'VmRSS'), peak: memory(served.pid, 'VmHWM') };
}

function print(rows: readonly Row[], readers: number): void {
  const load = os.loadavg().map((one) => one.toFixed(1));
  console.log(
    `${readers} readers, image of ${IMAGE_BYTES / 1024 ** 3} GiB, ${os.cpus().length} cores, load ${load.join(' ')}, Node ${process.version}`,
  );
  console.log('server                 range KiB   GB/s  answers/s  least/most MB a reader  CPU s   RSS MB  peak MB');
  for (const row of rows) {
    const { name, rangeBytes, bytes, seconds, answers, least, most, cpu, rss, peak } = row;
    const cells = [
      name.padEnd(22),
      String(rangeBytes / 1024).padStart(9),
      (bytes / seconds / 1e9).toFixed(2).padStart(6),
      (answers / seconds).toFixed(0).padStart(10),
      `${(least / 1e6).toFixed(0)}/${(most / 1e6).toFixed(0)}`.padStart(23),
      cpu.toFixed(1).padStart(6),
      (rss / 1e6).toFixed(0).padStart(8),
      (peak / 1e6).toFixed(0).padStart(8),
    ];
    console.log(cells.join(' '));
  }
}

async function measureAll(start: () => Promise<Served | undefined>, seconds: number): Promise<Row[]> {
  const served = await start();
  const rows: Row[] = [];
  if (served === undefined) return rows;
  try {
    for (const rangeBytes of RANGES) rows.push(await measure(served, rangeBytes, seconds));
  } finally {
    await served.stop();
  }
  return rows;
}

async function main(seconds: number, readers: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-bench-boot-'));
  try {
    const image = path.join(folder, 'installer.iso');
    const sha256 = makeImage(image);
    const rows = await measureAll(() => startOurs(image, sha256, readers), seconds);
    const theirs = await measureAll(() => startNginx(folder, image, readers), seconds);
    if (theirs.length === 0) console.error('nginx is not installed here (apt-get install nginx-light): measured without');
    rows.push(...theirs);
    print(rows, readers);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main(Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 500));
