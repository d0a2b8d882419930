// What is measured of a client: how fast small calls are, one after the other and several at once; how a large answer is read, and how long nothing else
// gets its turn meanwhile; and how many connections it takes.
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
  /** Milliseconds that the event loop was blocked at the longest, whoever had the processor meanwhile. */
  readonly blocked: number;
  /** The most milliseconds of processor time that this process took between two turns: what it blocks on a machine of its own. */
  readonly worked: number;
}

export const SMALL_CALLS = 600;

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
  const stop = watchLoop();
  const begun = performance.now();
  const records = (await client.call('VM.get_all_records')) as object;
  const total = performance.now() - begun;
  const stretches = await stop();
  if (Object.keys(records).length === 0) throw new Error('the pool has no VMs; an empty answer is no measure');
  return { total, ...stretches };
}

/** Milliseconds between two looks at the loop: so much of each stretch is waiting. */
const LOOK_MS = 1;

/** A timer that looks how late it is. @returns how to stop; tells the longest stretches */
function watchLoop(): () => Promise<Pick<LargeAnswer, 'blocked' | 'worked'>> {
  let [blocked, worked] = [0, 0];
  let [seen, used] = [performance.now(), process.cpuUsage()];
  const look = (): void => {
    const [now, { user, system }] = [performance.now(), process.cpuUsage(used)];
    blocked = Math.max(blocked, now - seen - LOOK_MS);
    worked = Math.max(worked, (user + system) / 1_000);
    [seen, used] = [performance.now(), process.cpuUsage()];
  };
  const timer = setInterval(look, LOOK_MS);
  return async () => {
    // The last stretch is told when the loop comes round once more.
    await new Promise((resolve) => setTimeout(resolve, 2 * LOOK_MS));
    clearInterval(timer);
    return { blocked, worked };
  };
}
