// How long to leave a server alone that gave trouble: longer each time, by chance so that many do not come at once, and hardly at all where nobody listens,
// because a server that starts again should not wait for us.
import type { Random } from '../foundation/random';
import type { KubeError, KubeErrorKind } from './api';

const FIRST_MS = 1_000;
const MOST_MS = 30_000;
/** A server that asks for more is asked all the same. */
const MOST_ASKED_MS = 120_000;
/** While a server starts it says this and that for a few seconds; so often it is asked as if nobody listened. */
const STARTING_TRIES = 20;

export class Backoff {
  private trouble: KubeErrorKind | undefined;
  private times = 0;
  private starting = 0;

  constructor(private readonly random: Random) {}

  /** Milliseconds to wait after this error, never none. Another trouble than the last begins anew. */
  after({ kind, detail }: KubeError): number {
    this.times = kind === this.trouble ? this.times + 1 : 0;
    this.trouble = kind;
    if (detail.refused === true) this.starting = STARTING_TRIES;
    const asked = Math.min(MOST_ASKED_MS, detail.retryAfterMs ?? 0);
    if (this.starting > 0) {
      this.starting -= 1;
      const soon = soonAgain(this.random);
      // A server that starts asks for five seconds by rote, and is ready in one.
      return kind === 'Unavailable' ? soon : Math.max(asked, soon);
    }
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** this.times);
    return Math.max(asked, between(this.random, most / 10, most));
  }

  reset(): void {
    this.trouble = undefined;
    this.times = 0;
    this.starting = 0;
  }
}

/** Milliseconds until a server is asked again where nobody listened. */
export function soonAgain(random: Random): number {
  return between(random, FIRST_MS / 4, FIRST_MS);
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.next();
}
