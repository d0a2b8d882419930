// Which part of a file a request asks for (RFC 9110, 14). One range is honoured; several, or what is no range of bytes, mean the whole file, as the standard
// allows.

export interface Part {
  readonly offset: number;
  readonly length: number;
}

export type RangeAsked = { readonly kind: 'Whole' } | ({ readonly kind: 'Part' } & Part) | { readonly kind: 'Unsatisfiable' };

/** More digits than any size has are no number. */
const RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/i;

/** @param size of the file, in bytes */
export function rangeOf(header: string | undefined, size: number): RangeAsked {
  const parts = RANGE.exec(header?.replaceAll(/\s/g, '') ?? '');
  if (parts === null) return { kind: 'Whole' };
  const [, from, to, last] = parts;
  if (last !== undefined) return suffix(Number(last), size);
  const first = Number(from);
  const end = Math.min(to === undefined ? size - 1 : Number(to), size - 1);
  // A range that ends before it begins is none; one that begins behind the end cannot be had.
  if (to !== undefined && Number(to) < first) return { kind: 'Whole' };
  return first >= size ? { kind: 'Unsatisfiable' } : { kind: 'Part', offset: first, length: end - first + 1 };
}

function suffix(wanted: number, size: number): RangeAsked {
  const length = Math.min(wanted, size);
  return length === 0 ? { kind: 'Unsatisfiable' } : { kind: 'Part', offset: size - length, length };
}
