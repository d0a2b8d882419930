// Writes small FAT file systems of each kind, with long names, and with files in pieces where that is asked for.

export interface FatRecipe {
  readonly kind?: 12 | 16 | 32;
  readonly files: Readonly<Record<string, Buffer | string>>;
  /** No two clusters of a file lie side by side. */
  readonly fragmented?: boolean;
  readonly clusters?: number;
}

const SECTOR = 512;
/** The fewest clusters that make a file system one of the kind. */
const FEWEST = { 12: 200, 16: 4085, 32: 65525 };
const END = { 12: 0xfff, 16: 0xffff, 32: 0xfffffff };
const ROOT_ENTRIES = 64;

export function makeFat({ kind = 12, files, fragmented = false, clusters = FEWEST[kind] }: FatRecipe): Buffer {
  return new Writer(kind, clusters, fragmented).write(files);
}

class Writer {
  readonly #fatSectors: number;
  readonly #reserved: number;
  readonly #rootSectors: number;
  readonly #image: Buffer;
  readonly #free: number[];

  constructor(
    private readonly kind: 12 | 16 | 32,
    private readonly clusters: number,
    fragmented: boolean,
  ) {
    this.#fatSectors = Math.ceil(((clusters + 2) * kind) / 8 / SECTOR);
    this.#reserved = kind === 32 ? 32 : 1;
    this.#rootSectors = kind === 32 ? 0 : (ROOT_ENTRIES * 32) / SECTOR;
    this.#image = Buffer.alloc(this.#sectors * SECTOR);
    const order = Array.from({ length: clusters }, (_, index) => index + 2);
    this.#free = fragmented ? [...order.filter((one) => one % 2 === 0), ...order.filter((one) => one % 2 === 1)] : order;
  }

  get #sectors(): number {
    return this.#reserved + 2 * this.#fatSectors + this.#rootSectors + this.clusters;
  }

  get #data(): number {
    return (this.#reserved + 2 * this.#fatSectors + this.#rootSectors) * SECTOR;
  }

  write(files: FatRecipe['files']): Buffer {
    this.#bootSector();
    this.#link(0, END[this.kind] - 7);
    this.#link(1, END[this.kind]);
    if (this.kind === 32) {
      const root = this.#store(this.#directory(files, true));
      this.#image.writeUInt32LE(root, 44);
    } else {
      this.#directory(files, true).copy(this.#image, this.#data - this.#rootSectors * SECTOR);
    }
    const fat = this.#reserved * SECTOR;
    this.#image.copy(this.#image, fat + this.#fatSectors * SECTOR, fat, fat + this.#fatSectors * SECTOR);
    return this.#image;
  }

  #bootSector(): void {
    const image = this.#image;
    image.set([0xeb, 0x3c, 0x90, ...Buffer.from('MADE    ')]);
    image.writeUInt16LE(SECTOR, 11);
    image[13] = 1;
    image.writeUInt16LE(this.#reserved, 14);
    image[16] = 2;
    image.writeUInt16LE(this.kind === 32 ? 0 : ROOT_ENTRIES, 17);
    if (this.#sectors < 0x10000) image.writeUInt16LE(this.#sectors, 19);
    else image.writeUInt32LE(this.#sectors, 32);
    if (this.kind === 32) image.writeUInt32LE(this.#fatSectors, 36);
    else image.writeUInt16LE(this.#fatSectors, 22);
    image.writeUInt16LE(0xaa55, 510);
  }

  #directory(files: FatRecipe['files'], root: boolean): Buffer {
    const entries: Buffer[] = root ? [] : [entry('.', 0, 0, true), entry('..', 0, 0, true)];
    const below = new Map<string, Record<string, Buffer | string>>();
    let number = 0;
    for (const [path, content] of Object.entries(files)) {
      const [first = '', ...more] = path.split('/').filter((step) => step !== '');
      if (more.length > 0) below.set(first, { ...below.get(first), [`/${more.join('/')}`]: content });
      else
        entries.push(
          ...named(first, ++number, (name) => entry(name, this.#store(Buffer.from(content)), Buffer.byteLength(content), false)),
        );
    }
    for (const [name, inside] of below) {
      entries.push(...named(name, ++number, (short) => entry(short, this.#store(this.#directory(inside, false)), 0, true)));
    }
    return Buffer.concat(entries);
  }

  /** @returns the first cluster; 0 for nothing */
  #store(content: Buffer): number {
    const count = Math.ceil(content.length / SECTOR);
    const taken = this.#free.splice(0, count);
    for (const [index, cluster] of taken.entries()) {
      content.copy(this.#image, this.#data + (cluster - 2) * SECTOR, index * SECTOR, (index + 1) * SECTOR);
      this.#link(cluster, taken[index + 1] ?? END[this.kind]);
    }
    return taken[0] ?? 0;
  }

  #link(cluster: number, next: number): void {
    const fat = this.#reserved * SECTOR;
    if (this.kind === 32) this.#image.writeUInt32LE(next, fat + cluster * 4);
    else if (this.kind === 16) this.#image.writeUInt16LE(next, fat + cluster * 2);
    else {
      const at = fat + cluster + (cluster >> 1);
      const pair = this.#image.readUInt16LE(at);
      this.#image.writeUInt16LE(cluster % 2 === 0 ? (pair & 0xf000) | next : (pair & 0x000f) | (next << 4), at);
    }
  }
}

function entry(name: string, cluster: number, size: number, directory: boolean): Buffer {
  const bytes = Buffer.alloc(32);
  const [base = '', extension = ''] = name.startsWith('.') ? [name] : name.split('.');
  bytes.write(base.padEnd(8) + extension.padEnd(3), 0, 'latin1');
  bytes[11] = directory ? 0x10 : 0x20;
  bytes.writeUInt16LE(cluster >>> 16, 20);
  bytes.writeUInt16LE(cluster & 0xffff, 26);
  bytes.writeUInt32LE(size, 28);
  return bytes;
}

const SHORT = /^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?$/;

/** With the entries of its long name before it, where the name is not a short one. */
function named(name: string, number: number, make: (short: string) => Buffer): readonly Buffer[] {
  if (SHORT.test(name)) return [make(name)];
  const extension = name.includes('.') ? `.${name.split('.').at(-1)!.slice(0, 3).toUpperCase()}` : '';
  const short = make(`${name.replace(/\W/g, '').slice(0, 5).toUpperCase()}~${number}${extension}`);
  const checksum = short.subarray(0, 11).reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
  const pieces: Buffer[] = [];
  for (let at = 0, order = 1; at < name.length; at += 13, order++) {
    const last = at + 13 >= name.length;
    const text = Buffer.alloc(26, 0xff);
    Buffer.from(`${name.slice(at, at + 13)}${last ? '\0' : ''}`, 'utf16le').copy(text);
    const bytes = Buffer.alloc(32);
    bytes[0] = order | (last ? 0x40 : 0);
    text.copy(bytes, 1, 0, 10);
    bytes[11] = 0x0f;
    bytes[13] = checksum;
    text.copy(bytes, 14, 10, 22);
    text.copy(bytes, 28, 22, 26);
    pieces.unshift(bytes);
  }
  return [...pieces, short];
}
