// Whether an order may still leave. From a decision to its last request minutes may pass: other requests go first, a BMC that is busy is asked again, what was not
// delivered is sent again. Whoever gives the order says once how that is asked, and is asked before each request that changes something.
import type { ClosableBmcTransport } from './transport';

/** @throws whatever forbids it: nothing is sent then, and the order ends with that error */
export type MayLeave = () => Promise<unknown>;

/** Of one machine, whatever protocols it is spoken to by. One order at a time. */
export class Permit {
  private current: MayLeave | undefined;

  /** While this order is carried out. Logins and logouts between orders change nothing at the machine, and ask nobody. */
  async during<T>(mayLeave: MayLeave, order: () => Promise<T>): Promise<T> {
    this.current = mayLeave;
    try {
      return await order();
    } finally {
      this.current = undefined;
    }
  }

  /** To be awaited right before what changes something leaves. */
  readonly asked: MayLeave = async () => this.current?.();
}

/** Below everything that waits, so that nothing comes between the answer and the wire. */
export function permitted(transport: ClosableBmcTransport, mayLeave: MayLeave): ClosableBmcTransport {
  return {
    async request(request, signal) {
      if (request.method !== 'GET') await mayLeave();
      return transport.request(request, signal);
    },
    close: () => transport.close(),
  };
}
