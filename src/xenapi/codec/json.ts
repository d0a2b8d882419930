// JSON-RPC 2.0 as XAPI speaks it since 7.3. Errors come as {code: 1, message: CODE, data: [parameters]}; releases before write the 1.0 form, an array,
// into `error`, which is understood too.
import { XapiError } from '../error';
import type { XapiResponse } from '../transport';
import type { Codec, Reply } from './codec';
import { typedParameters } from './parameters';

export const jsonCodec: Codec = { dialect: 'json', path: '/jsonrpc', encodeCall, decodeReply };

/** One request is in flight per connection, so the id needs to tell nothing apart; being constant it lets equal answers be equal texts. */
const ID = 1;

function encodeCall(method: string, params: readonly unknown[]): string {
  const values = typedParameters(method, params).map((parameter) => parameter.value);
  return JSON.stringify({ jsonrpc: '2.0', method, params: values, id: ID });
}

function decodeReply(response: XapiResponse): Reply {
  const envelope = parse(response);
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

function decodeError(error: unknown, response: XapiResponse): { code: string; params: readonly string[] } {
  const [code, params] = Array.isArray(error)
    ? [error[0] as unknown, error.slice(1)]
    : [(error as { message?: unknown }).message, (error as { data?: unknown }).data ?? []];
  if (typeof code !== 'string' || !Array.isArray(params)) throw neither(response, 'an error without a code');
  return { code, params: params.map(String) };
}

function neither(response: XapiResponse, why: string, cause?: unknown): XapiError {
  const text = `HTTP ${response.status} (${response.contentType || 'no content type'}) is no JSON-RPC answer: ${why}`;
  return new XapiError({ kind: 'Protocol', text, maybeDelivered: true, cause });
}
