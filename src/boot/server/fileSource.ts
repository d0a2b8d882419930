// A file on a volume as a source. Reads are the thread pool's: a slow volume keeps nobody else waiting.
import { closeSync, fstatSync, openSync, read } from 'node:fs';
import type { BlockSource } from './source';

export interface FileSource extends BlockSource {
  readInto(target: Buffer, offset: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** @throws the system's error when it cannot be opened, or is no file */
export function openFile(path: string): FileSource {
  const fd = openSync(path, 'r');
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new Error(`${path} is no file`);
  }
  const readInto = (target: Buffer, offset: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let filled = 0;
      const more = (): void =>
        read(fd, target, filled, target.length - filled, offset + filled, (error, count) => {
          if (error !== null) return reject(error);
          if (count === 0) return reject(new Error(`${path} has become shorter`));
          filled += count;
          return filled < target.length ? more() : resolve();
        });
      if (target.length === 0) resolve();
      else more();
    });
  return {
    size: stat.size,
    readInto,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length);
      await readInto(bytes, offset);
      return bytes;
    },
    close: () => closeSync(fd),
  };
}
