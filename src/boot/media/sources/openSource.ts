// A medium that was opened, wherever it lies: what can be read of it, by what it is recognised, and how it is let go of.
import type { BlockSource } from '../blockSource';
import { cached } from './cachedSource';
import { openFile } from './fileSource';
import { type HttpSourceOptions, openHttp } from './httpSource';

export interface OpenSource extends BlockSource {
  /** Changes when the medium does, as far as can be told without reading it whole: place, size and time, or the server's ETag. */
  readonly identity: string;
  /** Looks whether it is still what was opened, and can be read. @throws MediaError `Changed`, `Unreadable`; Aborted */
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param location path of a file, or an http or https URL
 * @throws MediaError `Unreadable` with what to do; Aborted
 */
export async function openSource(location: string, options: HttpSourceOptions, signal: AbortSignal): Promise<OpenSource> {
  return /^https?:\/\//i.test(location) ? cached(await openHttp(location, options, signal)) : await openFile(location);
}
