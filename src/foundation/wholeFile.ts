// Replacing a file so that whoever looks, and whoever starts after a kill, finds the old one or the new one and never half of one.
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

export interface Replacing {
  /** Also when the machine stops, not only the process: waits for the disk. */
  readonly flush?: boolean;
}

/** Written beside and renamed, for this user alone. @throws the file system's error */
export function replaceFile(file: string, content: string | Uint8Array, { flush = false }: Replacing = {}): void {
  const beside = `${file}.new`;
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeFileSync(handle, content);
    if (flush) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
}
