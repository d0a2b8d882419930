// The digest by which texts are recognised.
import { createHash } from 'node:crypto';

/** SHA-256 of the text in UTF-8, lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
