// Time that passes in a test.
import type { VirtualClock } from '../../../src/foundation/virtualClock';

/** So many virtual milliseconds later, with everything done that fell due. */
export async function passing(clock: VirtualClock, ms: number): Promise<void> {
  let over = false;
  clock.after(ms, () => (over = true));
  await clock.run(() => over, Infinity);
}
