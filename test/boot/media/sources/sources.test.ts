// Files, the cache, and the checksum that is taken once.
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Aborted } from '../../../../src/foundation/clock';
import { MediaError } from '../../../../src/boot/media/mediaError';
import { cached } from '../../../../src/boot/media/sources/cachedSource';
import { Checksums, sha256Of } from '../../../../src/boot/media/sources/checksum';
import type { OpenSource } from '../../../../src/boot/media/sources/opened';
import { openSource } from '../../../../src/boot/media/sources/openSource';
import { BytesSource, never } from '../made/bytesSource';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 253));
const DIGEST = createHash('sha256').update(BYTES).digest('hex');

/** Counts reads, and holds each up until it is let on, where a gate is given. */
class Distant extends BytesSource implements OpenSource {
  identity = 'http://mirror/x.iso\n300000 "one"';
  reads: (readonly [offset: number, length: number])[] = [];
  gate: Promise<void> = Promise.resolve();
  closed = false;

  override async read(offset: number, length: number, signal: AbortSignal = never): Promise<Buffer> {
    this.reads.push([offset, length]);
    await this.gate;
    if (signal.aborted) throw new Aborted(signal.reason);
    return await super.read(offset, length);
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

describe('an ISO in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-media-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string): string => path.join(folder, name);
  const open = (name: string): Promise<OpenSource> => openSource(file(name), {}, never);

  it('is read anywhere, and recognised by what it is', async () => {
    writeFileSync(file('x.iso'), BYTES);
    const source = await open('x.iso');
    expect(source.size).to.equal(BYTES.length);
    expect((await source.read(1000, 70_000, never)).equals(BYTES.subarray(1000, 71_000))).to.equal(true);
    const again = await open('x.iso');
    expect(again.identity).to.equal(source.identity);
    await source.close();
    await again.close();
    writeFileSync(file('x.iso'), BYTES.subarray(1));
    const changed = await open('x.iso');
    expect(changed.identity).not.to.equal(source.identity);
    await changed.close();
  });

  it('is refused where there is none', async () => {
    for (const name of ['nothing.iso', '.']) {
      const error: unknown = await open(name).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(MediaError).with.property('kind', 'Unreadable');
      expect((error as MediaError).message).to.match(/no such file|no file|directory/);
    }
  });

  it('is refused when it was cut off after it was opened', async () => {
    writeFileSync(file('x.iso'), BYTES);
    const source = await open('x.iso');
    truncateSync(file('x.iso'), 1000);
    const error: unknown = await source.read(500, 1000, never).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MediaError).with.property('kind', 'Changed');
    await source.close();
  });

  it('is closed after what is being read of it, and not read after that', async () => {
    writeFileSync(file('x.iso'), BYTES);
    const source = await open('x.iso');
    const target = Buffer.alloc(BYTES.length);
    const reading = source.readInto!(target, 0, never);
    await Promise.all([reading, source.close()]);
    expect(target.equals(BYTES)).to.equal(true);
    const error: unknown = await source.read(0, 1, never).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MediaError).with.property('kind', 'Unreadable');
  });

  it('is not read for somebody who gave up', async () => {
    writeFileSync(file('x.iso'), BYTES);
    const source = await open('x.iso');
    const error: unknown = await source.read(0, 1, AbortSignal.abort()).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Aborted);
    await source.close();
  });
});

describe('the cache before a distant medium', () => {
  it('gives the same bytes and asks for each page once', async () => {
    const distant = new Distant(BYTES);
    const source = cached(distant);
    for (const [offset, length] of [
      [0, 10],
      [65_530, 20],
      [299_999, 1],
      [100, 200_000],
      [0, 0],
    ] as const)
      expect((await source.read(offset, length, never)).equals(BYTES.subarray(offset, offset + length)), `${offset}`).to.equal(
        true,
      );
    expect(distant.reads.map(([offset]) => offset).sort((a, b) => a - b)).to.deep.equal([0, 65_536, 131_072, 196_608, 262_144]);
    await source.close();
    expect(distant.closed).to.equal(true);
  });

  it('keeps no more pages than it was told to, the last used ones', async () => {
    const distant = new Distant(BYTES);
    const source = cached(distant, 2);
    for (const page of [0, 1, 0, 2, 0, 1]) await source.read(page * 65_536, 1, never);
    expect(distant.reads.map(([offset]) => offset / 65_536)).to.deep.equal([0, 1, 2, 1]);
  });

  it('is gone by in long reads', async () => {
    const distant = new Distant(BYTES);
    await cached(distant).read(1, 290_000, never);
    expect(distant.reads).to.deep.equal([[1, 290_000]]);
  });

  it('asks once for what many want, and who gives up harms nobody', async () => {
    const distant = new Distant(BYTES);
    let open = (): void => undefined;
    distant.gate = new Promise((resolve) => (open = resolve));
    const source = cached(distant);
    const leaving = new AbortController();
    const first = source.read(0, 5, leaving.signal).catch((reason: unknown) => reason);
    const others = [1, 2, 3].map((offset) => source.read(offset, 5, never));
    expect(distant.reads).to.have.length(1);
    leaving.abort();
    open();
    expect(await first).to.be.instanceOf(Aborted);
    for (const [index, bytes] of (await Promise.all(others)).entries())
      expect(bytes.equals(BYTES.subarray(index + 1, index + 6))).to.equal(true);
    expect(distant.reads).to.have.length(2);
  });
});

describe('the SHA-256 of a medium', () => {
  it('is that of the file, streamed, and tells how far it is', async () => {
    const told: number[] = [];
    const big = Buffer.alloc(2_500_000, 7);
    const source = new BytesSource(big);
    expect(await sha256Of(source, never, (bytes) => told.push(bytes))).to.equal(createHash('sha256').update(big).digest('hex'));
    expect(source.longest).to.equal(1024 * 1024);
    expect(told).to.deep.equal([1_048_576, 2_097_152, 2_500_000]);
  });

  it('is taken once for all hosts, also when they ask at once, and anew when the medium is another', async () => {
    const distant = new Distant(BYTES);
    const checksums = new Checksums();
    await Promise.all([1, 2, 3].map(() => checksums.check(distant, DIGEST.toUpperCase(), never)));
    await checksums.check(distant, DIGEST, never);
    expect(distant.total).to.equal(BYTES.length);
    distant.identity = 'http://mirror/x.iso\n300000 "two"';
    await checksums.check(distant, DIGEST, never);
    expect(distant.total).to.equal(2 * BYTES.length);
  });

  it('that differs is told with both and with what to do', async () => {
    const error: unknown = await new Checksums()
      .check(new Distant(BYTES), 'ab'.repeat(32), never)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MediaError).with.property('kind', 'WrongDigest');
    expect((error as MediaError).message).to.equal(
      `http://mirror/x.iso: its SHA-256 is ${DIGEST}, expected ${'ab'.repeat(32)}; download it anew, or correct spec.releases[].iso.sha256`,
    );
  });

  it('that was given up on is taken anew', async () => {
    const distant = new Distant(BYTES);
    const checksums = new Checksums();
    const error: unknown = await checksums.check(distant, DIGEST, AbortSignal.abort()).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Aborted);
    await checksums.check(distant, DIGEST, never);
  });
});
