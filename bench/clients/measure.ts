// The measuring itself, in a process that trusts the pool's certificates from its start: npm `xen-api` has no other way. All clients take their laps in
// turn, so that a busy moment of the machine does not fall on one alone; printed are medians.
//
// Bundled and started by bench/client.ts, with what it needs on standard input.
import { json } from 'node:stream/consumers';
import type { Dialect } from '../../src/xenapi/codec/codec';
import { type Contestant, ours, theirs } from './contestants';
import { type LargeAnswer, largeAnswer, manyCalls, SMALL_CALLS, type SmallCalls } from './laps';
import { relayTo } from './relay';
import type { PoolAccess } from './servedPool';
import { median, quantile } from './statistics';

export interface Task {
  readonly access: PoolAccess;
  readonly runs: number;
  readonly megabytes: Megabytes;
}

/** Of the large answer. */
export type Megabytes = Readonly<Record<Dialect, number>>;

const DIALECTS: readonly Dialect[] = ['json', 'xml'];
const LEVELS: readonly number[] = [1, 8];
const CALLS_TO_COUNT = 1_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function enter(access: PoolAccess, origin?: string): Promise<readonly Contestant[]> {
  const entered: Contestant[] = [];
  for (const dialect of DIALECTS) entered.push(ours(dialect, access, origin), await theirs(dialect, access, origin));
  for (const client of entered) await client.call('host.get_all');
  return entered;
}

const label = ({ dialect, name }: Contestant): string => `${dialect.padEnd(6)}${name.padEnd(10)}`;

async function smallCalls(clients: readonly Contestant[], vm: string, atOnce: number, runs: number): Promise<void> {
  const laps = new Map<Contestant, SmallCalls[]>(clients.map((client) => [client, []]));
  for (let run = 0; run <= runs; run++)
    for (const client of clients) {
      const begun = performance.now();
      const took = await manyCalls(client, vm, SMALL_CALLS, atOnce);
      const calls = (SMALL_CALLS / (performance.now() - begun)) * 1_000;
      // The first lap pays for connections and for compiling.
      if (run > 0) laps.get(client)!.push({ calls, p50: quantile(took, 0.5), p99: quantile(took, 0.99) });
    }
  say(`\nsmall calls, ${atOnce} at once   calls/s    p50 ms    p99 ms   (calls/s of each run)`);
  for (const [client, taken] of laps) {
    const figures = [median(taken.map(({ calls }) => calls)).toFixed(0), ms(taken, 'p50'), ms(taken, 'p99')];
    const each = taken.map(({ calls }) => calls.toFixed(0)).join(' ');
    say(`  ${label(client)}${figures.map((figure) => figure.padStart(10)).join('')}   (${each})`);
  }
}

function ms(laps: readonly SmallCalls[], which: 'p50' | 'p99'): string {
  return median(laps.map((lap) => lap[which])).toFixed(2);
}

async function largeAnswers(clients: readonly Contestant[], runs: number, megabytes: Megabytes): Promise<void> {
  const laps = new Map<Contestant, LargeAnswer[]>(clients.map((client) => [client, []]));
  for (let run = 0; run <= runs; run++)
    for (const client of clients) {
      const lap = await largeAnswer(client);
      if (run > 0) laps.get(client)!.push(lap);
    }
  say(`\nVM.get_all_records, ${megabytes.json} MB of JSON, ${megabytes.xml} MB of XML; the event loop's longest stretch`);
  say(`${' '.repeat(18)}  total ms  blocked ms  of it own work ms   (blocked of each run)`);
  for (const [client, taken] of laps) {
    const [total, blocked, worked] = (['total', 'blocked', 'worked'] as const).map((key) => median(taken.map((lap) => lap[key])));
    const each = taken.map((lap) => lap.blocked.toFixed(0)).join(' ');
    const columns = [total!.toFixed(0).padStart(10), blocked!.toFixed(1).padStart(12), worked!.toFixed(1).padStart(19)];
    say(`  ${label(client)}${columns.join('')}   (${each})`);
  }
}

async function connections(access: PoolAccess, vm: string): Promise<void> {
  say(`\nconnections for ${CALLS_TO_COUNT} calls, login included   1 at once   2 at once   8 at once`);
  const rows = new Map<string, number[]>();
  for (const atOnce of [1, 2, 8])
    for (const dialect of DIALECTS)
      for (const make of [ours, theirs]) {
        const relay = await relayTo(access.endpoints[0]!);
        const client = await make(dialect, access, relay.origin);
        await manyCalls(client, vm, CALLS_TO_COUNT, atOnce);
        rows.set(label(client), [...(rows.get(label(client)) ?? []), relay.count()]);
        await client.close();
        relay.close();
      }
  for (const [name, counts] of rows)
    say(`  ${name}${' '.repeat(18)}${counts.map((count) => String(count).padStart(12)).join('')}`);
}

async function measure(): Promise<void> {
  const { access, runs, megabytes } = (await json(process.stdin)) as Task;
  const clients = await enter(access);
  const [vm] = (await clients[0]!.call('VM.get_all')) as readonly string[];
  for (const atOnce of LEVELS) await smallCalls(clients, vm!, atOnce, runs);
  await largeAnswers(clients, runs, megabytes);
  await connections(access, vm!);
  for (const client of clients) await client.close();
}

void measure();
