// I14: a BMC is acted upon only after it was found to be the host's own. What is done through the address of one host's BMC to the machine of another shows that
// nobody looked, or that what was seen did not count.
import type { Bench, Judge } from './court';
import { hostName, isWilled } from './reading';

export function identities(bench: Bench): Judge {
  return {
    id: 'I14',
    on(event): void {
      if (event.kind !== 'bmc' || !isWilled(event.cause) || event.cause.by === 'person') return;
      bench.judged();
      if (event.meant === event.host) return;
      const [meant, host] = [event.meant, event.host].map((one) => hostName(bench.world, one));
      bench.violated(`${event.change} (${event.detail}) for ${meant} was done to ${host}: the BMC is another host's`);
    },
    end: () => undefined,
  };
}
