// The text of an answer. A large one stays in the pieces it was gathered in: putting twenty megabytes together takes tens of milliseconds in which nothing
// else gets its turn, and who reads in slices has no need of it.

export interface Body {
  /** The whole text. Of a body in pieces it is put together when first asked for. */
  readonly body: string;
  /** The same text, each piece but the last of one length, so that equal texts have equal pieces; only where it is large. */
  readonly pieces?: readonly string[];
}

/** Characters of a piece. */
export const PIECE = 256 * 1024;

/** Takes in a text as it comes. */
export class Gatherer {
  private readonly pieces: string[] = [];
  private parts: string[] = [];
  private size = 0;

  add(part: string): void {
    this.parts.push(part);
    this.size += part.length;
    if (this.size < PIECE) return;
    let text = this.parts.join('');
    for (; text.length >= PIECE; text = text.slice(PIECE)) this.pieces.push(text.slice(0, PIECE));
    this.parts = [text];
    this.size = text.length;
  }

  /** To be asked once, at the end. */
  gathered(): Body {
    const last = this.parts.join('');
    if (this.pieces.length === 0) return { body: last };
    const pieces = [...this.pieces, last];
    let whole: string | undefined;
    return {
      pieces,
      get body(): string {
        whole ??= pieces.join('');
        return whole;
      },
    };
  }
}

/** In characters. */
export function lengthOf(text: Body): number {
  return text.pieces === undefined ? text.body.length : text.pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Whether the texts are equal; nothing is put together to find out. */
export function sameBody(one: Body, other: Body): boolean {
  const [ours, theirs] = [one.pieces ?? [one.body], other.pieces ?? [other.body]];
  return ours.length === theirs.length && ours.every((piece, index) => piece === theirs[index]);
}
