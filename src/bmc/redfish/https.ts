// The wire to one BMC: HTTPS, or HTTP where somebody allowed it. The certificate is judged before anything is sent; one connection, kept alive for as long as
// requests follow each other; every answer is bounded in size and time; redirects are handed up as they are.
import { type Clock, deadline } from '../../foundation/clock';
import type { DoorWords } from '../../foundation/wire/connect';
import { exchange } from '../../foundation/wire/exchange';
import { HostAgent } from '../../foundation/wire/hostAgent';
import type { TlsPolicy } from '../../foundation/wire/tlsPolicy';
import { Turnstile } from '../../foundation/wire/turnstile';
import type { ClosableBmcTransport } from '../transport';

export interface RedfishHttpsOptions {
  /** `https://10.1.7.1` or, where the policy allows plaintext, `http://…`. */
  readonly origin: string;
  readonly policy: TlsPolicy;
  readonly clock: Clock;
  /** Where a person says what is trusted, for messages, e.g. `spec.hosts[].bmc.tls`. */
  readonly settings: string;
  /** Bytes that an answer may have; no resource that a driver reads comes near it. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 1024 ** 2;

/** Connects when first asked to. */
export function createRedfishHttps({ origin, policy, clock, settings, mostBytes }: RedfishHttpsOptions): ClosableBmcTransport {
  const words: DoorWords = { settings, protocol: 'Redfish', old: 'for BMCs of its age' };
  const { host, hostname, port } = new URL(origin);
  const agent = new HostAgent({ origin, policy, learnt: new Set(), words }, 1);
  const shared = { origin, door: { host, hostname, port }, agent, turnstile: new Turnstile(1), most: mostBytes ?? MOST_BYTES };
  return {
    async request({ method, path, headers, body, timeoutMs }, signal) {
      const parts: string[] = [];
      const { signal: limited, dispose } = deadline(clock, timeoutMs, signal);
      const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const asked = { method, path, headers: { ...headers, ...length }, body, signal: limited };
      try {
        const head = await exchange({ ...shared, ...asked, add: (part) => parts.push(part) });
        return { status: head.status, headers: flat(head.headers), body: parts.join('') };
      } finally {
        dispose();
      }
    },
    close: () => agent.destroy(),
  };
}

function flat(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : [...value!].join(', ')]));
}
