// One machine's line to the network: every answer takes time on it, and none is waited for longer than a client waits. All of it in the world's time.
import { Aborted, type Clock, deadline, sleep } from '../../foundation/clock';
import { type HostNetwork, type NetworkAnswer, NetworkFailure, originOf } from './hostNetwork';

export type FetchPart = { readonly offset: number; readonly length: number };

export interface HostLine {
  /** @throws NetworkFailure; Aborted when the signal ended it */
  get(url: string, signal: AbortSignal, range?: FetchPart): Promise<NetworkAnswer>;
}

export interface HostLineParts {
  readonly network: HostNetwork;
  readonly clock: Clock;
  /** Address from which it asks. */
  readonly from: string;
}

/** There and back, and the server's own work. */
const LATENCY_MS = 20;
/** Bytes a millisecond: a gigabit. */
const BYTES_PER_MS = 125_000;
const PATIENCE_MS = 30_000;

export function hostLine({ network, clock, from }: HostLineParts): HostLine {
  return {
    async get(url, signal, range): Promise<NetworkAnswer> {
      const limited = network.patient === true ? { signal, dispose: () => undefined } : deadline(clock, PATIENCE_MS, signal);
      try {
        const answer = await answered(network, { url, from, ...(range === undefined ? {} : { range }) }, limited.signal);
        await sleep(clock, LATENCY_MS + answer.body.length / BYTES_PER_MS, signal);
        return answer;
      } catch (error) {
        throw signal.aborted ? new Aborted(signal.reason) : error;
      } finally {
        limited.dispose();
      }
    },
  };
}

async function answered(
  network: HostNetwork,
  request: Parameters<HostNetwork['get']>[0],
  signal: AbortSignal,
): Promise<NetworkAnswer> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new NetworkFailure('Unreachable', `${originOf(request.url)} does not answer`));
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    void network
      .get(request, signal)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', late));
  });
}
