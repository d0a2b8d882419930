// The edge to a terminal: lines are drawn over those that were drawn before, only when something differs, and what is told for good goes above them.
import type { Surface } from './table';

export interface Terminal {
  write(text: string): void;
  /** As it is now; it may be resized at any time. */
  surface(): Surface;
}

const UP = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);
const CLEAR_BELOW = '\r\u001b[J';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** No wrapping: a terminal that was made narrower must not break lines in two. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

export class Screen {
  private drawn: readonly string[] = [];
  private width = 0;
  private open = false;

  constructor(private readonly terminal: Terminal) {}

  /** @param draw the lines for a surface */
  draw(draw: (surface: Surface) => readonly string[]): void {
    const surface = this.terminal.surface();
    const lines = draw(surface);
    const same = lines.length === this.drawn.length && lines.every((line, index) => line === this.drawn[index]);
    if (same && this.width === surface.columns) return;
    const begin = this.open ? '' : `${HIDE_CURSOR}${NO_WRAP}`;
    // A terminal that was made lower has pushed lines out of sight, where nothing can be drawn any more.
    const back = Math.min(this.drawn.length, Math.max(0, surface.rows - 1));
    this.open = true;
    this.terminal.write(`${begin}${UP(back)}${CLEAR_BELOW}${lines.map((line) => `${line}\r\n`).join('')}`);
    this.drawn = lines;
    this.width = surface.columns;
  }

  /** A line that stays, above what is drawn. */
  tell(line: string): void {
    const { drawn } = this;
    this.terminal.write(`${UP(drawn.length)}${CLEAR_BELOW}${line}\r\n${drawn.map((one) => `${one}\r\n`).join('')}`);
  }

  /** Leaves what is drawn where it is, and the terminal as it was. May be called at any time. */
  close(): void {
    if (this.open) this.terminal.write(`${WRAP}${SHOW_CURSOR}`);
    this.open = false;
    this.drawn = [];
  }
}
