// What every boot configuration can do once it is understood: be written anew for one host.
import { cutOff, type VendorWords } from '../../arguments/kernelLine';
import { MediaError } from '../mediaError';

export interface Rewriter {
  /** The menu entry that is kept. */
  readonly entry: string;
  readonly vendor: VendorWords;
  /**
   * The whole file, ending in a newline, in latin1 as it was read; shorter than the original in all that is known of vendors.
   * @param ours words for the installer's kernel line
   * @throws MediaError `NoRoom` when the line is longer than what reads it takes
   */
  readonly rewrite: (ours: readonly string[]) => string;
}

/** @throws MediaError `NoRoom` when Xen would not hand on the whole of the kernel's line */
export function refuseCutOff(words: readonly string[]): void {
  const why = cutOff(words);
  if (why !== undefined) throw new MediaError('NoRoom', why);
}
