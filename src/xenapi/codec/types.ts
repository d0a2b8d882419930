// The type notation of the XenAPI datamodel, parsed. `VM ref set`, `(host ref -> string set) map`, `an event batch` and their like are strings in the
// table; both directions of both codecs walk the same parsed form.

/** A parsed type. `any` is a type that depends on the data (the snapshot of an event) or that the datamodel does not name (a hidden call). */
export type XenType =
  | { readonly kind: 'int' | 'float' | 'bool' | 'datetime' | 'string' | 'ref' | 'void' | 'any' | 'batch' }
  | { readonly kind: 'set' | 'option'; readonly of: XenType }
  | { readonly kind: 'map'; readonly key: XenType; readonly value: XenType }
  | { readonly kind: 'record'; readonly cls: string };

const SIMPLE: Readonly<Record<string, XenType>> = {
  int: { kind: 'int' },
  float: { kind: 'float' },
  bool: { kind: 'bool' },
  datetime: { kind: 'datetime' },
  string: { kind: 'string' },
  void: { kind: 'void' },
  any: { kind: 'any' },
  '<class> record': { kind: 'any' },
  'an event batch': { kind: 'batch' },
};

/** What `event.from` returns; the datamodel describes it in words only. */
export const EVENT_BATCH: Readonly<Record<string, string>> = {
  events: 'event record set',
  valid_ref_counts: '(string -> int) map',
  token: 'string',
};

/**
 * Parses the datamodel's notation.
 * @throws Error naming a notation that is none of XenAPI's
 */
export function parseType(text: string): XenType {
  const simple = SIMPLE[text];
  if (simple !== undefined) return simple;
  if (text.startsWith('enum ') && !text.endsWith(' set')) return { kind: 'string' };
  const space = text.lastIndexOf(' ');
  return parseCompound(text.slice(0, Math.max(0, space)), text.slice(space + 1), text);
}

function parseCompound(inner: string, word: string, text: string): XenType {
  switch (word) {
    case 'ref':
      return { kind: 'ref' };
    case 'record':
      return { kind: 'record', cls: inner };
    case 'set':
    case 'option':
      return { kind: word, of: parseType(inner) };
    case 'map':
      return parseMap(inner);
    default:
      throw new Error(`"${text}" is not a type of XenAPI`);
  }
}

/** `(key -> value)`; the first arrow is the outer one because a key is never a map. */
function parseMap(parenthesised: string): XenType {
  const inner = parenthesised.slice(1, -1);
  const arrow = inner.indexOf(' -> ');
  if (arrow < 0) throw new Error(`"${parenthesised} map" is not a type of XenAPI`);
  const value = inner.slice(arrow + 4);
  return { kind: 'map', key: parseType(inner.slice(0, arrow)), value: parseType(value) };
}
