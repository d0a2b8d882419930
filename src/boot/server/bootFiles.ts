// The files that boot over the network: Xen, its kernel and its initrd out of the image, and Xen unpacked for iPXE, which does not unpack it.
import { gunzipSync } from 'node:zlib';
import type { BlockSource, Medium } from './source';

const PLACES: Readonly<Record<string, readonly string[]>> = {
  'xen.gz': ['boot', 'xen.gz'],
  vmlinuz: ['boot', 'vmlinuz'],
  'install.img': ['install.img'],
};
const PACKED = PLACES['xen.gz']!;
const MOST_PACKED = 16 * 1024 ** 2;
const MOST_UNPACKED = 64 * 1024 ** 2;

/** The path of a boot file that the image has not; undefined when all are there. @throws when the image cannot be read */
export async function lackingFile({ tree }: Medium, signal: AbortSignal): Promise<string | undefined> {
  for (const place of Object.values(PLACES)) if ((await tree.file(place, signal)) === undefined) return place.join('/');
  return undefined;
}

export class BootFileShelf {
  /** Unpacked Xen by the tree it came from; it goes when the tree does. */
  private readonly unpacked = new WeakMap<Medium['tree'], BlockSource>();

  /** Undefined for names that are none of a boot file, and for files that the image has not. @throws when the image cannot be read */
  async file({ tree }: Medium, name: string, signal: AbortSignal): Promise<BlockSource | undefined> {
    if (name === 'xen') return this.xen(tree, signal);
    return Object.hasOwn(PLACES, name) ? tree.file(PLACES[name]!, signal) : undefined;
  }

  private async xen(tree: Medium['tree'], signal: AbortSignal): Promise<BlockSource | undefined> {
    const before = this.unpacked.get(tree);
    if (before !== undefined) return before;
    const packed = await tree.file(PACKED, signal);
    if (packed === undefined) return undefined;
    if (packed.size > MOST_PACKED) throw new Error(`boot/xen.gz has ${packed.size} bytes; at most ${MOST_PACKED} are unpacked`);
    const bytes = gunzipSync(await packed.read(0, packed.size, signal), { maxOutputLength: MOST_UNPACKED });
    const source = bytesSource(bytes);
    this.unpacked.set(tree, source);
    return source;
  }
}

export function bytesSource(bytes: Buffer): BlockSource {
  return { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) };
}
