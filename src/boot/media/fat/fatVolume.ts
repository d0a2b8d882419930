// A FAT file system inside the medium, as the EFI boot image is one: files by path, and where exactly their bytes lie.
import type { Extent } from '../blockSource';
import { type BoundedReader, LONGEST_PIECE } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import { type Geometry, readGeometry } from './bootSector';
import { clustersOf, extentsOf } from './chain';
import { entriesOf, type FatEntry } from './directory';

export interface FatFile {
  readonly path: string;
  readonly size: number;
  /** In the file's order; together `size` bytes. */
  readonly extents: readonly Extent[];
}

const MOST_DEPTH = 8;

export class FatVolume {
  private constructor(
    private readonly reader: BoundedReader,
    readonly geometry: Geometry,
    private readonly what: string,
  ) {}

  /** @throws MediaError */
  static async open(reader: BoundedReader, start: number, what: string): Promise<FatVolume> {
    return new FatVolume(reader, await readGeometry(reader, start, what), what);
  }

  /** Names without regard to case. @returns undefined where there is none. @throws MediaError */
  async find(path: string): Promise<FatEntry | undefined> {
    const steps = path.split('/').filter((step) => step !== '');
    if (steps.length > MOST_DEPTH)
      throw notUnderstood(`${this.what}: ${path}`, `${steps.length} directories deep`, `at most ${MOST_DEPTH}`);
    let at: FatEntry | undefined;
    for (const step of steps) {
      const wanted = step.toLowerCase();
      const entries = await this.#entries(at, path);
      at = entries.find(({ name, shortName }) => name.toLowerCase() === wanted || shortName.toLowerCase() === wanted);
      if (at === undefined) return undefined;
    }
    return at;
  }

  /** What a directory holds, itself and its parent left out; nothing where there is none. @throws MediaError */
  async list(path: string): Promise<readonly FatEntry[]> {
    const directory = path === '/' ? undefined : await this.find(path);
    if (path !== '/' && directory?.directory !== true) return [];
    return (await this.#entries(directory, path)).filter(({ name }) => name !== '.' && name !== '..');
  }

  /** @throws MediaError also where there is no such file */
  async file(path: string): Promise<FatFile> {
    const entry = await this.find(path);
    const what = `${this.what}: ${path}`;
    if (entry === undefined || entry.directory)
      throw notUnderstood(what, entry === undefined ? 'nothing' : 'a directory', 'a file');
    if (entry.size > LONGEST_PIECE) throw notUnderstood(what, `${entry.size} bytes`, `at most ${LONGEST_PIECE}`);
    const wanted = Math.ceil(entry.size / this.geometry.clusterSize);
    const clusters = await clustersOf(this.reader, this.geometry, entry.cluster, wanted, what);
    return { path, size: entry.size, extents: extentsOf(this.geometry, clusters, entry.size) };
  }

  /** @param directory undefined for the root */
  async #entries(directory: FatEntry | undefined, path: string): Promise<readonly FatEntry[]> {
    const what = `${this.what}: ${path}`;
    if (directory !== undefined && !directory.directory) return [];
    const { root, clusterSize } = this.geometry;
    if (directory === undefined && 'offset' in root) return entriesOf(await this.reader.bytes(root.offset, root.length, what));
    const first = directory?.cluster ?? ('cluster' in root ? root.cluster : 0);
    const clusters = await clustersOf(this.reader, this.geometry, first, undefined, what);
    const extents = extentsOf(this.geometry, clusters, clusters.length * clusterSize);
    const pieces: Buffer[] = [];
    for (const { offset, length } of extents) pieces.push(await this.reader.bytes(offset, length, what));
    return entriesOf(Buffer.concat(pieces));
  }
}
