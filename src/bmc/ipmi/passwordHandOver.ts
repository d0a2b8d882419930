// How ipmitool gets the password: never by its arguments, which every user of the machine can read and audit logs keep. A file without a name on a file system
// in memory, of which the child inherits the descriptor; where there is none, the child's own environment, which only its user and root can read (bmc.md 3.1).
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';

export interface HandOver {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What is descriptor 3 of the child; undefined where nothing is. */
  readonly fd: number | undefined;
  /** Call once the child has been started, or could not be. */
  close(): void;
}

/** Files of this process that were made so far: two at one time must not have one name. */
let made = 0;

/** @param folder on a file system that is kept in memory */
export function handOver(password: string, folder = '/dev/shm'): HandOver {
  const fd = namelessFile(folder, password);
  if (fd === undefined) return { args: ['-E'], env: { IPMITOOL_PASSWORD: password }, fd: undefined, close: () => undefined };
  return { args: ['-f', '/dev/fd/3'], env: {}, fd, close: () => closeSync(fd) };
}

function namelessFile(folder: string, content: string): number | undefined {
  const name = `${folder}/xenpool-${process.pid}-${made++}`;
  let fd: number;
  try {
    fd = openSync(name, 'wx+', 0o600);
  } catch (error) {
    // No such folder, none that may be written, or a file of that name, which another process left there: the other way is as good.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EROFS', 'EEXIST', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
  try {
    unlinkSync(name);
    writeSync(fd, content);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}
