import { expect } from 'chai';
import fc from 'fast-check';
import { Writable } from 'node:stream';
import { drained, writeWhole } from '../../src/foundation/writing';

/** Takes a little at a time, a turn later, as a socket does. */
class Slow extends Writable {
  readonly taken: Buffer[] = [];
  /** Whether much was on its way when the end was written. */
  full: boolean | undefined;

  constructor() {
    super({ highWaterMark: 16 * 1024 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk);
    setImmediate(done);
  }

  override end(chunk?: unknown): this {
    super.end(chunk as Buffer);
    this.full = this.writableLength >= this.writableHighWaterMark;
    return this;
  }
}

const finished = (stream: Writable): Promise<void> => new Promise((resolve) => stream.once('finish', resolve));

describe('an answer that is written whole', () => {
  it('arrives as it is, and little of it is on its way when the other side has all but the end', async () => {
    const sizes = fc.constantFrom(0, 1, 8_191, 8_192, 8_193, 16_384, 65_536, 73_728, 200_000);
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const stream = new Slow();
        const end = finished(stream);
        const text = '€'.repeat(size / 3) + 'x'.repeat(size % 3);
        await writeWhole(stream, text);
        await end;
        expect(Buffer.concat(stream.taken).toString('utf8')).to.equal(text);
        expect(stream.full).to.equal(false);
      }),
    );
  });

  it('is left unfinished when the other side has gone', async () => {
    const stream = new Slow();
    const written = writeWhole(stream, 'x'.repeat(1_000_000));
    stream.destroy();
    await written;
    expect(Buffer.concat(stream.taken).length).to.be.below(1_000_000);
    await drained(stream);
  });
});
