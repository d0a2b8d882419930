// The keys of the boot paths as a file has them that is mounted from a Secret: read again now and then, so that a rotation needs no restart. A file that has become
// unreadable changes nothing: what was read before stays good, and the log says so.
import { readFileSync } from 'node:fs';
import { readKeyFile } from '../../boot/server/keyFile';
import type { BootKeys } from '../../boot/server/tokens';
import type { Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';

const READ_EVERY_MS = 10_000;

export class KeyRing {
  private at: number;

  private constructor(
    private readonly parts: { readonly file: string; readonly clock: Clock; readonly log: Log },
    private text: string,
    private held: BootKeys,
  ) {
    this.at = parts.clock.monotonic();
  }

  /** @returns what is wrong with the file, in words that hold nothing of it */
  static open(file: string, clock: Clock, log: Log): KeyRing | string {
    const read = readText(file);
    if ('why' in read) return read.why;
    const keys = readKeyFile(read.text);
    return typeof keys === 'string' ? `${file}: ${keys}` : new KeyRing({ file, clock, log }, read.text, keys);
  }

  /** The same value as long as the file says the same. */
  keys(): BootKeys {
    const now = this.parts.clock.monotonic();
    if (now - this.at >= READ_EVERY_MS) {
      this.at = now;
      this.reread();
    }
    return this.held;
  }

  private reread(): void {
    const { file, log } = this.parts;
    const read = readText(file);
    if ('text' in read && read.text === this.text) return;
    const keys = 'why' in read ? read.why : readKeyFile(read.text);
    if (typeof keys === 'string') return log.error('boot keys not read again; those of before stay', { file, error: keys });
    this.text = 'text' in read ? read.text : '';
    this.held = keys;
    log.info('boot keys changed', { keys: keys.map(({ version }) => version).join(',') });
  }
}

function readText(file: string): { readonly text: string } | { readonly why: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
