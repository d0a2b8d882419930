// The wire: XenAPI's requests over HTTPS, or HTTP where that is allowed. One agent a host, one request a call; the caller's signal is the only deadline,
// a cap bounds every answer, redirects are not followed, and each way to fail says whether the request may have been carried out.
import type { DoorWords } from '../../foundation/wire/connect';
import { type AnswerHead, exchange } from '../../foundation/wire/exchange';
import { HostAgent } from '../../foundation/wire/hostAgent';
import { fingerprintOf, type TlsPolicy } from '../../foundation/wire/tlsPolicy';
import { Turnstile } from '../../foundation/wire/turnstile';
import { type Body, Gatherer } from '../body';
import type { ClosableTransport, XapiResponse } from '../transport';

/** Calls to one host that travel at once; further ones wait. */
const CONNECTIONS = 8;
const WORDS: DoorWords = { settings: 'spec.pool.tls', protocol: 'XenAPI', old: 'for releases up to 6.5' };

/** Bytes of an answer to a call; all records of the largest pool known have a tenth of it. */
const MOST_OF_A_CALL = 256 * 1024 ** 2;
/** Bytes of a database dump. */
const MOST_OF_A_DUMP = 256 * 1024 ** 2;

export interface HttpsTransportOptions {
  readonly policy: TlsPolicy;
  /** Bytes that an answer may have; more is `TooLarge`. */
  readonly mostBytes?: number;
}

interface Host {
  /** Its origin, taken apart. */
  readonly door: { readonly host: string; readonly hostname: string; readonly port: string };
  readonly agent: HostAgent;
  readonly turnstile: Turnstile;
  readonly learnt: Set<string>;
}

/** Connects when first asked to. */
export function createHttpsTransport({ policy, mostBytes }: HttpsTransportOptions): ClosableTransport {
  const hosts = new Map<string, Host>();
  const hostAt = (origin: string): Host => {
    const known = hosts.get(origin);
    if (known !== undefined) return known;
    const learnt = new Set<string>();
    const { host: authority, hostname, port } = new URL(origin);
    const door = { host: authority, hostname, port };
    const agent = new HostAgent({ origin, policy, learnt, words: WORDS }, CONNECTIONS);
    const host = { door, learnt, agent, turnstile: new Turnstile(CONNECTIONS) };
    hosts.set(origin, host);
    return host;
  };
  const learn = (origin: string, fingerprint: string): void => void hostAt(origin).learnt.add(fingerprintOf(fingerprint));
  return {
    post: (origin, path, body, signal) => {
      const contentType = path.startsWith('/json') ? 'application/json' : 'text/xml';
      const headers = { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) };
      return call({
        origin,
        host: hostAt(origin),
        method: 'POST',
        path,
        headers,
        body,
        signal,
        most: mostBytes ?? MOST_OF_A_CALL,
      });
    },
    get: (origin, path, signal) =>
      call({
        origin,
        host: hostAt(origin),
        method: 'GET',
        path,
        headers: {},
        body: '',
        signal,
        most: mostBytes ?? MOST_OF_A_DUMP,
      }),
    ...(policy.trust.kind === 'Fingerprints' ? { trust: learn } : {}),
    close: () => {
      for (const { agent } of hosts.values()) agent.destroy();
      hosts.clear();
    },
  };
}

interface Call {
  readonly origin: string;
  readonly host: Host;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly most: number;
}

/** @throws TransportFailure */
async function call({ host, ...asked }: Call): Promise<XapiResponse> {
  const gatherer = new Gatherer();
  const { door, agent, turnstile } = host;
  const head = await exchange({ ...asked, door, agent, turnstile, add: (part) => gatherer.add(part) });
  return responseOf(head, gatherer.gathered());
}

function responseOf({ status, headers, peer }: AnswerHead, text: Body): XapiResponse {
  const { location } = headers;
  // Onto the text itself: a copy would put it together.
  return Object.assign(text, {
    status,
    contentType: headers['content-type'] ?? '',
    ...(location === undefined ? {} : { location }),
    ...(peer === undefined ? {} : { peer }),
  });
}
