// What can be wrong with a text that should be a dump of XAPI's database.

/**
 * - `NotXml`: no well-formed XML. - `Truncated`: well-formed so far, but it ends before its end.
 * - `Foreign`: XML of something else, or of an unknown shape. - `TooLarge`: over {@link MAX_DATABASE_BYTES}.
 * - `NoPool`: a database without a pool or without a host: what XAPI serves while versions are mixed, or an empty one.
 * - `BadLiteral`: a value that should be a set or a map and is not. - `Unprintable`: a value that no XML can carry.
 */
export type DatabaseErrorKind = 'NotXml' | 'Truncated' | 'Foreign' | 'TooLarge' | 'NoPool' | 'BadLiteral' | 'Unprintable';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  /** @param line of the text, counted from 1; null where no line is to blame */
  constructor(
    readonly kind: DatabaseErrorKind,
    readonly detail: string,
    readonly line: number | null = null,
  ) {
    super(line === null ? `database dump: ${detail}` : `database dump, line ${line}: ${detail}`);
  }
}
