// An ISO in a file, e.g. on a mounted volume. It is kept open, so that one that is replaced meanwhile goes on being the old one.
import { open, type FileHandle } from 'node:fs/promises';
import { Aborted } from '../../../foundation/clock';
import { MediaError } from '../mediaError';
import type { OpenSource } from './openSource';

/** @throws MediaError `Unreadable` */
export async function openFile(path: string): Promise<OpenSource> {
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

class FileSource implements OpenSource {
  constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    readonly size: number,
    readonly identity: string,
  ) {}

  async read(offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
    if (signal.aborted) throw new Aborted(signal.reason);
    const buffer = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.handle.read(buffer, done, length - done, offset + done).catch((error: unknown) => {
        throw unreadable(this.path, error);
      });
      if (bytesRead === 0) {
        throw new MediaError(
          'Changed',
          `${this.path}: it had ${this.size} bytes when it was opened and ends at ${offset + done} now; put the whole ISO there`,
        );
      }
      done += bytesRead;
    }
    return buffer;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function unreadable(path: string, error: unknown): MediaError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a directory' }[code ?? ''] ?? message;
  return new MediaError('Unreadable', `${path}: ${why}; name an ISO image that this process may read`, { cause: error });
}
