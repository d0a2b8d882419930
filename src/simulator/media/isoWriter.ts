// Writes small ISO 9660 images as genisoimage -r -J does: Rock Ridge and Joliet trees over the same extents, El Torito's catalogue, isohybrid's boot record. Enough to
// read, not enough to boot; what boots is made by genisoimage in test/peers.

export interface IsoRecipe {
  /** Absolute paths. */
  readonly files: Readonly<Record<string, Buffer | string>>;
  readonly volume?: string;
  readonly rockRidge?: boolean;
  readonly joliet?: boolean;
  /** Keeps the real names in continuation areas. */
  readonly continued?: boolean;
  /** Paths of the images that firmware starts. */
  readonly bios?: string | undefined;
  readonly efi?: string | undefined;
  readonly hybrid?: boolean;
  /** Paths whose Joliet record points at a copy of its own. */
  readonly ownJolietCopy?: readonly string[];
  /** Paths that share the extent of another path. */
  readonly sameAs?: Readonly<Record<string, string>>;
}

export interface MadeIso {
  readonly bytes: Buffer;
  /** Byte where a file begins. */
  readonly at: (path: string) => number;
}

const BLOCK = 2048;
const blocks = (bytes: number): number => Math.max(1, Math.ceil(bytes / BLOCK));

interface Node {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, Node>;
  readonly content: Buffer | undefined;
  block: number;
  jolietBlock: number;
  size: number;
}

const node = (name: string, path: string, content?: Buffer): Node => ({
  name,
  path,
  children: new Map(),
  content,
  block: 0,
  jolietBlock: 0,
  size: content?.length ?? BLOCK,
});

function treeOf(files: IsoRecipe['files']): Node {
  const root = node('', '/');
  for (const [path, content] of Object.entries(files)) {
    const steps = path.split('/').filter((step) => step !== '');
    let at = root;
    for (const [depth, step] of steps.entries()) {
      const full = `/${steps.slice(0, depth + 1).join('/')}`;
      const last = depth === steps.length - 1;
      const next = at.children.get(step) ?? node(step, full, last ? Buffer.from(content) : undefined);
      at.children.set(step, next);
      at = next;
    }
  }
  return root;
}

const all = (from: Node): readonly Node[] => [from, ...[...from.children.values()].flatMap(all)];

export function makeIso(recipe: IsoRecipe): MadeIso {
  const { joliet = true, volume = 'MADE', hybrid = true } = recipe;
  const root = treeOf(recipe.files);
  const nodes = all(root);
  const size = layOut(nodes, recipe);
  const bytes = Buffer.alloc(size * BLOCK);
  const place = (path: string | undefined): Node | undefined => nodes.find((one) => one.path === path);
  const [bios, efi] = [place(recipe.bios), place(recipe.efi)];
  writePrimary(bytes, root, volume, size);
  const boot = descriptor(0, (at) => Buffer.from('EL TORITO SPECIFICATION').copy(at, 7) + at.writeUInt32LE(CATALOGUE, 0x47));
  const descriptors = [boot, ...(joliet ? [supplementary(root)] : []), descriptor(255)];
  for (const [index, one] of descriptors.entries()) bytes.set(one, (17 + index) * BLOCK);
  bytes.set(catalogueOf(bios, efi), CATALOGUE * BLOCK);
  writeNodes(bytes, root, recipe);
  if (hybrid) writeHybrid(bytes, efi);
  return { bytes, at: (path) => place(path)!.block * BLOCK };
}

function writeNodes(bytes: Buffer, root: Node, recipe: IsoRecipe): void {
  const names = new Continued(bytes, CONTINUATION);
  for (const one of all(root)) {
    const { content, block, jolietBlock } = one;
    bytes.set(content ?? directoryOf(one, root, recipe, names), block * BLOCK);
    if (recipe.joliet !== false) bytes.set(content ?? jolietDirectory(one, root), jolietBlock * BLOCK);
  }
}

const CATALOGUE = 20;
const CONTINUATION = 21;

/** @returns blocks of the whole */
function layOut(nodes: readonly Node[], { joliet = true, sameAs = {}, ownJolietCopy = [] }: IsoRecipe): number {
  let next = CONTINUATION + 1;
  const take = (count: number): number => (next += count) - count;
  for (const one of nodes.filter(({ content }) => content === undefined))
    [one.block, one.jolietBlock] = [take(1), joliet ? take(1) : 0];
  for (const one of nodes.filter(({ content }) => content !== undefined)) {
    const shared = nodes.find(({ path }) => path === sameAs[one.path]);
    one.block = shared?.block ?? take(blocks(one.size));
    one.jolietBlock = ownJolietCopy.includes(one.path) ? take(blocks(one.size)) : one.block;
  }
  return next;
}

function descriptor(type: number, fill: (bytes: Buffer) => unknown = () => undefined): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  bytes[0] = type;
  bytes.write('CD001', 1, 'latin1');
  bytes[6] = 1;
  fill(bytes);
  return bytes;
}

function both32(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value, at);
  bytes.writeUInt32BE(value, at + 4);
}

function writePrimary(into: Buffer, root: Node, volume: string, size: number): void {
  const primary = descriptor(1, (bytes) => {
    bytes.write(volume.padEnd(32), 40, 'latin1');
    both32(bytes, size, 80);
    bytes.writeUInt16LE(BLOCK, 128);
    bytes.writeUInt16BE(BLOCK, 130);
    bytes.set(record(Buffer.from([0]), root.block, BLOCK, true), 156);
  });
  into.set(primary, 16 * BLOCK);
}

function supplementary(root: Node): Buffer {
  return descriptor(2, (bytes) => {
    bytes.write('%/E', 88, 'latin1');
    bytes.set(record(Buffer.from([0]), root.jolietBlock, BLOCK, true), 156);
  });
}

function record(name: Buffer, block: number, size: number, directory: boolean, systemUse: Buffer = Buffer.alloc(0)): Buffer {
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
class Continued {
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

function directoryOf(directory: Node, root: Node, { rockRidge = true, continued = false }: IsoRecipe, names: Continued): Buffer {
  const self = rockRidge && directory === root ? SHARING : Buffer.alloc(0);
  const records = [...directory.children.values()].map((child) => {
    const entries = nameEntries(child.name);
    const use = !rockRidge ? Buffer.alloc(0) : continued ? names.put(entries) : entries;
    return record(Buffer.from(plainName(child), 'latin1'), child.block, child.size, child.content === undefined, use);
  });
  const head = [record(Buffer.from([0]), directory.block, BLOCK, true, self), record(Buffer.from([1]), root.block, BLOCK, true)];
  return packed([...head, ...records], directory.path);
}

function jolietDirectory(directory: Node, root: Node): Buffer {
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

function catalogueOf(bios: Node | undefined, efi: Node | undefined): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const first = bios ?? efi;
  bytes[0] = 1;
  bytes[1] = bios === undefined ? 0xef : 0;
  bytes.writeUInt16LE(0xaa55, 30);
  let sum = 0;
  for (let at = 0; at < 32; at += 2) sum = (sum + bytes.readUInt16LE(at)) & 0xffff;
  bytes.writeUInt16LE((0x10000 - sum) & 0xffff, 28);
  if (first !== undefined) bootEntry(bytes, 32, first);
  if (bios !== undefined && efi !== undefined) {
    bytes[64] = 0x91;
    bytes[65] = 0xef;
    bytes.writeUInt16LE(1, 66);
    bootEntry(bytes, 96, efi);
  }
  return bytes;
}

function bootEntry(bytes: Buffer, at: number, { block, size }: Node): void {
  bytes[at] = 0x88;
  bytes.writeUInt16LE(Math.min(0xffff, Math.ceil(size / 512)), at + 6);
  bytes.writeUInt32LE(block, at + 8);
}

function writeHybrid(bytes: Buffer, efi: Node | undefined): void {
  bytes.writeUInt16LE(0xaa55, 510);
  if (efi === undefined) return;
  bytes[446 + 16 + 4] = 0xef;
  bytes.writeUInt32LE((efi.block * BLOCK) / 512, 446 + 16 + 8);
  bytes.writeUInt32LE(efi.size / 512, 446 + 16 + 12);
}
