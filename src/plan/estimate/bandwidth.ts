// How fast memory moves from host to host: assumed while nothing has moved, measured from what has moved in this run.
import type { Span } from '../estimate';
import { span } from './spans';

export interface Bandwidth {
  /** What all moves of a wave share. `slowest` gives the most time a move takes, `fastest` the least. */
  readonly bytesPerSecond: { readonly slowest: number; readonly likely: number; readonly fastest: number };
  /** Where the numbers come from, in words. */
  readonly basis: string;
}

const gigabits = (count: number): number => (count * 1_000_000_000) / 8;

/** A network of 10 Gbit/s of which three tenths arrive (one encrypted stream a VM, pages that are sent twice); at best all of it, at worst four fifths of 1 Gbit/s. */
export const ASSUMED_BANDWIDTH: Bandwidth = {
  bytesPerSecond: { slowest: gigabits(0.8), likely: gigabits(3), fastest: gigabits(10) },
  basis: 'bandwidth assumed: 10 Gbit/s at 30 %, at worst 1 Gbit/s at 80 %',
};

/** Fewer bytes than these say more about the set-up of a move than about the network. */
const TELLING = 1024 ** 3;

/**
 * What earlier moves of the run tell.
 * @param bytes  memory of the guests that moved
 * @param ms  time in which they did, waves of several counted once
 * @returns undefined when too little moved to tell
 */
export function measuredBandwidth(bytes: number, ms: number): Bandwidth | undefined {
  if (bytes < TELLING || ms <= 0) return undefined;
  const rate = (bytes * 1000) / ms;
  const shown = `${(bytes / 1024 ** 3).toFixed(1)} GiB in ${Math.round(ms / 1000)} s`;
  // Guests that write much, or a network that is busy at night with backups, may halve it.
  return {
    bytesPerSecond: { slowest: rate / 2, likely: rate, fastest: rate * 1.25 },
    basis: `bandwidth measured in this run: ${shown}`,
  };
}

/** Time for so many bytes. */
export function transfer(bytes: number, { bytesPerSecond: { slowest, likely, fastest } }: Bandwidth): Span {
  const at = (rate: number): number => Math.ceil((bytes * 1000) / rate);
  return span(at(fastest), at(likely), at(slowest));
}
