// One request to the BMC, without a login and without a judgement of the answer: the headers BMCs need, another try where nothing was delivered, and the
// difference between an answer and silence in which everything may have happened.
import { type Clock, sleep } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import { BmcError } from '../bmc';
import { type BmcMethod, type BmcRequest, type BmcResponse, type BmcTransport, TransportFailure } from '../transport';

/** On whose behalf something is asked: its name for messages, and what ends the waiting. */
export interface Call {
  readonly verb: string;
  readonly signal: AbortSignal;
  /** Of a verb that changes nothing: what it has read already, by path. */
  readonly seen?: Map<string, unknown>;
}

export interface Asked {
  readonly method: BmcMethod;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  readonly timeoutMs?: number | undefined;
}

/** `lost`: the request may have been carried out, and no answer tells. */
export type Heard =
  { readonly kind: 'answer'; readonly response: BmcResponse } | { readonly kind: 'lost'; readonly failure: TransportFailure };

export interface LineParts {
  readonly transport: BmcTransport;
  readonly origin: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Milliseconds for an ordinary answer (bmc.md 1.13). */
export const PATIENCE_MS = 60_000;
const PAUSES_MS: readonly number[] = [2_000, 4_000, 8_000];
const NOT_ACCEPTABLE = 406;

export class Line {
  /** What some registries of HPE cannot bear (bmc.md 1.2). */
  private identityRefused = false;

  constructor(readonly parts: LineParts) {}

  /** @throws BmcError `Unreachable` when nothing was delivered, `Fatal` for answers that are no HTTP or too large; Aborted */
  async send(asked: Asked, call: Call): Promise<Heard> {
    for (let attempt = 0; ; attempt++) {
      const heard = await this.once(asked, call);
      if (heard.kind === 'answer') return this.acceptable(heard, asked) ? heard : this.send(asked, call);
      const { failure } = heard;
      if (failure.kind === 'TooLarge' || failure.kind === 'Garbled') throw noSense(failure, call);
      if (failure.maybeDelivered) return heard;
      if (!mayPass(failure, call) || attempt >= PAUSES_MS.length) throw unreachable(failure, call);
      await this.pause(attempt, call);
    }
  }

  /** Waits before another try. @param atLeastMs as the BMC wished */
  async pause(attempt: number, { signal }: Call, atLeastMs = 0): Promise<void> {
    const { clock, random } = this.parts;
    const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]!;
    await sleep(clock, Math.max(atLeastMs, pause * (0.75 + random.next() / 2)), signal);
  }

  private async once({ method, path, headers = {}, body, timeoutMs = PATIENCE_MS }: Asked, { signal }: Call): Promise<Heard> {
    const request: BmcRequest = {
      method,
      path,
      headers: {
        accept: 'application/json',
        'odata-version': '4.0',
        ...(this.identityRefused ? {} : { 'accept-encoding': 'identity' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
      timeoutMs,
    };
    try {
      return { kind: 'answer', response: await this.parts.transport.request(request, signal) };
    } catch (error) {
      if (error instanceof TransportFailure) return { kind: 'lost', failure: error };
      throw error;
    }
  }

  /** Whether the answer is one, and not the wish for other headers. */
  private acceptable({ response }: { readonly response: BmcResponse }, { method }: Asked): boolean {
    if (response.status !== NOT_ACCEPTABLE || this.identityRefused || method !== 'GET') return true;
    this.identityRefused = true;
    return false;
  }
}

/** Nobody there, or no way there: for a moment, perhaps. */
function mayPass({ kind }: TransportFailure, { signal }: Call): boolean {
  return (kind === 'Refused' || kind === 'Unreachable') && !signal.aborted;
}

function noSense({ kind, message }: TransportFailure, { verb }: Call): BmcError {
  return new BmcError(
    'Fatal',
    verb,
    `${verb}: the answer makes no sense: ${message}`,
    kind === 'TooLarge' ? 'TooLarge' : 'Garbled',
  );
}

function unreachable({ kind, message }: TransportFailure, { verb }: Call): BmcError {
  const reason = kind === 'Untrusted' || kind === 'NoTls' ? 'TlsUntrusted' : kind === 'Refused' ? 'ConnectionRefused' : 'NoRoute';
  return new BmcError('Unreachable', verb, `${verb}: ${message}`, reason);
}
