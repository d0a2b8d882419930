// The serving side of both dialects, for pools that are simulated. Bodies look as xapi writes them (seen on the wire of 23.9.0): text bare inside
// <value>, integers as digits. Written by hand and not by `xmlrpc`, which writes neither, and takes fifty times as long for a pool's records.
import { fieldsOf } from '../../datamodel/datamodel';
import type { XapiResponse } from '../transport';
import type { Dialect } from './codec';
import { classOfEvent } from './normalise';
import { parseMethodCall } from './parseXml';
import { EVENT_BATCH, parseType, type XenType } from './types';

export interface DecodedCall {
  readonly method: string;
  /** As they came, the session reference included: integers are digits in XML and numbers in JSON. `normalise` with the declared type makes them equal. */
  readonly params: readonly unknown[];
  readonly id: unknown;
  readonly dialect: Dialect;
}

export type ServerOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: readonly string[] };

/** `/jsonrpc` and its alias `/json` speak JSON; every other path XML-RPC. @throws Error for a malformed body; answer it with `malformed` */
export function decodeCall(path: string, body: string): DecodedCall {
  return path.startsWith('/json') ? decodeJson(body) : decodeXml(body);
}

function decodeXml(body: string): DecodedCall {
  try {
    return { ...parseMethodCall(body), id: null, dialect: 'xml' };
  } catch (cause) {
    // Seen of a body that is cut off; whatever else is wrong with one is told in the same words.
    const lines = body.split('\n');
    const place = `${lines.length}:${lines[lines.length - 1]!.length + 1}`;
    throw new Error(`Xmlm.Error(${place}, "unexpected end of input")`, { cause });
  }
}

function decodeJson(body: string): DecodedCall {
  const call = parsedJson(body) as { method?: unknown; params?: unknown; id?: unknown } | null;
  if (typeof call !== 'object' || call === null || typeof call.method !== 'string')
    throw new Error('no JSON-RPC call: no method');
  if (!Array.isArray(call.params)) throw new Error('no JSON-RPC call: params is not an array');
  return { method: call.method, params: call.params as readonly unknown[], id: call.id ?? null, dialect: 'json' };
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const lines = body.split('\n');
    const end = lines[lines.length - 1]!.length;
    const place = `Line ${lines.length}, bytes ${Math.max(0, end - 1)}-${end}`;
    throw new Error(`Yojson.Json_error("${place}:\\nUnexpected end of input")`, { cause });
  }
}

/** xapi's answer to a body it cannot read. */
export function malformed(why: string): XapiResponse {
  const body = `<html><body><h1>HTTP 500 internal server error</h1>An unexpected error occurred; please wait a while and try again. If the problem persists, please contact your support representative.<h1> Additional information </h1>${escape(why)}</body></html>`;
  return { status: 500, contentType: 'text/html', body };
}

/**
 * @param resultType in the datamodel's notation; used by XML only
 * @throws Error for a value that cannot be of that type: a bug of the serving side
 */
export function encodeReply(call: Pick<DecodedCall, 'id' | 'dialect'>, outcome: ServerOutcome, resultType: string): XapiResponse {
  return call.dialect === 'json' ? encodeJson(call.id, outcome) : encodeXml(outcome, resultType);
}

function encodeJson(id: unknown, outcome: ServerOutcome): XapiResponse {
  const [code, ...params] = outcome.ok ? [''] : outcome.error;
  const answer = outcome.ok
    ? { jsonrpc: '2.0', result: outcome.value ?? '', id }
    : { jsonrpc: '2.0', error: { code: 1, message: code, data: params }, id };
  return { status: 200, contentType: 'application/json', body: JSON.stringify(answer) };
}

function encodeXml(outcome: ServerOutcome, resultType: string): XapiResponse {
  const members = outcome.ok
    ? member('Status', 'Success') + member('Value', write(outcome.value, parseType(resultType)))
    : member('Status', 'Failure') + member('ErrorDescription', array(outcome.error.map(escape)));
  const body = `<?xml version="1.0"?><methodResponse><params><param><value><struct>${members}</struct></value></param></params></methodResponse>`;
  return { status: 200, contentType: 'text/xml', body };
}

function member(name: string, inner: string): string {
  return `<member><name>${escape(name)}</name><value>${inner}</value></member>`;
}

function array(items: readonly string[]): string {
  return `<array><data>${items.map((item) => `<value>${item}</value>`).join('')}</data></array>`;
}

function struct(members: readonly string[]): string {
  return `<struct>${members.join('')}</struct>`;
}

/** What stands between <value> and </value>. */
function write(value: unknown, type: XenType): string {
  switch (type.kind) {
    case 'bool':
      return `<boolean>${value === true ? 1 : 0}</boolean>`;
    case 'float':
      return `<double>${String(value)}</double>`;
    case 'datetime':
      return `<dateTime.iso8601>${escape(String(value))}</dateTime.iso8601>`;
    case 'void':
      return '';
    case 'any':
      return writeUntyped(value);
    case 'int':
    case 'string':
    case 'ref':
      return escape(String(value));
    default:
      return writeCompound(value, type);
  }
}

function writeCompound(value: unknown, type: Exclude<XenType, { of?: never; kind: 'any' }>): string {
  switch (type.kind) {
    case 'set':
      return array((value as readonly unknown[]).map((item) => write(item, type.of)));
    case 'map':
      return writeMembers(value, () => type.value);
    case 'record':
      return type.cls === 'event' ? writeEvent(value) : writeMembers(value, (name) => types(type.cls).get(name));
    case 'option':
      return value === null || value === undefined ? array([]) : array([write(value, type.of)]);
    case 'batch':
      return writeBatch(value);
    default:
      throw new Error(`no XML form for ${type.kind}`);
  }
}

function writeMembers(value: unknown, typeOf: (name: string) => XenType | undefined): string {
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return struct(entries.map(([name, item]) => member(name, write(item, typeOf(name) ?? { kind: 'any' }))));
}

/** The counts of `event.from` are the only integers that xapi writes as such. */
function writeBatch(value: unknown): string {
  const members = Object.entries(value as Readonly<Record<string, unknown>>).map(([name, item]) =>
    member(name, name === 'valid_ref_counts' ? writeCounts(item) : write(item, parseType(EVENT_BATCH[name] ?? 'any'))),
  );
  return struct(members);
}

function writeCounts(value: unknown): string {
  const counts = Object.entries(value as Readonly<Record<string, number>>);
  return struct(counts.map(([name, count]) => member(name, `<i4>${count}</i4>`)));
}

/** Event ids are digits and timestamps text, as all of xapi's numbers there; the snapshot is a record of the event's class. */
function writeEvent(value: unknown): string {
  const cls = classOfEvent(String((value as { class?: unknown }).class));
  return writeMembers(value, (name) => (name === 'snapshot' ? { kind: 'record', cls } : { kind: 'string' }));
}

function writeUntyped(value: unknown): string {
  if (Array.isArray(value)) return array(value.map(writeUntyped));
  if (typeof value === 'boolean') return write(value, { kind: 'bool' });
  if (typeof value === 'object' && value !== null) return writeMembers(value, () => undefined);
  return value === null || value === undefined ? '' : escape(String(value));
}

/** Types of a class's fields, parsed once: the memo of a pure function. */
const fieldTypes = new Map<string, ReadonlyMap<string, XenType>>();

function types(cls: string): ReadonlyMap<string, XenType> {
  const known = fieldTypes.get(cls) ?? new Map(fieldsOf(cls).map((field) => [field.name, parseType(field.type)]));
  fieldTypes.set(cls, known);
  return known;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters, which XML cannot hold at all, become U+FFFD as in xapi's own writer. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that XML forbids
  return text.replace(/[&<>"]/g, (mark) => ESCAPES[mark] ?? mark).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
}
