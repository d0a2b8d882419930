// How the simulated firmware and boot loaders read an installation medium: a few blocks of an ISO 9660 image, wherever it lies. They share nothing with the boot
// server's reader, so that what one writes and the other reads is held against a third.

/** Reads bytes of the image. @throws when they are not to be had */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

export type Platform = 'BIOS' | 'UEFI';

interface Entry {
  readonly name: string;
  readonly block: number;
  readonly size: number;
  readonly directory: boolean;
}

const BLOCK = 2048;
const FIRST_DESCRIPTOR = 16;
const MOST_DESCRIPTORS = 16;
/** Directories and files that are read whole. */
const MOST_BYTES = 1024 * 1024;
const EFI = 0xef;

export class IsoReader {
  private constructor(
    private readonly readAt: ReadAt,
    private readonly root: Entry,
    /** Firmware in which it starts. */
    readonly platforms: ReadonlySet<Platform>,
  ) {}

  /** @returns undefined for what is no ISO 9660 image. @throws what reading throws */
  static async open(readAt: ReadAt): Promise<IsoReader | undefined> {
    let root: Entry | undefined;
    let platforms: ReadonlySet<Platform> = new Set();
    for (let index = 0; index < MOST_DESCRIPTORS; index++) {
      const block = await readAt((FIRST_DESCRIPTOR + index) * BLOCK, BLOCK);
      if (block.length < BLOCK || block.toString('latin1', 1, 6) !== 'CD001' || block[0] === 255) break;
      if (block[0] === 1) root ??= entryAt(block, 156);
      const boots = block[0] === 0 && block.toString('latin1', 7, 30) === 'EL TORITO SPECIFICATION';
      if (boots) platforms = platformsOf(await readAt(block.readUInt32LE(0x47) * BLOCK, BLOCK));
    }
    return root === undefined ? undefined : new IsoReader(readAt, root, platforms);
  }

  /** Names in a directory; empty when there is none. @param path e.g. `/EFI` */
  async list(path: string): Promise<readonly string[]> {
    const found = await this.find(path);
    return found?.directory === true ? (await this.entriesOf(found)).map(({ name }) => name) : [];
  }

  /** Text of a file; undefined when there is none, or one too large to be a text. */
  async text(path: string): Promise<string | undefined> {
    const found = await this.find(path);
    if (found === undefined || found.directory || found.size > MOST_BYTES) return undefined;
    return (await this.readAt(found.block * BLOCK, found.size)).toString('utf8');
  }

  private async find(path: string): Promise<Entry | undefined> {
    let at: Entry | undefined = this.root;
    for (const step of path.split('/').filter((one) => one !== '')) {
      if (at?.directory !== true) return undefined;
      at = (await this.entriesOf(at)).find(({ name }) => name.toLowerCase() === step.toLowerCase());
    }
    return at;
  }

  private async entriesOf({ block, size }: Entry): Promise<readonly Entry[]> {
    const bytes = await this.readAt(block * BLOCK, Math.min(size, MOST_BYTES));
    const entries: Entry[] = [];
    for (let at = 0; at + 33 < bytes.length;) {
      const length = bytes[at]!;
      // A record never goes over the end of a block.
      if (length === 0) at = (Math.floor(at / BLOCK) + 1) * BLOCK;
      else {
        const entry = entryAt(bytes, at);
        if (entry.name !== '') entries.push(entry);
        at += length;
      }
    }
    return entries;
  }
}

/** Of a directory and its parent the name is empty. */
function entryAt(bytes: Buffer, at: number): Entry {
  const length = bytes[at]!;
  const nameLength = bytes[at + 32]!;
  const plain = bytes.toString('latin1', at + 33, at + 33 + nameLength).replace(/;\d+$/, '');
  const use = bytes.subarray(at + 33 + nameLength + ((nameLength + 1) % 2), at + length);
  const itself = nameLength === 1 && bytes[at + 33]! <= 1;
  return {
    name: itself ? '' : rockRidgeName(use) || plain.replace(/\.$/, ''),
    block: bytes.readUInt32LE(at + 2),
    size: bytes.readUInt32LE(at + 10),
    directory: (bytes[at + 25]! & 2) !== 0,
  };
}

/** Pieces of the name that stand in the record itself. */
function rockRidgeName(use: Buffer): string {
  let name = '';
  for (let at = 0; at + 4 <= use.length && use[at + 2]! >= 4; at += use[at + 2]!) {
    if (use.toString('latin1', at, at + 2) === 'NM') name += use.toString('utf8', at + 5, at + use[at + 2]!);
  }
  return name;
}

/** El Torito's catalogue: a first entry for the platform of its head, then sections with a platform each. */
function platformsOf(catalogue: Buffer): ReadonlySet<Platform> {
  const found = new Set<Platform>();
  const add = (platform: number, at: number): void => {
    if (catalogue[at] === 0x88) found.add(platform === EFI ? 'UEFI' : 'BIOS');
  };
  add(catalogue[1] ?? 0, 32);
  for (let at = 64; catalogue[at] === 0x90 || catalogue[at] === 0x91; at += 32 * (1 + catalogue.readUInt16LE(at + 2)))
    add(catalogue[at + 1]!, at + 32);
  return found;
}
