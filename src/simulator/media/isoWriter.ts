// Writes small ISO 9660 images as genisoimage -r -J does: Rock Ridge and Joliet trees over the same extents, El Torito's catalogue, isohybrid's boot record. Enough to
// read, not enough to boot; what boots is made by genisoimage in test/peers.
import { BLOCK, both32, Continued, directoryOf, jolietDirectory, type Node, record } from './isoDirectory';

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

const blocks = (bytes: number): number => Math.max(1, Math.ceil(bytes / BLOCK));

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
