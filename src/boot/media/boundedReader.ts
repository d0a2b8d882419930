// How the parsers read: through pages that are kept a while, never outside the medium, and never more in total than an honest ISO needs, so that bytes made
// to lead a parser around in circles cost a known amount of reading and memory.
import type { BlockSource } from './blockSource';
import { MediaError } from './mediaError';

const PAGE = 4096;
/** 256 KiB of memory. */
const PAGES_KEPT = 64;
/** The vendor's ISO takes under 200 KiB. */
export const READING_BUDGET = 8 * 1024 * 1024;
/** One structure, e.g. a directory or a boot configuration. */
export const LONGEST_PIECE = 256 * 1024;

export class BoundedReader {
  readonly #source: BlockSource;
  readonly #signal: AbortSignal;
  readonly #pages = new Map<number, Buffer>();
  #left = READING_BUDGET;

  constructor(source: BlockSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  get size(): number {
    return this.#source.size;
  }

  /**
   * @param what names the piece in errors, e.g. `directory /boot`
   * @throws MediaError `Truncated` past the end, `TooLarge` for a piece or a total beyond all measure; what the source throws
   */
  async bytes(offset: number, length: number, what: string): Promise<Buffer> {
    if (length > LONGEST_PIECE) {
      throw new MediaError(
        'TooLarge',
        `${what} is said to be ${length} bytes long, expected at most ${LONGEST_PIECE}; give the vendor's own ISO`,
      );
    }
    if (offset + length > this.size) {
      throw new MediaError(
        'Truncated',
        `${what} is said to lie at bytes ${offset} to ${offset + length}, and the medium ends at ${this.size}; download it anew and compare its SHA-256`,
      );
    }
    const result = Buffer.alloc(length);
    for (let at = offset; at < offset + length;) {
      const page = await this.#page(Math.floor(at / PAGE), what);
      at += page.copy(result, at - offset, at % PAGE);
    }
    return result;
  }

  async #page(number: number, what: string): Promise<Buffer> {
    const kept = this.#pages.get(number);
    if (kept !== undefined) return kept;
    const offset = number * PAGE;
    const length = Math.min(PAGE, this.size - offset);
    this.#left -= length;
    if (this.#left < 0) {
      const why = `${what}: more than ${READING_BUDGET} bytes had to be read to find the boot files; its structures lead nowhere; give the vendor's own ISO`;
      throw new MediaError('TooLarge', why);
    }
    const page = await this.#source.read(offset, length, this.#signal);
    const oldest = this.#pages.keys().next();
    if (this.#pages.size >= PAGES_KEPT && oldest.done !== true) this.#pages.delete(oldest.value);
    this.#pages.set(number, page);
    return page;
  }
}
