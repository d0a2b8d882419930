// An ISO in a file, e.g. on a mounted volume. It is kept open, so that one that is replaced meanwhile goes on being the old one. Reads are the thread pool's: a slow
// volume keeps nobody else waiting.
import { read as readFd } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Aborted } from '../../../foundation/clock';
import { MediaError } from '../mediaError';
import type { OpenSource } from './opened';

/** @throws MediaError `Unreadable` */
export async function openFile(path: string): Promise<FileSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new Error('it is no file');
    const identity = `${path}\n${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    return new FileSource(handle, path, Number(stat.size), identity);
  } catch (error) {
    await handle?.close();
    throw unreadable(path, error);
  }
}

export class FileSource implements OpenSource {
  /** Reads under way: a descriptor that was closed under one could be another file's by then. */
  private reading = 0;
  private closed = false;
  private onQuiet: () => void = () => undefined;

  constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    readonly size: number,
    readonly identity: string,
  ) {}

  async read(offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    await this.readInto(buffer, offset, signal);
    return buffer;
  }

  async readInto(target: Buffer, offset: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Aborted(signal.reason);
    if (this.closed) throw new MediaError('Unreadable', `${this.path}: it was closed meanwhile; ask for it anew`);
    this.reading++;
    try {
      for (let done = 0; done < target.length;) {
        const count = await this.piece(target, done, offset + done);
        if (count === 0) throw this.changed(`ends at ${offset + done}`);
        done += count;
      }
    } finally {
      this.reading--;
      if (this.reading === 0) this.onQuiet();
    }
  }

  /** Whether it was written over in place; that another file has its name by now does not matter. */
  async probe(): Promise<void> {
    const stat = await this.handle.stat({ bigint: true }).catch((error: unknown) => {
      throw unreadable(this.path, error);
    });
    if (!this.identity.endsWith(` ${stat.size} ${stat.mtimeNs}`)) throw this.changed('was written to');
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.reading > 0) await new Promise<void>((resolve) => (this.onQuiet = resolve));
    await this.handle.close();
  }

  private piece(target: Buffer, at: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      readFd(this.handle.fd, target, at, target.length - at, position, (error, count) => {
        if (error === null) resolve(count);
        else reject(unreadable(this.path, error));
      });
    });
  }

  private changed(found: string): MediaError {
    const why = `it had ${this.size} bytes when it was opened and ${found} now; put the whole ISO there under a new name`;
    return new MediaError('Changed', `${this.path}: ${why}`);
  }
}

function unreadable(path: string, error: unknown): MediaError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a directory' }[code ?? ''] ?? message;
  return new MediaError('Unreadable', `${path}: ${why}; name an ISO image that this process may read`, { cause: error });
}
