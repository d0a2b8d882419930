// All chance in the program comes from one injected source. Seeded in simulation, so that a run can be repeated from the seed it printed.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Deterministic generator (mulberry32) from a 32-bit seed. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}

/** Integer in [low, high], both included. */
export function integer(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

/** A version-4 UUID in lower case. */
export function uuid(random: Random): string {
  let text = '';
  for (let position = 0; position < 36; position++) {
    if (position === 8 || position === 13 || position === 18 || position === 23) text += '-';
    else if (position === 14) text += '4';
    else if (position === 19) text += '89ab'[integer(random, 0, 3)];
    else text += integer(random, 0, 15).toString(16);
  }
  return text;
}
