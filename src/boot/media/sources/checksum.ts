// Whether a medium is the one that was named: its SHA-256, streamed, and once for all hosts that will see it. Of the file itself: a view has another one.
import { createHash } from 'node:crypto';
import type { BlockSource } from '../blockSource';
import { MediaError } from '../mediaError';
import { type OpenSource, placeOf } from './opened';
import { SharedWork } from './sharedWork';

const PIECE = 1024 * 1024;
/** Media that are remembered; a controller knows a few releases. */
const REMEMBERED = 64;

/** @param told how many bytes were read, after each piece. @returns lower-case hex. @throws what the source throws */
export async function sha256Of(
  source: BlockSource,
  signal: AbortSignal,
  told: (bytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  // One buffer for a whole ISO where the source can fill it.
  const buffer = source.readInto === undefined ? undefined : Buffer.allocUnsafe(Math.min(PIECE, source.size));
  for (let at = 0; at < source.size; at += PIECE) {
    const length = Math.min(PIECE, source.size - at);
    const target = buffer?.subarray(0, length);
    await (target === undefined ? undefined : source.readInto!(target, at, signal));
    hash.update(target ?? (await source.read(at, length, signal)));
    told(at + length);
  }
  return hash.digest('hex');
}

export class Checksums {
  readonly #known = new Map<string, string>();
  readonly #shared = new SharedWork<string>();

  /**
   * Reads the medium whole the first time, and never again while its identity stays.
   * @param expected SHA-256 in hex, upper or lower case
   * @throws MediaError `WrongDigest`; what the source throws; Aborted
   */
  async check(source: OpenSource, expected: string, signal: AbortSignal): Promise<void> {
    const found = await this.digest(source, signal);
    if (found === expected.toLowerCase()) return;
    const where = placeOf(source);
    throw new MediaError(
      'WrongDigest',
      `${where}: its SHA-256 is ${found}, expected ${expected.toLowerCase()}; download it anew, or correct spec.releases[].iso.sha256`,
    );
  }

  async digest(source: OpenSource, signal: AbortSignal): Promise<string> {
    const { identity } = source;
    return this.#known.get(identity) ?? (await this.#shared.do(identity, signal, (own) => this.#read(source, own)));
  }

  async #read(source: OpenSource, signal: AbortSignal): Promise<string> {
    const digest = await sha256Of(source, signal);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= REMEMBERED && oldest.done !== true) this.#known.delete(oldest.value);
    this.#known.set(source.identity, digest);
    return digest;
  }
}
