// The first sector of a FAT file system: its geometry, and which of FAT12, FAT16 and FAT32 it is, which only the count of clusters says (Microsoft's FAT
// specification 1.03, section 3.5).
import type { BoundedReader } from '../boundedReader';
import { MediaError, notUnderstood } from '../mediaError';

export interface Geometry {
  readonly kind: 12 | 16 | 32;
  /** Bytes of the medium; all of them lie inside it. */
  readonly start: number;
  readonly fat: number;
  readonly fatLength: number;
  /** FAT12 and FAT16: the root directory has a place of its own. */
  readonly root: { readonly offset: number; readonly length: number } | { readonly cluster: number };
  readonly data: number;
  readonly clusterSize: number;
  readonly clusters: number;
}

const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;

/**
 * @param start byte of the medium where the file system begins
 * @throws MediaError
 */
export async function readGeometry(reader: BoundedReader, start: number, what: string): Promise<Geometry> {
  const raw = fieldsOf(await reader.bytes(start, 512, what));
  check(raw, what);
  const fat = start + raw.reserved * raw.sector;
  const fatLength = raw.fatSectors * raw.sector;
  const rootOffset = fat + raw.fats * fatLength;
  const rootLength = raw.rootEntries * 32;
  const data = rootOffset + Math.ceil(rootLength / raw.sector) * raw.sector;
  const clusterSize = raw.sector * raw.perCluster;
  const clusters = Math.floor((start + raw.sectors * raw.sector - data) / clusterSize);
  if (clusters < 1) throw notUnderstood(what, 'a FAT file system without clusters', 'one that holds the EFI boot files');
  const end = start + raw.sectors * raw.sector;
  if (end > reader.size)
    throw new MediaError(
      'Truncated',
      `${what} is said to end at byte ${end}, and the medium ends at ${reader.size}; download it anew and compare its SHA-256`,
    );
  const kind = kindOf(clusters);
  if (((clusters + 2) * kind) / 8 > fatLength)
    throw notUnderstood(what, `a table of ${fatLength} bytes for ${clusters} clusters`, 'one with room for all');
  const root = kind === 32 ? { cluster: raw.rootCluster } : { offset: rootOffset, length: rootLength };
  return { kind, start, fat, fatLength, root, data, clusterSize, clusters };
}

interface Fields {
  readonly sector: number;
  readonly perCluster: number;
  readonly reserved: number;
  readonly fats: number;
  readonly rootEntries: number;
  readonly sectors: number;
  readonly fatSectors: number;
  readonly rootCluster: number;
  readonly signature: number;
}

/** Old fields of 16 bits are zero where the newer ones of 32 are meant. */
function fieldsOf(bytes: Buffer): Fields {
  return {
    sector: bytes.readUInt16LE(11),
    perCluster: bytes[13]!,
    reserved: bytes.readUInt16LE(14),
    fats: bytes[16]!,
    rootEntries: bytes.readUInt16LE(17),
    sectors: bytes.readUInt16LE(19) || bytes.readUInt32LE(32),
    fatSectors: bytes.readUInt16LE(22) || bytes.readUInt32LE(36),
    rootCluster: bytes.readUInt32LE(44),
    signature: bytes.readUInt16LE(510),
  };
}

function check({ sector, perCluster, reserved, fats, signature, fatSectors }: Fields, what: string): void {
  if (signature !== 0xaa55)
    throw notUnderstood(what, `a first sector that ends in 0x${signature.toString(16)}`, 'a FAT file system (55AA)');
  const sane =
    isPowerOfTwo(sector) &&
    sector >= 512 &&
    sector <= 4096 &&
    isPowerOfTwo(perCluster) &&
    reserved > 0 &&
    fats > 0 &&
    fats <= 2 &&
    fatSectors > 0;
  if (!sane) {
    throw notUnderstood(
      what,
      `sectors of ${sector} bytes, ${perCluster} a cluster, ${reserved} reserved, ${fats} tables of ${fatSectors}`,
      'a FAT file system',
    );
  }
}

function kindOf(clusters: number): 12 | 16 | 32 {
  if (clusters < 4085) return 12;
  return clusters < 65525 ? 16 : 32;
}
