// A medium that was opened: what can be read of it, by what it is recognised, and how it is let go of.
import type { BlockSource } from '../blockSource';

export interface OpenSource extends BlockSource {
  /** Changes when the medium does, as far as can be told without reading it whole: a line with its place, then size and time, or the server's ETag. */
  readonly identity: string;
  /** Looks whether it is still what was opened, and can be read. @throws MediaError `Changed`, `Unreadable`; Aborted */
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** How errors name it: path of the file, or URL without its query. */
export function placeOf({ identity }: Pick<OpenSource, 'identity'>): string {
  return identity.split('\n')[0] ?? '';
}
