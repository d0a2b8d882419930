// The vendor's ISO as one host sees it: the same bytes, but for the boot configurations, which are replaced in place by ones of the same length that start the
// installer with what this host is to be told. No directory record, checksum or partition table changes; the ISO itself is never written or copied.
import { createHash } from 'node:crypto';
import type { BlockSource } from './blockSource';
import { readConfiguration } from './configuration/read';
import type { BootConfiguration, MediaInspection } from './inspection';
import { MediaError } from './mediaError';

export interface ReplacedExtent {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface View {
  /** That of the ISO. */
  readonly size: number;
  /** By offset; none overlaps another. */
  readonly replaced: readonly ReplacedExtent[];
}

/** One piece of a range of a view: bytes of the ISO as they are, or bytes of the view. */
export type Piece =
  | { readonly from: 'Source'; readonly offset: number; readonly length: number }
  | { readonly from: 'View'; readonly bytes: Buffer };

/**
 * Pure: the same inspection and words give the same view.
 * @param words for the installer's kernel line, as `installerWords` gives them
 * @throws MediaError `NoRoom` when they do not fit
 */
export function viewOf(
  { size, configurations }: Pick<MediaInspection, 'size' | 'configurations'>,
  words: readonly string[],
): View {
  const replaced = configurations.flatMap((configuration) => replacedBy(configuration, words));
  return { size, replaced: replaced.sort((a, b) => a.offset - b.offset) };
}

function replacedBy({ kind, path, text, size, extents }: BootConfiguration, words: readonly string[]): readonly ReplacedExtent[] {
  const rewriter = readConfiguration(kind, text, path);
  if (rewriter === undefined) throw new MediaError('NotUnderstood', `${path}: no configuration any more; inspect the ISO anew`);
  const rewritten = rewriter.rewrite(words);
  if (rewritten.length > size) {
    throw new MediaError(
      'NoRoom',
      `${path}: ${rewritten.length} bytes are needed, and the vendor's file has ${size}; give a shorter spec.boot.serverURLs.hosts, or use boot method Staged or PXE`,
    );
  }
  // Newlines are what every reader of these files skips (xenserver.md 5.4, "Padding").
  const bytes = Buffer.from(rewritten.padEnd(size, '\n'), 'latin1');
  let at = 0;
  return extents.map(({ offset, length }) => ({ offset, bytes: bytes.subarray(at, (at += length)) }));
}

/**
 * A range as pieces in order, so that a server can stream what is the ISO's from the ISO.
 * @throws RangeError outside of the view
 */
export function piecesOf({ size, replaced }: View, offset: number, length: number): readonly Piece[] {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size) {
    throw new RangeError(`bytes ${offset} to ${offset + length} of ${size}`);
  }
  const end = offset + length;
  const pieces: Piece[] = [];
  let at = offset;
  const source = (until: number): void => {
    if (until > at) pieces.push({ from: 'Source', offset: at, length: until - at });
    at = Math.max(at, until);
  };
  for (const { offset: start, bytes } of replaced) {
    const stop = Math.min(start + bytes.length, end);
    if (stop <= at || start >= end) continue;
    source(Math.max(start, at));
    pieces.push({ from: 'View', bytes: bytes.subarray(at - start, stop - start) });
    at = stop;
  }
  source(end);
  return pieces;
}

/**
 * The view as something to be read: what is the ISO's is read from the ISO, straight into the reader's buffer where the ISO's source can do so.
 * Reading throws RangeError outside of the view, and what the source throws.
 */
export function viewSource(view: View, source: BlockSource): BlockSource {
  const read: BlockSource['read'] = async (offset, length, signal) => {
    const pieces: Buffer[] = [];
    for (const piece of piecesOf(view, offset, length)) {
      pieces.push(piece.from === 'View' ? piece.bytes : await source.read(piece.offset, piece.length, signal));
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, length);
  };
  if (source.readInto === undefined) return { size: view.size, read };
  const readInto: BlockSource['readInto'] = async (target, offset, signal) => {
    let at = 0;
    for (const piece of piecesOf(view, offset, target.length)) {
      const length = piece.from === 'View' ? piece.bytes.copy(target, at) : piece.length;
      if (piece.from === 'Source') await source.readInto!(target.subarray(at, at + length), piece.offset, signal);
      at += length;
    }
  };
  return { size: view.size, read, readInto };
}

/**
 * Changes with every byte of the view, for ETags and for `If-Range`.
 * @param identity of the ISO, e.g. its SHA-256
 * @returns hex, 32 digits
 */
export function viewTag({ size, replaced }: View, identity: string): string {
  const hash = createHash('sha256').update(`${identity}\n${size}\n`);
  for (const { offset, bytes } of replaced) hash.update(`${offset} ${bytes.length}\n`).update(bytes);
  return hash.digest('hex').slice(0, 32);
}
