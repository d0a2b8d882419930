// The journal of a simulated world as a file: a line each, written before the world does what it tells of, so that it outlives the process however that
// ends. The end of the machine may cost the last lines, as nothing waits for the disk. A line that was cut off never happened, and is dropped.
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { type Entry, parseEntry, printEntry } from './happening';
import { KeptError, onDisk } from './keptError';

/** Bytes. Some hundred upgrades of a small pool, or three weeks in which nobody asks anything; figures in docs/simulator.md. */
export const MOST_JOURNAL_BYTES = 128 * 1024 * 1024;

export interface JournalSettings {
  readonly file: string;
  /** SHA-256 of the world the journal belongs to. */
  readonly digest: string;
  /** Bytes; default `MOST_JOURNAL_BYTES`. */
  readonly most?: number;
  /** Told once, when the bound is reached: nothing is recorded from then on. */
  readonly onFull: () => void;
}

export interface Journal {
  /** Of the processes before, without the first line. */
  readonly entries: readonly Entry[];
  /** @throws KeptError `Unusable`: then it has not happened */
  append(entry: Entry): void;
  close(): void;
}

/**
 * Opens the journal, or begins one.
 * @throws KeptError when it is damaged, full, of another world or not to be read; it is then as it was
 */
export function openJournal(settings: JournalSettings): Journal {
  const { file, digest } = settings;
  const bytes = onDisk(`reading ${file}`, () => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0)));
  const whole = bytes.lastIndexOf('\n') + 1;
  const [first, ...entries] = read(bytes.subarray(0, whole));
  if (first !== undefined && (first.kind !== 'world' || first.digest !== digest))
    throw new KeptError('Damaged', `the journal is of another world than the one beside it; restore both, or remove the folder`);
  if (entries.at(-1)?.kind === 'full')
    throw new KeptError(
      'Full',
      `the journal came to its bound of ${bytes.length} bytes and tells no end; remove the folder and begin anew`,
    );
  const journal = new JournalFile(settings, entries, whole < bytes.length ? whole : undefined);
  if (first === undefined) journal.append({ kind: 'world', digest });
  return journal;
}

function read(bytes: Buffer): readonly Entry[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    const entry = parseEntry(line);
    if (entry !== undefined) return entry;
    const what = `line ${index + 1} of ${lines.length} of the journal is no entry of one`;
    throw new KeptError(
      'Damaged',
      `${what}; only a last line that was cut off can be mended. Restore the file, or remove the folder`,
    );
  });
}

class JournalFile implements Journal {
  private descriptor: number | undefined;
  private bytes: number;
  private full = false;
  /** Once a line could not be written none may follow: half of it may stand there. */
  private broken: unknown;

  /** @param cutAt where a last line begins that was cut off */
  constructor(
    private readonly settings: JournalSettings,
    readonly entries: readonly Entry[],
    cutAt: number | undefined,
  ) {
    const { file } = settings;
    this.descriptor = onDisk(`opening ${file}`, () => {
      if (cutAt !== undefined) truncateSync(file, cutAt);
      return openSync(file, 'a', 0o600);
    });
    this.bytes = fstatSync(this.descriptor).size;
  }

  append(entry: Entry): void {
    if (this.full) return;
    const line = printEntry(entry);
    if (this.bytes + Buffer.byteLength(line) <= (this.settings.most ?? MOST_JOURNAL_BYTES)) return this.write(line);
    this.full = true;
    this.write(printEntry({ kind: 'full' }));
    this.settings.onFull();
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private write(line: string): void {
    const { descriptor, settings } = this;
    if (this.broken !== undefined) throw this.broken;
    if (descriptor === undefined) throw new Error('the journal is closed');
    try {
      onDisk(`writing ${settings.file}`, () => appendFileSync(descriptor, line));
    } catch (error) {
      this.broken = error;
      throw error;
    }
    this.bytes += Buffer.byteLength(line);
  }
}
