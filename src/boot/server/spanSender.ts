// Sends a part of a source as fast as the client takes it, out of buffers that are used over and over. There are few large ones. A client that takes all at once
// gets them, because it holds none for long; one that does not gets them while half of them are free, and else small ones, of which a thousand may be held.
import { Aborted } from '../../foundation/clock';
import { Turns } from './turns';
import type { SpanBody } from './request';
import type { BlockSource } from './source';

/** The socket, as far as it is needed. */
export interface Sink {
  /**
   * @param done called once the buffer may be used again, in any case: with an error when it was not sent
   * @returns whether all of it was taken at once
   */
  write(chunk: Buffer, done: (error?: Error | null) => void): boolean;
}

/** Buffers of one size. */
class Shelf {
  private readonly free: Buffer[] = [];
  private out = 0;

  constructor(
    readonly bytes: number,
    private readonly most: number,
    private readonly kept: number,
  ) {}

  get mostAreFree(): boolean {
    return this.out < this.most / 2;
  }

  take(): Buffer | undefined {
    if (this.out >= this.most) return undefined;
    this.out++;
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  give(buffer: Buffer): void {
    this.out--;
    if (this.free.length < this.kept) this.free.push(buffer);
  }
}

interface Piece {
  readonly bytes: Buffer;
  giveBack(): void;
}

/** 24 MiB at most. */
const LARGE = { bytes: 256 * 1024, most: 96, kept: 96 };
/** 32 MiB for a thousand slow clients; how many there are is the listener's to bound. */
const SMALL = { bytes: 32 * 1024, most: Infinity, kept: 256 };
/** Files that are read at once: the thread pool has four threads, and a longer queue would only keep the event loop from taking new connections. */
const READS = 8;

export class SpanSender {
  private readonly large = new Shelf(LARGE.bytes, LARGE.most, LARGE.kept);
  private readonly small = new Shelf(SMALL.bytes, SMALL.most, SMALL.kept);
  private readonly reads = new Turns(READS);

  /**
   * Resolves when all of it was taken by the socket.
   * @param progressed told each time the client took some
   * @throws Aborted when the client has gone; what the source or the sink throws
   */
  async send(sink: Sink, { source, offset, length }: SpanBody, signal: AbortSignal, progressed: () => void): Promise<void> {
    let fast = true;
    for (let sent = 0; sent < length;) {
      const piece = await this.read(source, offset + sent, length - sent, fast, signal);
      try {
        fast = await written(sink, piece.bytes);
      } finally {
        piece.giveBack();
      }
      if (signal.aborted) throw new Aborted(signal.reason);
      sent += piece.bytes.length;
      progressed();
    }
  }

  private async read(source: BlockSource, offset: number, left: number, fast: boolean, signal: AbortSignal): Promise<Piece> {
    // A source without a thread of its own may be a server far away, and waits for nobody.
    if (source.readInto === undefined) {
      const count = Math.min(left, fast ? LARGE.bytes : SMALL.bytes);
      return { bytes: exactly(await source.read(offset, count, signal), count), giveBack: () => undefined };
    }
    await this.reads.take();
    const piece = this.empty(left, fast);
    try {
      await source.readInto(piece.bytes, offset, signal);
    } catch (error) {
      piece.giveBack();
      throw error;
    } finally {
      this.reads.give();
    }
    return piece;
  }

  private empty(left: number, fast: boolean): Piece {
    const worthIt = left > SMALL.bytes && (fast || this.large.mostAreFree);
    const large = worthIt ? this.large.take() : undefined;
    const buffer = large ?? this.small.take()!;
    const bytes = left < buffer.length ? buffer.subarray(0, left) : buffer;
    return { bytes, giveBack: () => (large === undefined ? this.small : this.large).give(buffer) };
  }
}

function exactly(bytes: Buffer, count: number): Buffer {
  if (bytes.length !== count) throw new Error(`the source gave ${bytes.length} bytes and not ${count}`);
  return bytes;
}

/** @returns whether the client took it at once */
function written(sink: Sink, chunk: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const atOnce = sink.write(chunk, (error) => {
      if (error) reject(error);
      else resolve(atOnce);
    });
  });
}
