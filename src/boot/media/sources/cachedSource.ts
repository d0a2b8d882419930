// Keeps the pages of a distant medium that were read last, so that many small reads cost one request. Bounded; a page that several want at once is fetched once.
import type { OpenSource } from './opened';
import { SharedWork } from './sharedWork';

const PAGE = 64 * 1024;
/** 16 MiB. */
const PAGES = 256;
/** Longer reads are somebody's streaming, and go by the cache. */
const LONG = 4 * PAGE;

/** @param pages how many are kept */
export function cached(source: OpenSource, pages = PAGES): OpenSource {
  const kept = new Map<number, Buffer>();
  const shared = new SharedWork<Buffer>();

  const fetch = async (number: number, signal: AbortSignal): Promise<Buffer> => {
    const page = await source.read(number * PAGE, Math.min(PAGE, source.size - number * PAGE), signal);
    kept.set(number, page);
    const oldest = kept.keys().next();
    if (kept.size > pages && oldest.done !== true) kept.delete(oldest.value);
    return page;
  };

  const page = async (number: number, signal: AbortSignal): Promise<Buffer> => {
    const known = kept.get(number);
    if (known === undefined) return await shared.do(String(number), signal, (own) => fetch(number, own));
    // The one used last goes last.
    kept.delete(number);
    kept.set(number, known);
    return known;
  };

  return {
    size: source.size,
    identity: source.identity,
    probe: (signal) => source.probe(signal),
    close: () => source.close(),
    read: async (offset, length, signal) => {
      if (length > LONG) return await source.read(offset, length, signal);
      const result = Buffer.allocUnsafe(length);
      for (let done = 0; done < length;) {
        const at = offset + done;
        done += (await page(Math.floor(at / PAGE), signal)).copy(result, done, at % PAGE);
      }
      return result;
    },
  };
}
