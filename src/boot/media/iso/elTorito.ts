// El Torito's boot catalogue (version 1.0, section 2): which images firmware may start, for which platform, and where they lie.
import type { BoundedReader } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import { BLOCK } from './volumes';

/** `Other` keeps the number: PowerPC, Mac, or what nobody has defined. */
export type Platform = 'BIOS' | 'EFI' | 'Other';

export interface BootEntry {
  readonly platform: Platform;
  readonly platformId: number;
  readonly bootable: boolean;
  /** False: the image is made to look like a floppy or a disk, as nobody has done this century. */
  readonly noEmulation: boolean;
  /** Byte of the medium where its image begins. */
  readonly offset: number;
  /** Sectors of 512 bytes that firmware loads; EFI images are often said to be smaller than they are. */
  readonly sectors: number;
}

const ENTRY = 32;
const HEADER_MORE = 0x90;
const HEADER_LAST = 0x91;
const EXTENSION = 0x44;
const BOOTABLE = 0x88;

/** @throws MediaError */
export async function readCatalogue(reader: BoundedReader, offset: number): Promise<readonly BootEntry[]> {
  const bytes = await reader.bytes(offset, BLOCK, "El Torito's boot catalogue");
  validate(bytes.subarray(0, ENTRY));
  const entries = [entryOf(bytes.subarray(ENTRY, 2 * ENTRY), bytes[1]!)];
  for (let at = 2 * ENTRY; at < BLOCK;) {
    const kind = bytes[at]!;
    if (kind !== HEADER_MORE && kind !== HEADER_LAST) break;
    at = takeSection(bytes, at, entries);
    if (kind === HEADER_LAST) break;
  }
  return entries;
}

function validate(entry: Buffer): void {
  let sum = 0;
  for (let at = 0; at < ENTRY; at += 2) sum = (sum + entry.readUInt16LE(at)) & 0xffff;
  if (entry[0] === 1 && entry.readUInt16LE(30) === 0xaa55 && sum === 0) return;
  throw notUnderstood(
    "El Torito's boot catalogue",
    `a first entry 0x${entry.toString('hex', 0, 4)}… with the sum ${sum}`,
    'a validation entry (0x01, 55AA, sum 0)',
  );
}

/** @returns where the next section may begin */
function takeSection(bytes: Buffer, header: number, into: BootEntry[]): number {
  const platform = bytes[header + 1]!;
  const count = bytes.readUInt16LE(header + 2);
  let at = header + ENTRY;
  for (let taken = 0; taken < count; taken++) {
    if (at + ENTRY > BLOCK)
      throw notUnderstood("El Torito's boot catalogue", `a section of ${count} entries`, 'one that ends within its block');
    into.push(entryOf(bytes.subarray(at, at + ENTRY), platform));
    at += ENTRY;
    while (at + ENTRY <= BLOCK && bytes[at] === EXTENSION) at += ENTRY;
  }
  return at;
}

function entryOf(entry: Buffer, platformId: number): BootEntry {
  return {
    platform: platformId === 0 ? 'BIOS' : platformId === 0xef ? 'EFI' : 'Other',
    platformId,
    bootable: entry[0] === BOOTABLE,
    noEmulation: (entry[1]! & 0x0f) === 0,
    offset: entry.readUInt32LE(8) * BLOCK,
    sectors: entry.readUInt16LE(6),
  };
}
