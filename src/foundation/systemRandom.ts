// Chance of the operating system: for processes that run in the real world. Rehearsals and simulations are seeded instead.
import { randomInt } from 'node:crypto';
import type { Random } from './random';

const STEPS = 2 ** 32;

export function systemRandom(): Random {
  return { next: () => randomInt(STEPS) / STEPS };
}
