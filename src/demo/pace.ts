// How fast a story is told. Virtual time jumps; a person who watches needs the jumps stretched to moments, lines to stay long enough to be read, and an
// hour in which nothing happens not to last.
import { sleep, type Clock } from '../foundation/clock';

/** Virtual milliseconds that pass in one real one while nothing is told. */
const QUIET = 300;
/** Real milliseconds a line is given. */
const LINE = 200;
/** Longest quiet spell, in real milliseconds. */
const SPELL = 2_500;
/** A wait shorter than this is left to add up: timers are not that exact. */
const GRAIN = 10;

export class Pace {
  /** When the telling has caught up with what was told. */
  private due = 0;
  private spell = 0;

  /**
   * @param clock the real one
   * @param speed 1 tells the made pool of three hosts in about half a minute, 2 in half of that; Infinity does not wait at all
   */
  constructor(
    private readonly clock: Clock,
    private readonly speed: number,
  ) {}

  /** A line was told. */
  told(): void {
    this.spell = 0;
    this.owe(LINE);
  }

  /** Waits for the real part of a jump of so many virtual milliseconds. */
  async pass(virtualMs: number): Promise<void> {
    if (this.speed === Infinity) return;
    const wish = Math.min(virtualMs / QUIET, SPELL - this.spell);
    this.spell += wish;
    this.owe(wish);
    const wait = this.due - this.clock.monotonic();
    if (wait >= GRAIN) await sleep(this.clock, wait);
  }

  private owe(ms: number): void {
    this.due = Math.max(this.due, this.clock.monotonic()) + ms / this.speed;
  }
}
