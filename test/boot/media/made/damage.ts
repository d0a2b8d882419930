// Hurts images where their structures stand, by chance from a seed.
import { integer, type Random } from '../../../../src/foundation/random';
import type { VendorIso } from './vendorIso';

const BLOCK = 2048;

/** Values at the edges of fields, and any. */
const value = (random: Random): number =>
  [0, 1, 2, 0x7f, 0x80, 0xff, 0xf8, 0x91][integer(random, 0, 15)] ?? integer(random, 0, 255);

function scribble(bytes: Buffer, start: number, end: number, random: Random): void {
  const at = integer(random, start, Math.max(start, end - 4));
  const length = [1, 1, 2, 4, 8, 64][integer(random, 0, 5)]!;
  for (let index = at; index < Math.min(at + length, bytes.length); index++) bytes[index] = value(random);
}

/** Moves a piece of the image elsewhere in it, so that structures turn up where others are expected. */
function transplant(bytes: Buffer, random: Random): void {
  const length = [32, 512, BLOCK][integer(random, 0, 2)]!;
  const from = integer(random, 0, bytes.length - length);
  bytes.copy(bytes, integer(random, 0, Math.floor((bytes.length - length) / 32)) * 32, from, from + length);
}

/** A few wounds, and now and then an early end. @param regions where structures stand, as bytes from and to */
export function damaged(whole: Buffer, regions: readonly (readonly [number, number])[], random: Random): Buffer {
  const bytes = Buffer.from(whole);
  const wounds = integer(random, 1, 6);
  for (let count = 0; count < wounds; count++) {
    const [start, end] = regions[integer(random, 0, regions.length - 1)]!;
    if (integer(random, 0, 9) === 0) transplant(bytes, random);
    else scribble(bytes, start, end, random);
  }
  return integer(random, 0, 19) === 0 ? bytes.subarray(0, integer(random, 0, bytes.length)) : bytes;
}

export function regionsOf({ at, bytes }: VendorIso): readonly (readonly [number, number])[] {
  const image = at('/boot/efiboot.img');
  const files = ['/boot/isolinux/isolinux.cfg', '/EFI/xenserver/grub.cfg', '/.treeinfo'].map(
    (path) => [at(path), at(path) + BLOCK] as const,
  );
  return [
    [0, 512],
    [16 * BLOCK, 20 * BLOCK],
    [20 * BLOCK, 36 * BLOCK],
    [20 * BLOCK, 20 * BLOCK + 160],
    [image, image + 64],
    [image + 512, image + 8192],
    ...files,
    [0, bytes.length],
  ];
}
