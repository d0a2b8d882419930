// What every verb works with: the wire, and the machine that was found by it. Whatever may have changed is read anew by each verb.
import { sleep } from '../../foundation/clock';
import type { Call } from './line';
import type { Machine } from './machine';
import type { Resource, Wire } from './wire';

export interface Seat {
  readonly wire: Wire;
  readonly machine: Machine;
}

export function readSystem({ wire, machine }: Seat, call: Call): Promise<Resource> {
  return wire.get(machine.system, call);
}

/**
 * Looks until it is so.
 * @param withinMs at least one look is taken
 * @returns the first value that is `good`, or undefined when time is up
 */
export async function until<T>(
  { wire }: Seat,
  look: () => Promise<T>,
  good: (value: T) => boolean,
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
  { signal }: Call,
): Promise<T | undefined> {
  const { clock } = wire.line.parts;
  const end = clock.monotonic() + withinMs;
  for (;;) {
    const value = await look();
    if (good(value)) return value;
    if (clock.monotonic() + everyMs > end) return undefined;
    await sleep(clock, everyMs, signal);
  }
}
