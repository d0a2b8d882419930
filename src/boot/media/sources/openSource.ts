// Opens a medium wherever it lies.
import { cached } from './cachedSource';
import { openFile } from './fileSource';
import { type HttpSourceOptions, openHttp } from './httpSource';
import type { OpenSource } from './opened';

/**
 * @param location path of a file, or an http or https URL
 * @throws MediaError `Unreadable` with what to do; Aborted
 */
export async function openSource(location: string, options: HttpSourceOptions, signal: AbortSignal): Promise<OpenSource> {
  return /^https?:\/\//i.test(location) ? cached(await openHttp(location, options, signal)) : await openFile(location);
}
