// Walks a tree of ISO 9660 by path: Rock Ridge's names where it has them, Joliet's in the Joliet tree, else the plain ones without their version. Only the
// directories on the way are read.
import type { BoundedReader } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import { type DirectoryRecord, readDirectory } from './directory';
import { rockRidgeOf, sharingProtocol } from './systemUse';
import type { Root } from './volumes';

export interface IsoEntry {
  readonly name: string;
  readonly directory: boolean;
  readonly offset: number;
  readonly size: number;
  /** Whether its bytes are simply `size` from `offset`. */
  readonly plain: boolean;
}

export type Naming = 'RockRidge' | 'Joliet' | 'Plain';

const MOST_DEPTH = 8;

export class IsoTree {
  private constructor(
    private readonly reader: BoundedReader,
    private readonly root: Root,
    readonly naming: Naming,
    private readonly skip: number,
  ) {}

  /** @throws MediaError */
  static async primary(reader: BoundedReader, root: Root): Promise<IsoTree> {
    const { self } = await readDirectory(reader, root, '/');
    const sharing = sharingProtocol(self.systemUse);
    return new IsoTree(reader, root, sharing === undefined ? 'Plain' : 'RockRidge', sharing?.skip ?? 0);
  }

  static joliet(reader: BoundedReader, root: Root): IsoTree {
    return new IsoTree(reader, root, 'Joliet', 0);
  }

  /**
   * The entry at an absolute path such as `/boot/isolinux/isolinux.cfg`, upper and lower case alike where no name is exactly equal (as boot loaders look).
   * @returns undefined where there is none
   * @throws MediaError
   */
  async find(path: string): Promise<IsoEntry | undefined> {
    const steps = path.split('/').filter((step) => step !== '');
    if (steps.length > MOST_DEPTH) throw notUnderstood(path, `${steps.length} directories deep`, `at most ${MOST_DEPTH}`);
    let at: IsoEntry = { name: '/', directory: true, plain: true, ...this.root };
    for (const [depth, step] of steps.entries()) {
      if (!at.directory) return undefined;
      const entries = await this.#entries(at, `/${steps.slice(0, depth).join('/')}`);
      const next =
        entries.find(({ name }) => name === step) ?? entries.find(({ name }) => name.toLowerCase() === step.toLowerCase());
      if (next === undefined) return undefined;
      at = next;
    }
    return at;
  }

  /** What a directory holds; nothing where there is none. @throws MediaError */
  async list(path: string): Promise<readonly IsoEntry[]> {
    const directory = await this.find(path);
    return directory?.directory === true ? await this.#entries(directory, path) : [];
  }

  async #entries(directory: IsoEntry, path: string): Promise<readonly IsoEntry[]> {
    if (!directory.plain) throw notUnderstood(`directory ${path}`, 'one that lies elsewhere, or in pieces', 'a plain one');
    const { records } = await readDirectory(this.reader, directory, path);
    const entries: IsoEntry[] = [];
    for (const record of records) entries.push(await this.#entry(record, path));
    return entries;
  }

  async #entry(record: DirectoryRecord, path: string): Promise<IsoEntry> {
    const { directory, offset, size, scattered, rawName } = record;
    const rock =
      this.naming === 'RockRidge' ? await rockRidgeOf(this.reader, record.systemUse.subarray(this.skip), path) : undefined;
    const name = rock?.name ?? (this.naming === 'Joliet' ? bigEndian(rawName) : rawName.toString('latin1'));
    const bare = rock?.name ?? name.replace(/;[0-9]+$/, '').replace(/\.$/, '');
    return { name: bare, directory, offset, size, plain: !scattered && rock?.elsewhere !== true };
  }
}

function bigEndian(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}
