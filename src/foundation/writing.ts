// Writing an answer no faster than it goes out. Node (20 and 22) stops its parser of a connection while much of an answer is on its way, and takes the body of
// the next request, when it comes in that moment over TLS, for a broken one (HPE_PAUSED). So the last that is written is little, and the rest has gone by then.
import type { Writable } from 'node:stream';

/** Bytes that are written at once. */
const SLICE = 64 * 1024;
/** Bytes that may be on their way when the other side has everything: half of what a stream buffers before it asks to wait. */
const LAST = 8 * 1024;

/** Writes it all and ends the stream, unless the other side leaves. */
export async function writeWhole(stream: Writable, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  let at = 0;
  while (bytes.length - at > LAST && !stream.destroyed) {
    const to = Math.min(at + SLICE, bytes.length - LAST);
    await gone(stream, bytes.subarray(at, to));
    at = to;
  }
  if (!stream.destroyed) stream.end(bytes.subarray(at));
}

/** Until it has left us, or nobody is there any more. */
function gone(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('close', done);
      resolve();
    };
    stream.once('close', done);
    stream.write(bytes, done);
  });
}

/** Until more may be written, or nobody is there any more. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
