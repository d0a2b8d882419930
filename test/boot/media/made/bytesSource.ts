// A medium in memory that counts what is read of it.
import type { BlockSource } from '../../../../src/boot/media/blockSource';

export class BytesSource implements BlockSource {
  /** Bytes read so far, and the longest single read. */
  total = 0;
  longest = 0;

  constructor(private readonly bytes: Buffer) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Promise<Buffer> {
    if (offset < 0 || length < 0 || offset + length > this.bytes.length) throw new Error(`read outside: ${offset} ${length}`);
    this.total += length;
    this.longest = Math.max(this.longest, length);
    return Promise.resolve(Buffer.from(this.bytes.subarray(offset, offset + length)));
  }
}

export const never = new AbortController().signal;
