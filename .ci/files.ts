// Reading files that need not be there.
import { readFileSync } from 'node:fs';

/** The text of a file, or undefined when there is none. @throws the file system's error for any other cause */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
