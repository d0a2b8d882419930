// The files of an image by their paths, as an installer fetches them one by one: each a part of the image, found once and then remembered for all hosts.
import { type BlockSource, partOf } from '../media/blockSource';
import { BoundedReader } from '../media/boundedReader';
import { type IsoEntry, IsoTree } from '../media/iso/tree';
import { readVolumes } from '../media/iso/volumes';
import { MediaError, notUnderstood } from '../media/mediaError';
import type { FileTree } from '../server/source';

/** Names that are remembered, there or not; a vendor's ISO has some 600. */
const REMEMBERED = 4096;
/** Deeper than any vendor's. */
const MOST_DEPTH = 8;

export class ImageTree implements FileTree {
  private readonly known = new Map<string, IsoEntry | undefined>();

  constructor(private readonly image: BlockSource) {}

  /** @throws MediaError: the image is not understood there, or a link or in pieces; what the source throws */
  async file(path: readonly string[], signal: AbortSignal): Promise<BlockSource | undefined> {
    if (path.length === 0 || path.length > MOST_DEPTH) return undefined;
    const name = path.join('/');
    const entry = this.known.has(name) ? this.known.get(name) : await this.find(name, signal);
    if (entry === undefined || entry.directory) return undefined;
    const { offset, size, plain } = entry;
    if (!plain) throw notUnderstood(`/${name}`, 'a link or a file in pieces', 'a plain file');
    if (offset + size > this.image.size)
      throw new MediaError(
        'Truncated',
        `/${name} is said to end at byte ${offset + size}, and the image does at ${this.image.size}`,
      );
    return partOf(this.image, offset, size);
  }

  /** With a reader of its own, whose bounds are of one search. */
  private async find(name: string, signal: AbortSignal): Promise<IsoEntry | undefined> {
    const reader = new BoundedReader(this.image, signal);
    const tree = await IsoTree.primary(reader, (await readVolumes(reader)).root);
    const entry = await tree.find(`/${name}`);
    const oldest = this.known.keys().next();
    if (this.known.size >= REMEMBERED && oldest.done !== true) this.known.delete(oldest.value);
    this.known.set(name, entry);
    return entry;
  }
}
