// Text of a dump and value on the wire, by the datamodel's types.
import { readMap, readSet, writeMap, writeSet } from '../../xenapi/database/literals';
import { DatabaseError } from '../../xenapi/database/databaseError';
import type { FieldValue } from '../pool/liveDatabase';

const NULL_REF = 'OpaqueRef:NULL';
const MAP = /^\((.+) -> (.+)\) map$/;

/**
 * @param type as the datamodel writes it: `int`, `VM ref set`, `(string -> string) map`
 * @returns undefined when the text is no value of that type
 */
export function toWire(type: string, text: string): FieldValue | undefined {
  const map = MAP.exec(type);
  try {
    if (map !== null) return mapToWire(map[2]!, text);
    if (type.endsWith(' set')) return setToWire(type.slice(0, -4), text);
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'BadLiteral') return undefined;
    throw error;
  }
  return scalarToWire(type, text);
}

function mapToWire(valueType: string, text: string): FieldValue | undefined {
  const entries = readMap(text).map(([key, value]) => [key, toWire(valueType, value)] as const);
  return entries.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(entries) as Record<string, FieldValue>);
}

function setToWire(elementType: string, text: string): FieldValue | undefined {
  const elements = readSet(text).map((element) => toWire(elementType, element));
  return elements.some((element) => element === undefined) ? undefined : (elements as readonly FieldValue[]);
}

function scalarToWire(type: string, text: string): FieldValue | undefined {
  switch (type) {
    case 'int':
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case 'float':
      return /\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'bool':
      return ({ true: true, false: false } as Readonly<Record<string, boolean>>)[text];
    default:
      return text === '' && type.endsWith(' ref') ? NULL_REF : text;
  }
}

/** The text a dump has for a value. Inverse of {@link toWire} up to the writing of floats and the order of map keys that look like numbers. */
export function fromWire(value: FieldValue): string {
  if (Array.isArray(value)) return writeSet((value as readonly FieldValue[]).map(fromWire));
  if (typeof value === 'object' && value !== null)
    return writeMap(Object.entries(value).map(([key, each]) => [key, fromWire(each)]));
  return value === null ? '' : String(value);
}
