// Keeps the record of a served world: what came in from outside, each with a digest of all that the world had told and answered until then. A world that is not
// kept has a recorder all the same, which keeps nothing.
import { createHash } from 'node:crypto';
import type { Entry, Happening } from '../kept/happening';

export interface RecorderSettings {
  /** Milliseconds of the world's time. */
  readonly now: () => number;
  /** Raised by every change of the pool's database. */
  readonly generation: () => number;
  /** Undefined: nothing is kept. @throws when it cannot be written */
  readonly append?: (entry: Entry) => void;
  /** Told once, when something cannot be written. */
  readonly onFailure: (error: unknown) => void;
}

/** Hexadecimal digits of a digest: one in four thousand million other worlds would pass for this one, at each entry. */
const DIGITS = 8;

export class Recorder {
  private readonly hash = createHash('sha256');
  private repeating = true;
  private failed = false;

  constructor(private readonly settings: RecorderSettings) {}

  /** Something the world said, which it must say again when its record is repeated. */
  witness(said: string): void {
    if (this.settings.append !== undefined) this.hash.update(`${said}\n`);
  }

  /** Of all that was witnessed. */
  sum(): string {
    return this.hash.copy().update(String(this.settings.generation())).digest('hex').slice(0, DIGITS);
  }

  /** What was recorded before has been repeated; from now on it is recorded. */
  begin(): void {
    this.repeating = false;
  }

  /** @returns false when it could not be recorded: then it must not happen */
  record(happening: Happening): boolean {
    return this.at(happening, this.settings.now());
  }

  /** Time goes on to `to`, and timers fire. */
  passing(to: number): void {
    if (!this.repeating) this.at({ kind: 'time' }, to);
  }

  /** What was drawn from outside the world's own chance. */
  keep(entry: Entry): void {
    this.write(() => entry);
  }

  private at(happening: Happening, at: number): boolean {
    return this.write(() => ({ ...happening, at, sum: this.sum() }));
  }

  private write(entry: () => Entry): boolean {
    if (this.failed) return false;
    try {
      this.settings.append?.(entry());
      return true;
    } catch (error) {
      this.failed = true;
      this.settings.onFailure(error);
      return false;
    }
  }
}
