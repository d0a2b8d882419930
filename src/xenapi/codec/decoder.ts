// How an answer becomes a value: at once, or in slices between which the event loop gets its turn. A pool of thousands of VMs answers with tens of
// megabytes; reading them in one go would keep leases, watches and probes waiting. In rehearsals nothing else waits, so there it is done at once.
import { Aborted, type Clock } from '../../foundation/clock';
import { lengthOf } from '../body';
import type { XapiResponse } from '../transport';
import type { Codec, Reply } from './codec';
import { normalise, normaliseInSteps } from './normalise';

export interface Decoder {
  /**
   * The answer's value, normalised by its type, or XAPI's refusal.
   * @param resultType in the datamodel's notation
   * @param signal     when it aborts, what takes long is left off
   * @throws XapiError `Protocol`, at once or by the promise; Aborted by the promise
   */
  decode(codec: Codec, response: XapiResponse, resultType: string, signal: AbortSignal): Reply | Promise<Reply>;
}

export const decodeAtOnce: Decoder = {
  decode(codec, response, resultType) {
    const reply = codec.decodeReply(response);
    return reply.ok ? { ok: true, value: normalise(reply.value, resultType) } : reply;
  },
};

/** Answers shorter than that, in characters, are decoded within a few milliseconds. */
const SMALL = 128 * 1024;
/** Milliseconds of work between two turns. */
const SLICE_MS = 10;

/**
 * @param clock real time, to measure the slices by
 * @param turn  resolves when everything else that was waiting has had its turn
 */
export function decodeInSlices(clock: Pick<Clock, 'monotonic'>, turn: () => Promise<void>): Decoder {
  return {
    decode(codec, response, resultType, signal) {
      if (lengthOf(response) < SMALL) return decodeAtOnce.decode(codec, response, resultType, signal);
      return inTurns(steps(codec, response, resultType), clock, turn, signal);
    },
  };
}

function* steps(codec: Codec, response: XapiResponse, resultType: string): Generator<void, Reply> {
  const reply = yield* codec.decodeInSteps(response);
  return reply.ok ? { ok: true, value: yield* normaliseInSteps(reply.value, resultType) } : reply;
}

async function inTurns<T>(
  work: Generator<void, T>,
  clock: Pick<Clock, 'monotonic'>,
  turn: () => Promise<void>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    if (signal.aborted) throw new Aborted(signal.reason);
    const until = clock.monotonic() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (clock.monotonic() < until);
    await turn();
  }
}
