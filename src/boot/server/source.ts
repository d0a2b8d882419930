// What the server needs of media: bytes of a known size, a tree of files, and where to get both for an attempt. Others make them (src/boot/media).
import type { AnswerAt } from '../arguments/installerArguments';
import type { VendorWords } from '../arguments/kernelLine';
import type { BlockSource } from '../media/blockSource';
import type { BootAttempt } from './attempt';

export type { BlockSource };

/** Files of an image by their path inside it, e.g. `boot/vmlinuz`, `.treeinfo`. */
export interface FileTree {
  /** Undefined where there is no file of that name; a folder is none. @throws when the image cannot be read */
  file(path: readonly string[], signal: AbortSignal): Promise<BlockSource | undefined>;
}

/** The image as one host gets it, with its own boot configuration. */
export interface SeenImage {
  readonly source: BlockSource;
  /** Changes with any byte of it; letters and digits. */
  readonly version: string;
}

export interface Medium {
  /** A reason where the image cannot be shown to this host, although its files can be fetched one by one. */
  readonly view: SeenImage | NoMedium;
  /** Changes with any byte of the image itself; letters and digits. */
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
  /**
   * @param answer where the view is to say that the answer file is
   * @throws Aborted; what is wrong with the medium is told and not thrown
   */
  mediumOf(attempt: BootAttempt, answer: AnswerAt, signal: AbortSignal): Promise<Medium | NoMedium>;
}
