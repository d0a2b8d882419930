// The seam under the media: something of a known size that can be read from anywhere. A file on a volume, a web server that knows ranges, or bytes in a test.

export interface BlockSource {
  /** In bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`; the caller stays inside `size`.
   * @throws MediaError `Unreadable`, `Truncated` or `Changed`; Aborted when the signal ends it
   */
  read(offset: number, length: number, signal: AbortSignal): Promise<Buffer>;
  /**
   * The same without a buffer of its own: fills `target` from its start, wholly.
   * A source that has it can be served to hundreds at once without the collector's having to keep up.
   */
  readInto?(target: Buffer, offset: number, signal: AbortSignal): Promise<void>;
}

/**
 * A part of a source as a source of its own, e.g. one file of an image.
 * @param length the caller has seen to it that the part lies inside
 */
export function partOf(source: BlockSource, offset: number, length: number): BlockSource {
  const part: BlockSource = { size: length, read: (at, count, signal) => source.read(offset + at, count, signal) };
  if (source.readInto === undefined) return part;
  return { ...part, readInto: (target, at, signal) => source.readInto!(target, offset + at, signal) };
}

/** A run of bytes of the medium. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}
