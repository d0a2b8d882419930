// What makes an ISO bootable as a disk as well: the master boot record that isohybrid writes into the first sector. Management controllers may show an image as a USB disk.
import type { BoundedReader } from '../boundedReader';

export interface Hybrid {
  /** Byte where the EFI system partition begins; undefined: there is none. */
  readonly efiPartition: number | undefined;
}

const SECTOR = 512;
const TABLE = 446;
const EFI_SYSTEM = 0xef;

/** @returns undefined where the first sector is no boot record */
export async function readHybrid(reader: BoundedReader): Promise<Hybrid | undefined> {
  const sector = await reader.bytes(0, SECTOR, 'the first sector');
  if (sector.readUInt16LE(510) !== 0xaa55) return undefined;
  for (let at = TABLE; at < TABLE + 64; at += 16) {
    if (sector[at + 4] === EFI_SYSTEM) return { efiPartition: sector.readUInt32LE(at + 8) * SECTOR };
  }
  return { efiPartition: undefined };
}
