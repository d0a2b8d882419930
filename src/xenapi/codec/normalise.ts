// Both dialects of XenAPI deliver the same values in different clothes: integers as digits or numbers, null references in five spellings, floats that
// look like integers. Above the codecs there is one form; a datamodel type says which.
//
// Type strings are compiled once to a function. Values are normalised in place: a decoded answer belongs to nobody else, and copying a pool's records
// at every look would cost more than all the rest of a look.
import { classNames, fieldsOf } from '../../datamodel/datamodel';
import { XapiError } from '../error';
import { EVENT_BATCH, parseType, type XenType } from './types';

export const NULL_REF = 'OpaqueRef:NULL';

type Normaliser = (value: unknown) => unknown;
type Dictionary = Record<string, unknown>;

const DIGITS = /^[+-]?\d+$/;
const NULL_SPELLINGS: ReadonlySet<string> = new Set([
  '',
  'NULL',
  'Null',
  'null',
  'OpaqueRef:NULL',
  'OpaqueRef:Null',
  'OpaqueRef:',
]);
/** Compiled types by notation: the memo of a pure function over a table that never changes. */
const compiled = new Map<string, Normaliser>();
const KNOWN: ReadonlySet<string> = new Set(classNames());
const classByLowerCase: ReadonlyMap<string, string> = new Map(classNames().map((name) => [name.toLowerCase(), name]));

/**
 * Brings a decoded value into the one form used above the codecs: integers and floats are numbers, `datetime` is text as `YYYYMMDDTHH:MM:SSZ`, every
 * null reference is `OpaqueRef:NULL`, `void` is ''. Fields a release lacks stay missing, unknown fields and enum members stay as they are.
 * @param value taken over and changed in place
 * @param type  in the datamodel's notation
 * @throws XapiError `Protocol` for a value that is not of its type, or an integer that a number cannot hold exactly
 */
export function normalise(value: unknown, type: string): unknown {
  return normaliserOf(type)(value);
}

/**
 * The same, a step an element of the outermost set, map or list of events: what is large is always one of these.
 * @throws as {@link normalise}
 */
export function* normaliseInSteps(value: unknown, type: string): Generator<void, unknown> {
  const parsed = parseType(type);
  if (parsed.kind === 'set') return yield* setInSteps(value, compile(parsed.of, type), type);
  if (parsed.kind === 'map') return yield* mapInSteps(value, compile(parsed.value, type), type);
  if (parsed.kind !== 'batch') return normalise(value, type);
  const batch = toDictionary(value, type);
  const { events } = batch;
  batch['events'] = [];
  normalise(batch, type);
  batch['events'] = yield* setInSteps(events, eventRecord, type);
  return batch;
}

function* setInSteps(value: unknown, item: Normaliser, label: string): Generator<void, unknown> {
  if (!Array.isArray(value)) throw mismatch(value, label, 'an array');
  for (let index = 0; index < value.length; index++) {
    value[index] = item(value[index]);
    yield;
  }
  return value;
}

function* mapInSteps(value: unknown, item: Normaliser, label: string): Generator<void, unknown> {
  const map = toDictionary(value, label);
  for (const key of Object.keys(map)) {
    if (key !== '__proto__') map[key] = item(map[key]);
    yield;
  }
  return map;
}

/** The datamodel's name of a class that events write in lower case; unknown classes keep theirs. */
export function classOfEvent(name: string): string {
  return classByLowerCase.get(name.toLowerCase()) ?? name;
}

function normaliserOf(type: string): Normaliser {
  let found = compiled.get(type);
  if (found === undefined) {
    found = compile(parseType(type), type);
    compiled.set(type, found);
  }
  return found;
}

function compile(type: XenType, label: string): Normaliser {
  switch (type.kind) {
    case 'set':
      return setOf(compile(type.of, label), label);
    case 'map':
      return mapOf(compile(type.value, label), label);
    case 'option':
      return optionOf(compile(type.of, label));
    case 'record':
      return type.cls === 'event' ? eventRecord : recordOf(fieldTypes(type.cls), type.cls);
    case 'batch':
      return recordOf(Object.entries(EVENT_BATCH), 'event batch');
    default:
      return scalar(type.kind, label);
  }
}

function scalar(kind: 'int' | 'float' | 'bool' | 'datetime' | 'string' | 'ref' | 'void' | 'any', label: string): Normaliser {
  switch (kind) {
    case 'int':
      return (value) => toInt(value, label);
    case 'float':
      return (value) => toFloat(value, label);
    case 'bool':
      return (value) => toBool(value, label);
    case 'ref':
      return (value) => toRef(value, label);
    case 'datetime':
      return (value) => toDatetime(value, label);
    case 'void':
      return () => '';
    case 'string':
      return (value) => toText(value, label);
    case 'any':
      return (value) => value;
  }
}

function mismatch(value: unknown, label: string, expected: string): XapiError {
  const seen = typeof value === 'string' ? `the text "${value.slice(0, 40)}"` : value === null ? 'nothing' : `a ${typeof value}`;
  return new XapiError({ kind: 'Protocol', text: `${label}: expected ${expected}, found ${seen}`, maybeDelivered: true });
}

function toInt(value: unknown, label: string): number {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw mismatch(value, label, 'an integer below 2^53');
  return number;
}

function toFloat(value: unknown, label: string): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isNaN(number)) throw mismatch(value, label, 'a number');
  return number;
}

function toBool(value: unknown, label: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw mismatch(value, label, 'true or false');
}

function toRef(value: unknown, label: string): string {
  if (value === null) return NULL_REF;
  if (typeof value !== 'string') throw mismatch(value, label, 'a reference');
  return NULL_SPELLINGS.has(value) || value.startsWith('Ref:') ? NULL_REF : value;
}

/** `2026-01-02T03:04:05Z` and `20260102T03:04:05Z` become the latter; local times without a zone keep having none. */
function toDatetime(value: unknown, label: string): string {
  const text = toText(value, label);
  return text[4] === '-' && text[7] === '-' ? text.slice(0, 4) + text.slice(5, 7) + text.slice(8) : text;
}

function toText(value: unknown, label: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw mismatch(value, label, 'text');
}

function toDictionary(value: unknown, label: string): Dictionary {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(value, label, 'a struct');
  return value as Dictionary;
}

function setOf(item: Normaliser, label: string): Normaliser {
  return (value) => {
    if (!Array.isArray(value)) throw mismatch(value, label, 'an array');
    for (let index = 0; index < value.length; index++) {
      const after = item(value[index]);
      if (after !== value[index]) value[index] = after;
    }
    return value;
  };
}

/** Keys stay text. An own key `__proto__` stays as it came: reading or assigning it the plain way would reach the prototype. */
function mapOf(item: Normaliser, label: string): Normaliser {
  return (value) => {
    const map = toDictionary(value, label);
    for (const key of Object.keys(map)) if (key !== '__proto__') bringField(map, key, item);
    return map;
  };
}

/** Most fields come as they should be, and writing costs more than looking. */
function bringField(dictionary: Dictionary, name: string, bring: Normaliser): void {
  const before = dictionary[name];
  const after = bring(before);
  if (after !== before) dictionary[name] = after;
}

/** XAPI writes an option as nothing, as the bare value, or as an array of none or one. */
function optionOf(item: Normaliser): Normaliser {
  return (value) => {
    const present = Array.isArray(value) ? value[0] : value;
    return present === undefined || present === null ? null : item(present);
  };
}

function fieldTypes(cls: string): [string, string][] {
  return fieldsOf(cls).map((field) => [field.name, field.type]);
}

function recordOf(fields: readonly (readonly [string, string])[], label: string): Normaliser {
  const normalisers = fields.map(([name, type]) => ({ name, bring: compile(parseType(type), `${label}.${name}`) }));
  return (value) => {
    const record = toDictionary(value, label);
    for (const { name, bring } of normalisers) if (record[name] !== undefined) bringField(record, name, bring);
    return record;
  };
}

/** An event's snapshot is a record of the class the event names. Its `timestamp` is a float in words and used by nobody. */
function eventRecord(value: unknown): unknown {
  const event = toDictionary(value, 'event');
  event['id'] = toInt(event['id'], 'event.id');
  event['class'] = classOfEvent(toText(event['class'], 'event.class'));
  event['operation'] = toText(event['operation'], 'event.operation');
  event['ref'] = toRef(event['ref'], 'event.ref');
  // Of a class that nobody knows there is no type to compile, and names made up by whoever answers would fill the memo.
  if (event['snapshot'] !== undefined && KNOWN.has(event['class'] as string))
    event['snapshot'] = normalise(event['snapshot'], `${event['class'] as string} record`);
  return event;
}
