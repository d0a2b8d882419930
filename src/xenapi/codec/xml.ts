// XML-RPC, the dialect every release speaks. Integers travel as strings of digits, floats as doubles; `xmlrpc` would guess both from the value.
import { serializeMethodCall } from 'xmlrpc/lib/serializer';
import { XapiError } from '../error';
import type { XapiResponse } from '../transport';
import { type Codec, errorParameters, piecesOf, type Reply } from './codec';
import { fieldType, typedParameters } from './parameters';
import { methodResponseParser, parseMethodResponse } from './parseXml';
import type { XenType } from './types';

export const xmlCodec: Codec = { dialect: 'xml', path: '/', encodeCall, decodeReply, decodeInSteps };

function encodeCall(method: string, params: readonly unknown[]): string {
  const values = typedParameters(method, params).map(({ value, type }) => toWire(value, type, method));
  try {
    return serializeMethodCall(method, values);
  } catch (cause) {
    // The builder refuses control characters; nothing was sent.
    throw new TypeError(`${method}: a parameter cannot be written as XML`, { cause });
  }
}

function toWire(value: unknown, type: XenType, method: string): unknown {
  switch (type.kind) {
    case 'int':
      return String(value);
    case 'float':
      return asDouble(value as number);
    case 'datetime':
      throw new TypeError(`${method}: a datetime parameter cannot be sent by XML-RPC; no call of an upgrade takes one`);
    case 'any':
      return typeof value === 'number' ? String(value) : value;
    default:
      return compoundToWire(value, type, method);
  }
}

function compoundToWire(value: unknown, type: XenType, method: string): unknown {
  switch (type.kind) {
    case 'set':
      return (value as readonly unknown[]).map((item) => toWire(item, type.of, method));
    case 'map':
      return mapValues(value, (item) => toWire(item, type.value, method));
    case 'record':
      return mapValues(value, (item, name) => toWire(item, fieldType(type.cls, name), method));
    default:
      return value;
  }
}

function mapValues(value: unknown, change: (item: unknown, name: string) => unknown): Record<string, unknown> {
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, item]) => [name, change(item, name)]));
}

/**
 * The serializer writes a whole number as `<int>`, which some releases refuse where a float is declared. A millionth makes it a `<double>`; the floats
 * of XenAPI calls are seconds.
 */
function asDouble(value: number): number {
  return Number.isInteger(value) ? value + 1e-6 : value;
}

function decodeReply(response: XapiResponse): Reply {
  return readEnvelope(parse(response), response);
}

function* decodeInSteps(response: XapiResponse): Generator<void, Reply> {
  return readEnvelope(yield* parseInSteps(response), response);
}

function readEnvelope(envelope: unknown, response: XapiResponse): Reply {
  if (typeof envelope !== 'object' || envelope === null) throw neither(response, 'not a struct');
  const { Status, Value, ErrorDescription } = envelope as { Status?: unknown; Value?: unknown; ErrorDescription?: unknown };
  if (Status === 'Success' && Value !== undefined) return { ok: true, value: Value };
  if (Status === 'Failure' && Array.isArray(ErrorDescription) && typeof ErrorDescription[0] === 'string')
    return { ok: false, error: { code: ErrorDescription[0], params: errorParameters(ErrorDescription.slice(1)) } };
  throw neither(response, 'neither Success nor Failure');
}

function parse(response: XapiResponse): unknown {
  try {
    return parseMethodResponse(response.body);
  } catch (cause) {
    throw neither(response, 'no method response', cause);
  }
}

function* parseInSteps(response: XapiResponse): Generator<void, unknown> {
  try {
    const parser = methodResponseParser();
    for (const piece of piecesOf(response)) {
      parser.write(piece);
      yield;
    }
    return parser.end();
  } catch (cause) {
    throw neither(response, 'no method response', cause);
  }
}

function neither(response: XapiResponse, why: string, cause?: unknown): XapiError {
  const text = `HTTP ${response.status} (${response.contentType || 'no content type'}) is no XML-RPC answer: ${why}`;
  return new XapiError({ kind: 'Protocol', text, maybeDelivered: true, cause });
}
