// Sends a part of a source as fast as the client takes it. One buffer a transfer, used over and over: five hundred readers cost five hundred buffers, and the
// collector nothing.
import { Aborted } from '../../foundation/clock';
import type { SpanBody } from './request';

/** The part of a response that is needed. */
export interface Sink {
  /** `done` is called when the buffer may be used again. */
  write(chunk: Buffer, done: (error?: Error | null) => void): boolean;
}

export class Buffers {
  private readonly free: Buffer[] = [];

  /** @param bytes of each @param kept at most so many that nobody uses now */
  constructor(
    readonly bytes: number,
    private readonly kept: number,
  ) {}

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  give(buffer: Buffer): void {
    if (this.free.length < this.kept) this.free.push(buffer);
  }
}

/**
 * Resolves when all of it was taken by the socket.
 * @param progressed told each time the client took some
 * @throws Aborted as soon as the signal does; what the source or the sink throws
 */
export async function sendSpan(
  sink: Sink,
  { source, offset, length }: SpanBody,
  buffers: Buffers,
  signal: AbortSignal,
  progressed: () => void,
): Promise<void> {
  const buffer = buffers.take();
  for (let sent = 0; sent < length;) {
    const count = Math.min(buffers.bytes, length - sent);
    const chunk = await fill(source, buffer, offset + sent, count, signal);
    await written(sink, chunk, signal);
    sent += count;
    progressed();
  }
  // After a failure the socket may still hold it: then the collector has it.
  buffers.give(buffer);
}

async function fill(
  source: SpanBody['source'],
  buffer: Buffer,
  offset: number,
  count: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (source.readInto === undefined) return exactly(await source.read(offset, count, signal), count);
  const part = count === buffer.length ? buffer : buffer.subarray(0, count);
  await source.readInto(part, offset, signal);
  return part;
}

function exactly(bytes: Buffer, count: number): Buffer {
  if (bytes.length !== count) throw new Error(`the source gave ${bytes.length} bytes and not ${count}`);
  return bytes;
}

function written(sink: Sink, chunk: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Aborted(signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    sink.write(chunk, (error) => {
      signal.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    });
  });
}
