// Our client beside npm `xen-api`, on one simulated pool served by a process of its own: small calls, an answer of 20 MB, and connections. Printed are
// medians of several runs, taken in turn.
//
// node -r ts-node/register bench/client.ts [runs]
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { xmlCodec } from '../src/xenapi/codec/xml';
import { jsonCodec } from '../src/xenapi/codec/json';
import { createHttpsTransport } from '../src/xenapi/https/httpsTransport';
import type { Megabytes, Task } from './clients/measure';
import { type PoolAccess, startPool } from './clients/servedPool';

/** The most that a made pool has. */
const VMS = 4_000;
const WANTED_BYTES = 20_000_000;
/** A note as programs leave them on VMs. */
const NOTE = '2024-01-01T00:00:00.000Z';
const ROOT = path.resolve(__dirname, '..');
const MEASURE = path.join(ROOT, 'node_modules', '.cache', 'bench', 'measure.cjs');

/** Bare calls: nothing of the client that is measured. */
class Caller {
  private readonly transport: ReturnType<typeof createHttpsTransport>;

  constructor(private readonly access: PoolAccess) {
    const pem = readFileSync(access.caFile, 'utf8');
    this.transport = createHttpsTransport({
      policy: { trust: { kind: 'CaBundle', pem }, minVersion: 'TLSv1.2', allowPlaintext: false },
    });
  }

  /** The body of the answer. */
  async ask(codec: typeof jsonCodec, method: string, ...params: readonly unknown[]): Promise<string> {
    const body = codec.encodeCall(method, params);
    const answer = await this.transport.post(this.access.endpoints[0]!, codec.path, body, new AbortController().signal);
    return answer.body;
  }

  async value(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const { result } = JSON.parse(await this.ask(jsonCodec, method, ...params)) as { readonly result?: unknown };
    if (result === undefined) throw new Error(`${method} was refused`);
    return result;
  }

  close(): void {
    this.transport.close();
  }
}

/** Gives each VM so many notes that all records together are as large as wanted. @returns how large they are, in each dialect */
async function enlarge(access: PoolAccess): Promise<Megabytes> {
  const caller = new Caller(access);
  const session = await caller.value('session.login_with_password', access.username, access.password, '1.0', 'bench');
  const size = async (codec: typeof jsonCodec): Promise<number> =>
    Buffer.byteLength(await caller.ask(codec, 'VM.get_all_records', session));
  const vms = (await caller.value('VM.get_all', session)) as readonly string[];
  const missing = Math.max(0, WANTED_BYTES - (await size(jsonCodec))) / vms.length;
  const count = Math.ceil(missing / `"bench:note-00":"${NOTE}",`.length);
  const names = Array.from({ length: count }, (_, index) => `bench:note-${String(index).padStart(2, '0')}`);
  const notes = Object.fromEntries(names.map((name) => [name, NOTE]));
  for (const vm of vms) await caller.value('VM.set_other_config', session, vm, notes);
  const rounded = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  const megabytes = { json: rounded(await size(jsonCodec)), xml: rounded(await size(xmlCodec)) };
  caller.close();
  return megabytes;
}

/** What is measured runs as the product does, bundled: ts-node loads `node:domain`, which slows every emitter of events. */
async function bundleMeasure(): Promise<void> {
  const entryPoints = [path.join(__dirname, 'clients', 'measure.ts')];
  const options = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' } as const;
  await build({ ...options, entryPoints, outfile: MEASURE, absWorkingDir: ROOT, external: ['xen-api'] });
}

async function main(runs: number): Promise<void> {
  await bundleMeasure();
  const pool = await startPool('--hosts', '16', '--vms', String(VMS));
  try {
    const { access } = pool;
    const megabytes = await enlarge(access);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: access.caFile };
    const measuring = spawn(process.execPath, ['--expose-gc', MEASURE], { stdio: ['pipe', 'inherit', 'inherit'], env });
    measuring.stdin!.end(JSON.stringify({ access, runs, megabytes } satisfies Task));
    const [code] = (await once(measuring, 'exit')) as [number | null];
    process.exitCode = code ?? 1;
  } finally {
    await pool.stop();
  }
}

const runs = Number(process.argv[2] ?? 5);
if (!Number.isInteger(runs) || runs < 1)
  throw new RangeError(`${process.argv[2] ?? ''}: expected how many runs to take, 1 or more`);
void main(runs);
