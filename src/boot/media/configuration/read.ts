// From the bytes of a boot configuration to what can rewrite it, by its kind. Bytes are read as latin1 and written so, one character a byte.
import type { ConfigurationKind } from '../inspection';
import { readGrub } from './grub';
import { readIsolinux } from './isolinux';
import type { Rewriter } from './rewriter';

/** @returns undefined for a file that only hands on to another. @throws MediaError */
export function readConfiguration(kind: ConfigurationKind, text: string, where: string): Rewriter | undefined {
  return kind === 'isolinux' ? readIsolinux(text, where) : readGrub(text, where);
}
