// What goes over the wire to a pool, counted, and in which of its languages.
import type { ClosableTransport } from '../../src/xenapi/transport';

export interface Traffic {
  readonly requests: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export class Tap {
  /** Paths that calls were posted to, ` (not served)` behind those answered in another dialect or in none. */
  readonly spoken = new Set<string>();
  private counts = { requests: 0, sentBytes: 0, receivedBytes: 0 };

  get traffic(): Traffic {
    return this.counts;
  }

  on(transport: ClosableTransport): ClosableTransport {
    return {
      ...transport,
      post: async (host, path, body, signal) => {
        const answer = await transport.post(host, path, body, signal);
        this.count(body, answer);
        const inJson = answer.contentType.startsWith('application/json');
        this.spoken.add(path.startsWith('/json') === inJson ? path : `${path} (not served)`);
        return answer;
      },
      get: async (host, path, signal) => {
        const answer = await transport.get(host, path, signal);
        this.count('', answer);
        return answer;
      },
    };
  }

  private count(sent: string, { body }: { readonly body: string }): void {
    const { requests, sentBytes, receivedBytes } = this.counts;
    this.counts = {
      requests: requests + 1,
      sentBytes: sentBytes + Buffer.byteLength(sent),
      receivedBytes: receivedBytes + Buffer.byteLength(body),
    };
  }
}
