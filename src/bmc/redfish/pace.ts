// Requests go by the lane of their BMC: one at a time, with a breath between.
import type { Lane } from '../lane';
import { type BmcTransport, TransportFailure } from '../transport';

/** Milliseconds from an answer to the next request. */
export const GAP_MS = 200;

/** @param origin for the message of a request that was given up while it waited */
export function paced(transport: BmcTransport, lane: Lane, origin: string, gapMs = GAP_MS): BmcTransport {
  return {
    async request(request, signal) {
      let sent = false;
      const send = (): ReturnType<BmcTransport['request']> => {
        sent = true;
        return transport.request(request, signal);
      };
      return lane.take(send, gapMs, signal).catch((error: unknown) => {
        throw sent ? error : givenUp(origin);
      });
    },
  };
}

/** Nothing was sent. */
function givenUp(origin: string): TransportFailure {
  return new TransportFailure('Unreachable', origin, 'given up by the caller before anything was sent');
}
