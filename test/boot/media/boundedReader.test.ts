// What the parsers may cost, whatever they are led to read.
import { expect } from 'chai';
import { BoundedReader, LONGEST_PIECE, READING_BUDGET } from '../../../src/boot/media/boundedReader';
import { MediaError } from '../../../src/boot/media/mediaError';
import { BytesSource, never } from './made/bytesSource';

describe('the reader under the parsers', () => {
  const bytes = Buffer.from(Array.from({ length: 100_001 }, (_, index) => index % 251));

  const refusal = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'nothing was refused',
      (error: unknown) => (error instanceof MediaError ? error.kind : error),
    );

  it('gives any piece, across pages and at the very end, and reads each page once', async () => {
    const source = new BytesSource(bytes);
    const reader = new BoundedReader(source, never);
    for (const [offset, length] of [
      [0, 10],
      [4090, 20],
      [5, 99_000],
      [100_000, 1],
      [7, 0],
    ] as const)
      expect((await reader.bytes(offset, length, 'it')).equals(bytes.subarray(offset, offset + length)), `${offset}`).to.equal(
        true,
      );
    expect(source.total).to.equal(bytes.length);
  });

  it('refuses what lies outside and what is too long in one piece, without reading', async () => {
    const source = new BytesSource(bytes);
    const reader = new BoundedReader(source, never);
    expect(await refusal(reader.bytes(100_000, 2, 'it'))).to.equal('Truncated');
    expect(await refusal(reader.bytes(0xffffffff * 2048, 2048, 'it'))).to.equal('Truncated');
    expect(await refusal(reader.bytes(0, LONGEST_PIECE + 1, 'it'))).to.equal('TooLarge');
    expect(source.total).to.equal(0);
  });

  it('reads no more in total than its budget, and keeps no more than 64 pages', async () => {
    const source = new BytesSource(Buffer.alloc(READING_BUDGET * 2));
    const reader = new BoundedReader(source, never);
    const pieces = READING_BUDGET / LONGEST_PIECE;
    for (let piece = 0; piece < pieces - 1; piece++) await reader.bytes(piece * LONGEST_PIECE, LONGEST_PIECE, 'it');
    const before = source.total;
    await reader.bytes(0, 1, 'a page that was let go of long ago');
    expect(source.total).to.equal(before + 4096);
    expect(await refusal(reader.bytes(READING_BUDGET, LONGEST_PIECE, 'it'))).to.equal('TooLarge');
    expect(source.total).to.equal(READING_BUDGET);
  });
});
