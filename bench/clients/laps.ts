// What is measured of a client: how fast small calls are, one after the other and several at once; how a large answer is read, and how long nothing else
// gets its turn meanwhile; and how many connections it takes.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Contestant } from './contestants';

export interface SmallCalls {
  /** A second. */
  readonly calls: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface LargeAnswer {
  /** Milliseconds from the call to the value. */
  readonly total: number;
  /** Milliseconds that the event loop was blocked at the longest. */
  readonly blocked: number;
}

export const SMALL_CALLS = 600;

/** What the loop's monitor waits between two looks, in milliseconds: so much of each delay is none. */
const RESOLUTION_MS = 1;

/** Reads `host.get_all` and a VM's record in turn. @returns milliseconds of each call */
export async function manyCalls(client: Contestant, vm: string, count: number, atOnce: number): Promise<readonly number[]> {
  const took: number[] = [];
  let sent = 0;
  const work = async (): Promise<void> => {
    while (sent < count) {
      const begun = performance.now();
      await (sent++ % 2 === 0 ? client.call('host.get_all') : client.call('VM.get_record', vm));
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return took;
}

export async function largeAnswer(client: Contestant): Promise<LargeAnswer> {
  globalThis.gc?.();
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  const begun = performance.now();
  const records = (await client.call('VM.get_all_records')) as object;
  const total = performance.now() - begun;
  // The last stretch is told when the loop comes round once more.
  await new Promise((resolve) => setTimeout(resolve, 5));
  monitor.disable();
  if (Object.keys(records).length === 0) throw new Error('the pool has no VMs; an empty answer is no measure');
  return { total, blocked: monitor.max / 1e6 - RESOLUTION_MS };
}
