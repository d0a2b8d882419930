// Directories of a small ISO 9660 image, each in one block: records with short names, Rock Ridge's names beside them or in continuation areas, and the same in Joliet.

export const BLOCK = 2048;

/** A file or directory, and where it lies. */
export interface Node {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, Node>;
  readonly content: Buffer | undefined;
  block: number;
  jolietBlock: number;
  size: number;
}

/** How names are told besides the short ones. */
interface Names {
  readonly rockRidge?: boolean;
  readonly continued?: boolean;
}

export function both32(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value, at);
  bytes.writeUInt32BE(value, at + 4);
}

export function record(
  name: Buffer,
  block: number,
  size: number,
  directory: boolean,
  systemUse: Buffer = Buffer.alloc(0),
): Buffer {
  const fixed = 33 + name.length + (name.length % 2 === 0 ? 1 : 0);
  const bytes = Buffer.alloc(fixed + systemUse.length + ((fixed + systemUse.length) % 2));
  bytes[0] = bytes.length;
  both32(bytes, block, 2);
  both32(bytes, size, 10);
  bytes[25] = directory ? 2 : 0;
  bytes[28] = 1;
  bytes[32] = name.length;
  name.copy(bytes, 33);
  systemUse.copy(bytes, fixed);
  return bytes;
}

/** Names that do not stand in their records but in a block for all. */
export class Continued {
  #used = 0;

  constructor(
    private readonly image: Buffer,
    private readonly block: number,
  ) {}

  put(entries: Buffer): Buffer {
    const entry = Buffer.alloc(28);
    entry.write('CE', 0, 'latin1');
    entry[2] = 28;
    entry[3] = 1;
    both32(entry, this.block, 4);
    both32(entry, this.#used, 12);
    both32(entry, entries.length, 20);
    this.image.set(entries, this.block * BLOCK + this.#used);
    this.#used += entries.length;
    return entry;
  }
}

function nameEntry(name: string, flags = 0): Buffer {
  const text = Buffer.from(name);
  return Buffer.concat([Buffer.from('NM'), Buffer.from([5 + text.length, 1, flags]), text]);
}

/** A long name in two pieces, as writers do that run out of room. */
function nameEntries(name: string): Buffer {
  if (name.length < 8) return nameEntry(name);
  return Buffer.concat([nameEntry(name.slice(0, 4), 1), nameEntry(name.slice(4))]);
}

const SHARING = Buffer.from([...Buffer.from('SP'), 7, 1, 0xbe, 0xef, 0]);

function plainName({ name, content }: Node): string {
  const [base = '', extension = ''] = name.replace(/^\./, '_').split('.');
  const short = `${base.slice(0, 8)}.${extension.slice(0, 3)}`.toUpperCase().replace(/[^A-Z0-9_.]/g, '_');
  return content === undefined ? short.replace(/\.$/, '') : `${short};1`;
}

export function directoryOf(
  directory: Node,
  root: Node,
  { rockRidge = true, continued = false }: Names,
  names: Continued,
): Buffer {
  const self = rockRidge && directory === root ? SHARING : Buffer.alloc(0);
  const records = [...directory.children.values()].map((child) => {
    const entries = nameEntries(child.name);
    const use = !rockRidge ? Buffer.alloc(0) : continued ? names.put(entries) : entries;
    return record(Buffer.from(plainName(child), 'latin1'), child.block, child.size, child.content === undefined, use);
  });
  const head = [record(Buffer.from([0]), directory.block, BLOCK, true, self), record(Buffer.from([1]), root.block, BLOCK, true)];
  return packed([...head, ...records], directory.path);
}

export function jolietDirectory(directory: Node, root: Node): Buffer {
  const records = [...directory.children.values()].map((child) => {
    const name = Buffer.from(child.content === undefined ? child.name : `${child.name};1`, 'utf16le').swap16();
    return record(name, child.jolietBlock, child.size, child.content === undefined);
  });
  const head = [
    record(Buffer.from([0]), directory.jolietBlock, BLOCK, true),
    record(Buffer.from([1]), root.jolietBlock, BLOCK, true),
  ];
  return packed([...head, ...records], directory.path);
}

function packed(records: readonly Buffer[], path: string): Buffer {
  const bytes = Buffer.concat(records);
  if (bytes.length > BLOCK) throw new Error(`${path} does not fit into one block: this writer makes small images`);
  return bytes;
}
