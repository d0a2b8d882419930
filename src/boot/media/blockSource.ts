// The seam under the media: something of a known size that can be read from anywhere. A file on a volume, a web server that knows ranges, or bytes in a test.

export interface BlockSource {
  /** In bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`; the caller stays inside `size`.
   * @throws MediaError `Unreadable`, `Truncated` or `Changed`; Aborted when the signal ends it
   */
  read(offset: number, length: number, signal: AbortSignal): Promise<Buffer>;
}

/** A run of bytes of the medium. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}
