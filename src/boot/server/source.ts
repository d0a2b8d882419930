// What the server needs of media: bytes of a known size, a tree of files, and where to get both for an attempt. Others make them (src/boot/media).
import type { VendorWords } from '../arguments/kernelLine';
import type { BootAttempt } from './attempt';

/** The seam of src/boot/media, of which a view is one as well. */
export interface BlockSource {
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, inside `size`. @throws when they are not to be had, or the signal aborts */
  read(offset: number, length: number, signal: AbortSignal): Promise<Buffer>;
  /**
   * The same without a buffer of its own: fills `target` from its start, wholly.
   * A source that has it can be served to hundreds at once without the collector's having to keep up.
   */
  readInto?(target: Buffer, offset: number, signal: AbortSignal): Promise<void>;
}

/** Files of an image by their path inside it, e.g. `boot/vmlinuz`, `.treeinfo`. */
export interface FileTree {
  /** Undefined where there is no file of that name; a folder is none. @throws when the image cannot be read */
  file(path: readonly string[], signal: AbortSignal): Promise<BlockSource | undefined>;
}

export interface Medium {
  /** The image as this host gets it, with its own boot configuration. */
  readonly view: BlockSource;
  /** Changes with any byte of the view; letters and digits. */
  readonly version: string;
  readonly tree: FileTree;
  /** What the image says to Xen and its kernel where it starts the installer; a boot over the network says the same. */
  readonly vendor: VendorWords;
}

/** Why an attempt has no medium (an image that is not understood, or whose SHA-256 is another), in words for a person. */
export interface NoMedium {
  readonly why: string;
}

export interface MediaShelf {
  mediumOf(attempt: BootAttempt, signal: AbortSignal): Promise<Medium | NoMedium>;
}
