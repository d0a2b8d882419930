// One request, one answer: encodes a call, sends it to one host and tells apart the three ways it can end: a value, a refusal of XAPI, or no answer.
// No session logic lives here.
import { normalise } from './codec/normalise';
import { signatureOf } from './codec/signature';
import { XapiError, redact, refusal } from './error';
import { jsonCodec } from './codec/json';
import type { Codec, Dialect, Reply } from './codec/codec';
import { xmlCodec } from './codec/xml';
import { TransportFailure, type XapiResponse, type XapiTransport } from './transport';

/** A value with the text it was decoded from: an equal text need not be decoded again. */
export interface Answer {
  readonly body: string;
  /** Normalised by the method's result type. */
  readonly value: unknown;
}

export interface Request {
  readonly origin: string;
  readonly method: string;
  /** In wire order, the session included. */
  readonly params: readonly unknown[];
  /** Texts that must appear in no error. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  /** An earlier answer to the same request; returned itself when the new one is the same text. */
  readonly previous?: Answer | undefined;
}

export interface Wire {
  /** @throws XapiError */
  call(request: Request): Promise<Answer>;
  /** GET. @returns the answer whatever its status. @throws XapiError `Transport` */
  get(origin: string, path: string, secrets: readonly string[], signal: AbortSignal): Promise<XapiResponse>;
}

export function createWire(transport: XapiTransport, dialect: Dialect): Wire {
  const codec: Codec = dialect === 'json' ? jsonCodec : xmlCodec;
  return {
    async call({ origin, method, params, secrets, signal, previous }) {
      const body = codec.encodeCall(method, params);
      const response = await answered(transport.post(origin, codec.path, body, signal), origin, method, secrets, signal);
      if (response.body === previous?.body) return previous;
      const reply = read(codec, response, origin, method, secrets);
      if (!reply.ok) throw refusal(origin, method, reply.error, secrets);
      return { body: response.body, value: normalise(reply.value, signatureOf(method)?.result ?? 'any') };
    },
    get: (origin, path, secrets, signal) => answered(transport.get(origin, path, signal), origin, 'GET', secrets, signal),
  };
}

/** 5xx is a server that is starting or failing, with or without having begun the call. */
function read(codec: Codec, response: XapiResponse, origin: string, method: string, secrets: readonly string[]): Reply {
  if (response.status >= 500) {
    const text = `${origin} answered ${method} with HTTP ${response.status}`;
    throw new XapiError({ kind: 'Transport', text, maybeDelivered: true, method });
  }
  try {
    return codec.decodeReply(response);
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    const text = redact(`${origin}, ${method}: ${error.message}`, secrets);
    throw new XapiError({ kind: error.kind, text, maybeDelivered: true, method, cause: error.cause });
  }
}

/** The answer, or a `Transport` error; a transport that does not honour the signal is left behind when it aborts. */
async function answered<T>(
  sent: Promise<T>,
  origin: string,
  method: string,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<T> {
  try {
    return await unlessAborted(sent, origin, signal);
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    const detail = redact(error.message, secrets);
    // A cause that holds a secret would carry it into every log that prints causes.
    const cause = detail === error.message ? error : undefined;
    const { kind: transport, maybeDelivered } = error;
    throw new XapiError({
      kind: 'Transport',
      text: `${method}: ${transport}: ${detail}`,
      maybeDelivered,
      method,
      transport,
      cause,
    });
  }
}

function unlessAborted<T>(sent: Promise<T>, origin: string, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      reject(new TransportFailure('TimedOut', origin, reason instanceof Error ? reason.message : 'given up by the caller'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    sent.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}
