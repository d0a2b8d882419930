// One request, one answer: encodes a call, sends it to one host and tells apart the three ways it can end: a value, a refusal of XAPI, or no answer.
// No session logic lives here.
import { Aborted } from '../foundation/clock';
import { type Body, sameBody } from './body';
import type { Codec, Dialect, Reply } from './codec/codec';
import type { Decoder } from './codec/decoder';
import { jsonCodec } from './codec/json';
import { signatureOf } from './codec/signature';
import { xmlCodec } from './codec/xml';
import { XapiError, type XapiErrorKind, redact, refusal, reveals } from './error';
import { TransportFailure, type TransportFailureKind, type XapiResponse, type XapiTransport } from './transport';

/** A value with the text it was decoded from: an equal text need not be decoded again. */
export interface Answer {
  readonly text: Body;
  /** Normalised by the method's result type. */
  readonly value: unknown;
}

export interface Request {
  readonly origin: string;
  readonly dialect: Dialect;
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
  /** Whether the host speaks JSON-RPC: every release speaks XML-RPC, later ones both. @throws XapiError when it does not answer */
  speaksJson(origin: string, signal: AbortSignal): Promise<boolean>;
  /** The IP address that last answered for an origin, where the transport can tell. */
  peerOf(origin: string): string | undefined;
  /** As in {@link XapiTransport}; undefined where certificates are not told apart by it. */
  readonly trust: ((origin: string, fingerprint: string) => void) | undefined;
}

const CODECS: Readonly<Record<Dialect, Codec>> = { json: jsonCodec, xml: xmlCodec };
/** Needs no session, changes nothing, and whatever XAPI says to it is said in the dialect it was asked in. */
const PROBE = 'system.listMethods';

export function createWire(transport: XapiTransport, decoder: Decoder): Wire {
  const peers = new Map<string, string>();
  return {
    async call(asked) {
      const { origin, dialect, method, params, secrets, signal, previous } = asked;
      const codec = CODECS[dialect];
      const body = codec.encodeCall(method, params);
      const exchange = async (): Promise<Answer> => {
        const response = await transport.post(origin, codec.path, body, signal);
        if (response.peer !== undefined) peers.set(origin, response.peer);
        if (previous !== undefined && sameBody(response, previous.text)) return previous;
        const reply = await read(decoder, codec, response, asked);
        if (!reply.ok) throw refusal(origin, method, reply.error, secrets);
        return { text: response, value: reply.value };
      };
      return answered(exchange(), origin, method, secrets);
    },
    get: (origin, path, secrets, signal) => answered(transport.get(origin, path, signal), origin, 'GET', secrets),
    async speaksJson(origin, signal) {
      const body = jsonCodec.encodeCall(PROBE, []);
      return isJsonReply(await answered(transport.post(origin, jsonCodec.path, body, signal), origin, PROBE, []));
    },
    peerOf: (origin) => peers.get(origin),
    get trust() {
      return transport.trust;
    },
  };
}

/** A release without JSON answers with a page, an XML-RPC envelope or a status: anything but JSON-RPC. */
function isJsonReply(response: XapiResponse): boolean {
  try {
    jsonCodec.decodeReply(response);
    return true;
  } catch (error) {
    if (error instanceof XapiError) return false;
    throw error;
  }
}

type Asked = Pick<Request, 'origin' | 'method' | 'secrets' | 'signal'>;

/** 5xx is a server that is starting or failing, with or without having begun the call. */
async function read(decoder: Decoder, codec: Codec, response: XapiResponse, asked: Asked): Promise<Reply> {
  const { origin, method, signal } = asked;
  if (response.status >= 500) {
    const text = `${origin} answered ${method} with HTTP ${response.status}`;
    throw new XapiError({ kind: 'Transport', text, maybeDelivered: true, method });
  }
  if (response.status >= 300) throw noXapi(response, asked);
  try {
    return await decoder.decode(codec, response, signatureOf(method)?.result ?? 'any', signal);
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    throw unreadable(error, response, asked);
  }
}

/** Parsers quote pieces of what they cannot read. An answer that repeats a secret is quoted nowhere, since a piece of a secret is not recognised. */
function unreadable(
  { kind, message, cause }: XapiError,
  { status, body }: XapiResponse,
  { origin, method, secrets }: Asked,
): XapiError {
  const shown = reveals(body, secrets)
    ? { text: `${origin}, ${method}: HTTP ${status} is no answer of XenAPI, and is not shown because it repeats a secret` }
    : { text: `${origin}, ${method}: ${message}`, cause };
  return new XapiError({ ...shown, kind, maybeDelivered: true, method });
}

/** XAPI answers every call with 200, or 500 when it cannot read it. Whoever answers otherwise is something in between, or something else. */
function noXapi({ status, location }: XapiResponse, { origin, method, secrets }: Asked): XapiError {
  const where = location === undefined ? '' : ` to ${redact(location, secrets).slice(0, 200)}, which was not followed`;
  const text = `${origin} answered ${method} with HTTP ${status}${where}; XenAPI never does: is that really a host, or a proxy before it?`;
  return new XapiError({ kind: 'Protocol', text, maybeDelivered: true, method });
}

const KINDS: Readonly<Partial<Record<TransportFailureKind, XapiErrorKind>>> = {
  Untrusted: 'Untrusted',
  NoTls: 'Protocol',
  Garbled: 'Protocol',
  TooLarge: 'Protocol',
};

/** The answer, or an error of the wire. That an aborted signal ends the call is for the transport and the decoder to see to, as their seams say. */
async function answered<T>(sent: Promise<T>, origin: string, method: string, secrets: readonly string[]): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof Aborted) throw wireError(givenUp(origin, error), method, secrets);
    if (!(error instanceof TransportFailure)) throw error;
    throw wireError(error, method, secrets);
  }
}

/** In the middle of reading an answer. */
function givenUp(origin: string, { cause }: Aborted): TransportFailure {
  return new TransportFailure('TimedOut', origin, cause instanceof Error ? cause.message : 'given up by the caller');
}

function wireError(failure: TransportFailure, method: string, secrets: readonly string[]): XapiError {
  const detail = redact(failure.message, secrets);
  // A cause that holds a secret would carry it into every log that prints causes.
  const cause = detail === failure.message ? failure : undefined;
  const { kind: transport, maybeDelivered, fingerprint } = failure;
  return new XapiError({
    kind: KINDS[transport] ?? 'Transport',
    text: `${method}: ${transport}: ${detail}`,
    maybeDelivered,
    method,
    transport,
    cause,
    ...(fingerprint === undefined ? {} : { params: [fingerprint] }),
  });
}
