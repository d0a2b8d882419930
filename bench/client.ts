// Our client beside npm `xen-api`, on one simulated pool served by a process of its own: small calls, an answer of 20 MB, and connections. Printed are
// medians of several runs, taken in turn.
//
// node -r ts-node/register bench/client.ts [runs]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ours } from './clients/contestants';
import type { Task } from './clients/measure';
import { type PoolAccess, startPool } from './clients/servedPool';

/** The most that a made pool has. */
const VMS = 4_000;
const WANTED_BYTES = 20_000_000;
/** A note as programs leave them on VMs. */
const NOTE = '2024-01-01T00:00:00.000Z';

/** Gives each VM so many notes that all records together are as large as wanted. @returns bytes of all of them, as JSON */
async function enlarge(access: PoolAccess): Promise<number> {
  const client = ours('json', access);
  const size = async (): Promise<number> => Buffer.byteLength(JSON.stringify(await client.call('VM.get_all_records')));
  const [before, vms] = [await size(), (await client.call('VM.get_all')) as readonly string[]];
  const pairs = Math.max(0, Math.ceil((WANTED_BYTES - before) / vms.length / `"bench:note-00":"${NOTE}",`.length));
  const notes = Object.fromEntries(
    Array.from({ length: pairs }, (_, index) => [`bench:note-${String(index).padStart(2, '0')}`, NOTE]),
  );
  for (const vm of vms) await client.call('VM.set_other_config', vm, notes);
  const after = await size();
  await client.close();
  return after;
}

async function main(runs: number): Promise<void> {
  const pool = await startPool('--hosts', '16', '--vms', String(VMS));
  try {
    const { access } = pool;
    const megabytes = Math.round((await enlarge(access)) / 1e5) / 10;
    const measuring = spawn(
      process.execPath,
      ['--expose-gc', '-r', 'ts-node/register', path.join(__dirname, 'clients', 'measure.ts')],
      { stdio: ['pipe', 'inherit', 'inherit'], env: { ...process.env, NODE_EXTRA_CA_CERTS: access.caFile } },
    );
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
