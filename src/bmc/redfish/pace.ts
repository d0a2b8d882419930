// One request at a time, and a breath between two: BMCs are small computers that some clients have brought down by asking too fast (bmc.md 1.13, 8.4).
import { type Clock, sleep } from '../../foundation/clock';
import { Turnstile } from '../../foundation/wire/turnstile';
import { type BmcTransport, TransportFailure } from '../transport';

/** Milliseconds from an answer to the next request. */
export const GAP_MS = 200;

/** @param origin for the message of a request that was given up while it waited */
export function paced(transport: BmcTransport, clock: Clock, origin: string, gapMs = GAP_MS): BmcTransport {
  const turnstile = new Turnstile(1);
  let free = clock.monotonic();
  return {
    async request(request, signal) {
      await turnstile.enter(signal).catch(() => {
        throw givenUp(origin);
      });
      try {
        const wait = free - clock.monotonic();
        if (wait > 0)
          await sleep(clock, wait, signal).catch(() => {
            throw givenUp(origin);
          });
        return await transport.request(request, signal);
      } finally {
        free = clock.monotonic() + gapMs;
        turnstile.leave();
      }
    },
  };
}

/** Nothing was sent. */
function givenUp(origin: string): TransportFailure {
  return new TransportFailure('Unreachable', origin, 'given up by the caller before anything was sent');
}
