// What every boot configuration can do once it is understood: be written anew for one host.

export interface Rewriter {
  /** The menu entry that is kept. */
  readonly entry: string;
  /** What the vendor says to the installer's kernel, as it is written in the file. */
  readonly vendorWords: readonly string[];
  /**
   * The whole file, ending in a newline, in latin1 as it was read; shorter than the original in all that is known of vendors.
   * @param ours words for the installer's kernel line
   * @throws MediaError `NoRoom` when the line is longer than what reads it takes
   */
  readonly rewrite: (ours: readonly string[]) => string;
}
