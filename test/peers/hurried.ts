// A clock for clients of BMCs that are not hurt by being asked soon: real, but pauses pass so many times as fast, and patience is over as much sooner. What programs
// of others wait for takes its own time.
import type { Clock } from '../../src/foundation/clock';
import { realClock } from '../../src/foundation/realClock';

export function hurried(times: number): Clock {
  const real = realClock();
  return {
    now: () => real.now(),
    monotonic: () => real.monotonic() * times,
    after: (ms, callback) => real.after(ms / times, callback),
  };
}
