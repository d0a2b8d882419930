// How XAPI refuses an argument that is not of its type: its unmarshaller fails before the call is looked at, and the caller gets the failure's own words.
// The words for text were seen on the wire of 23.9.0; those for other types follow the same pattern.
import { ApiError } from './apiError';

const OCAML_NAMES: Readonly<Record<string, string>> = { int: 'int64', float: 'float', bool: 'bool', datetime: 'datetime' };

/** @param type the declared one, in the datamodel's notation */
export function wrongType(value: unknown, type: string): ApiError {
  return new ApiError('INTERNAL_ERROR', `Failure("Expected ${expected(type)}, got '${marshalled(value)}'")`);
}

function expected(type: string): string {
  if (type.endsWith(' set')) return 'array';
  if (type.endsWith(' map') || type.endsWith(' record')) return 'dict';
  return OCAML_NAMES[type] ?? 'string';
}

/** A value as the RPC library prints it: `S(text)`, `I(1)`, `{key:S(text)}`. */
function marshalled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(marshalled).join(';')}]`;
  switch (typeof value) {
    case 'string':
      return `S(${value})`;
    case 'number':
      return Number.isInteger(value) ? `I(${value})` : `F(${value})`;
    case 'boolean':
      return `B(${String(value)})`;
    case 'object':
      return value === null ? 'N' : dictionary(value);
    default:
      return 'N';
  }
}

function dictionary(value: object): string {
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}:${marshalled(item)}`)
    .join(';')}}`;
}
