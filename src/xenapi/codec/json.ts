// JSON-RPC 2.0 as XAPI speaks it since 7.3. Errors come as {code: 1, message: CODE, data: [parameters]}; releases before write the 1.0 form, an array,
// into `error`, which is understood too.
import { JSONParser } from '@streamparser/json';
import { XapiError } from '../error';
import type { XapiResponse } from '../transport';
import { type Codec, errorParameters, piecesOf, type Reply } from './codec';
import { typedParameters } from './parameters';

export const jsonCodec: Codec = { dialect: 'json', path: '/jsonrpc', encodeCall, decodeReply, decodeInSteps };

/** One request is in flight per connection, so the id needs to tell nothing apart; being constant it lets equal answers be equal texts. */
const ID = 1;

function encodeCall(method: string, params: readonly unknown[]): string {
  const values = typedParameters(method, params).map((parameter) => parameter.value);
  return JSON.stringify({ jsonrpc: '2.0', method, params: values, id: ID });
}

function decodeReply(response: XapiResponse): Reply {
  return readEnvelope(parse(response), response);
}

function* decodeInSteps(response: XapiResponse): Generator<void, Reply> {
  return readEnvelope(yield* parseInSteps(response), response);
}

function readEnvelope(envelope: unknown, response: XapiResponse): Reply {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope))
    throw neither(response, 'not a JSON-RPC object');
  const { result, error } = envelope as { result?: unknown; error?: unknown };
  if (error !== undefined && error !== null) return { ok: false, error: decodeError(error, response) };
  if (result === undefined) throw neither(response, 'no result and no error');
  return { ok: true, value: result };
}

function parse(response: XapiResponse): unknown {
  try {
    return JSON.parse(response.body) as unknown;
  } catch (cause) {
    throw neither(response, 'not JSON', cause);
  }
}

/** As `JSON.parse`, but for a byte order mark at the beginning of a text, which the streaming parser drops. */
function* parseInSteps(response: XapiResponse): Generator<void, unknown> {
  const found: { value?: unknown } = {};
  const parser = new JSONParser({ paths: ['$'] });
  parser.onValue = ({ value }) => {
    found.value = value;
  };
  // The parser would throw it into the middle of nowhere if nobody listened.
  parser.onError = (error) => {
    throw neither(response, 'not JSON', error);
  };
  for (const piece of piecesOf(response)) {
    parser.write(piece);
    yield;
  }
  if (!parser.isEnded) throw neither(response, 'the JSON ends in the middle');
  return found.value;
}

function decodeError(error: unknown, response: XapiResponse): { code: string; params: readonly string[] } {
  const [code, params] = Array.isArray(error)
    ? [error[0] as unknown, error.slice(1)]
    : [(error as { message?: unknown }).message, (error as { data?: unknown }).data ?? []];
  if (typeof code !== 'string' || !Array.isArray(params)) throw neither(response, 'an error without a code');
  return { code, params: errorParameters(params) };
}

function neither(response: XapiResponse, why: string, cause?: unknown): XapiError {
  const text = `HTTP ${response.status} (${response.contentType || 'no content type'}) is no JSON-RPC answer: ${why}`;
  return new XapiError({ kind: 'Protocol', text, maybeDelivered: true, cause });
}
