// One directory of ISO 9660 (ECMA-119 section 9.1), record by record, as plain bytes: names and extensions are for others to read.
import type { BoundedReader } from '../boundedReader';
import { LONGEST_PIECE } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import { BLOCK, type Root } from './volumes';

export interface DirectoryRecord {
  readonly rawName: Buffer;
  readonly offset: number;
  readonly size: number;
  readonly directory: boolean;
  /** In more than one piece, interleaved, or with an extended attribute record before the data: its bytes are not simply `size` from `offset`. */
  readonly scattered: boolean;
  /** What stands behind the name: Rock Ridge, if any. */
  readonly systemUse: Buffer;
}

const MULTI_EXTENT = 0x80;
const DIRECTORY = 0x02;
/** Bytes before the name. */
const FIXED = 33;

/**
 * Without those for the directory itself and its parent, but for the first call's interest in them: `self` is the first record.
 * @throws MediaError
 */
export async function readDirectory(
  reader: BoundedReader,
  { offset, size }: Root,
  path: string,
): Promise<{ readonly self: DirectoryRecord; readonly records: readonly DirectoryRecord[] }> {
  if (size === 0 || size % BLOCK !== 0 || size > LONGEST_PIECE) {
    throw notUnderstood(
      `directory ${path}`,
      `a size of ${size} bytes`,
      `whole blocks of ${BLOCK} bytes, at most ${LONGEST_PIECE}`,
    );
  }
  const bytes = await reader.bytes(offset, size, `directory ${path}`);
  const all: DirectoryRecord[] = [];
  for (let start = 0; start < size; start += BLOCK) recordsOf(bytes.subarray(start, start + BLOCK), path, all);
  const [self, parent, ...records] = all;
  if (self === undefined || parent === undefined || !isSelf(self))
    throw notUnderstood(`directory ${path}`, 'no record of itself', 'one as its first');
  return { self, records: records.filter((record, index) => index === 0 || !record.rawName.equals(records[index - 1]!.rawName)) };
}

const isSelf = ({ rawName }: DirectoryRecord): boolean => rawName.length === 1 && rawName[0] === 0;

/** No record crosses a block; a zero says that the rest of the block is empty. */
function recordsOf(block: Buffer, path: string, into: DirectoryRecord[]): void {
  for (let at = 0; at < BLOCK;) {
    const length = block[at]!;
    if (length === 0) return;
    if (length <= FIXED || at + length > BLOCK)
      throw notUnderstood(`directory ${path}`, `a record of ${length} bytes`, `${FIXED + 1} to ${BLOCK - at}`);
    into.push(recordOf(block.subarray(at, at + length), path));
    at += length;
  }
}

function recordOf(bytes: Buffer, path: string): DirectoryRecord {
  const name = bytes[32]!;
  const after = FIXED + name + (name % 2 === 0 ? 1 : 0);
  if (name === 0 || FIXED + name > bytes.length)
    throw notUnderstood(
      `directory ${path}`,
      `a name of ${name} bytes in a record of ${bytes.length}`,
      'a name inside its record',
    );
  const flags = bytes[25]!;
  return {
    rawName: bytes.subarray(FIXED, FIXED + name),
    offset: bytes.readUInt32LE(2) * BLOCK,
    size: bytes.readUInt32LE(10),
    directory: (flags & DIRECTORY) !== 0,
    scattered: (flags & MULTI_EXTENT) !== 0 || bytes[1] !== 0 || bytes[26] !== 0 || bytes[27] !== 0,
    systemUse: bytes.subarray(Math.min(after, bytes.length)),
  };
}
