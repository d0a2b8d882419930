// Parameters on their way out are checked against the datamodel before anything is sent: an undefined that became an empty string, or a float where an
// integer belongs, would be a wrong order given to a hypervisor.
import { fieldsOf } from '../../datamodel/datamodel';
import { parseType, type XenType } from './types';
import { signatureOf } from './signature';

export interface TypedParameter {
  readonly type: XenType;
  readonly value: unknown;
}

const UNTYPED: XenType = { kind: 'any' };

/**
 * Pairs each parameter with its declared type; the session reference counts as the first where the method takes one. Fewer than declared are allowed,
 * because older releases take fewer.
 * @throws TypeError naming method and parameter for a value that is undefined or not of its type: a bug of the caller, nothing was sent
 */
export function typedParameters(method: string, params: readonly unknown[]): readonly TypedParameter[] {
  const declared = signatureOf(method)?.params;
  if (declared !== undefined && params.length > declared.length)
    throw new TypeError(`${method}: takes ${declared.length} parameters, ${params.length} given`);
  return params.map((value, index) => {
    const parameter = declared?.[index];
    const type = parameter?.parsed ?? UNTYPED;
    if (!matches(value, type))
      throw new TypeError(`${method}: parameter ${parameter?.name ?? index}: expected ${type.kind}, given ${describe(value)}`);
    return { type, value };
  });
}

/** The type of one field of a record that is sent (`VM.create`); unknown fields travel untyped. */
export function fieldType(cls: string, name: string): XenType {
  const declared = fieldsOf(cls).find((field) => field.name === name);
  return declared === undefined ? UNTYPED : parseType(declared.type);
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
}

function matches(value: unknown, type: XenType): boolean {
  switch (type.kind) {
    case 'int':
      return Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
    case 'datetime':
    case 'ref':
      return typeof value === 'string';
    default:
      return matchesCompound(value, type);
  }
}

function matchesCompound(value: unknown, type: XenType): boolean {
  switch (type.kind) {
    case 'set':
      return Array.isArray(value) && value.every((item) => matches(item, type.of));
    case 'map':
      return isStruct(value) && Object.values(value).every((item) => matches(item, type.value));
    case 'record':
      return isStruct(value) && Object.entries(value).every(([name, item]) => matches(item, fieldType(type.cls, name)));
    case 'option':
      return value === null || matches(value, type.of);
    default:
      return travels(value);
  }
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether an untyped value can be written at all: no undefined, function or Date anywhere, no number that is not a safe integer. */
function travels(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(travels);
  if (isStruct(value)) return Object.values(value).every(travels);
  return typeof value === 'string' || typeof value === 'boolean';
}
