// The wire: XenAPI's requests over HTTPS, or HTTP where that is allowed. One agent a host, one request a call; the caller's signal is the only deadline,
// a cap bounds every answer, redirects are not followed, and each way to fail says whether the request may have been carried out.
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { type Body, Gatherer } from '../body';
import { type ClosableTransport, TransportFailure, type XapiResponse } from '../transport';
import { CONNECTIONS, HostAgent, type HostRequestOptions } from './hostAgent';
import { fingerprintOf, type TlsPolicy } from './tlsPolicy';
import { Turnstile } from './turnstile';

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
    const host = { door, learnt, agent: new HostAgent({ origin, policy, learnt }), turnstile: new Turnstile(CONNECTIONS) };
    hosts.set(origin, host);
    return host;
  };
  const learn = (origin: string, fingerprint: string): void => void hostAt(origin).learnt.add(fingerprintOf(fingerprint));
  return {
    post: (origin, path, body, signal) => {
      const contentType = path.startsWith('/json') ? 'application/json' : 'text/xml';
      const headers = { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) };
      return exchange({
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
      exchange({
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

interface Exchange {
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
async function exchange(asked: Exchange): Promise<XapiResponse> {
  const { host, signal, origin } = asked;
  const { turnstile } = host;
  if (!turnstile.enterAtOnce())
    await turnstile.enter(signal).catch(() => {
      throw timedOut(origin, signal);
    });
  try {
    return await send(asked);
  } finally {
    turnstile.leave();
  }
}

function send(asked: Exchange): Promise<XapiResponse> {
  const { signal, origin } = asked;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(timedOut(origin, signal));
    const sent = request(optionsOf(asked));
    const onAbort = (): void => fail(timedOut(origin, signal));
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    const fail = (failure: TransportFailure): void => {
      settle();
      reject(failure);
      sent.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    sent.on('error', (error) => fail(failureOf(origin, error)));
    // Some answers, as one that switches protocols, end a request without an error and without an answer to read.
    const onClose = (): void => fail(new TransportFailure('Reset', origin, 'the connection ended without an answer'));
    sent.once('close', onClose);
    sent.on('response', (answer) => {
      sent.off('close', onClose);
      readAnswer(answer, asked).then((response) => {
        settle();
        resolve(response);
      }, fail);
    });
    sent.end(asked.body);
  });
}

function optionsOf({ host: { agent, door }, method, path, headers, signal }: Exchange): HostRequestOptions {
  const { host, hostname, port } = door;
  return { agent, method, path, headers: { ...headers, host }, hostname, port, caller: signal };
}

/** The whole answer as text. Rejects with a TransportFailure only. */
function readAnswer(answer: IncomingMessage, { origin, most }: Exchange): Promise<XapiResponse> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void =>
      reject(new TransportFailure('TooLarge', origin, `the answer has more than ${most} bytes and was left unread`));
    if (Number(answer.headers['content-length'] ?? 0) > most) return tooLarge();
    // Asked now: once the answer is read, the socket is the agent's again.
    const peer = (answer.socket as Socket | null)?.remoteAddress;
    const decoder = new StringDecoder('utf8');
    const gatherer = new Gatherer();
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) return tooLarge();
      gatherer.add(decoder.write(chunk));
    });
    answer.on('end', () => {
      gatherer.add(decoder.end());
      resolve(responseOf(answer, gatherer.gathered(), peer));
    });
    answer.on('error', (error) => reject(failureOf(origin, error)));
    answer.on('close', () => {
      // Errors are dear to make, and every answer comes to this.
      if (!answer.complete) reject(new TransportFailure('Reset', origin, 'the connection broke in the middle of the answer'));
    });
  });
}

function responseOf(answer: IncomingMessage, text: Body, peer: string | undefined): XapiResponse {
  const { location } = answer.headers;
  // Onto the text itself: a copy would put it together.
  return Object.assign(text, {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    ...(location === undefined ? {} : { location }),
    ...(peer === undefined ? {} : { peer }),
  });
}

function timedOut(origin: string, signal: AbortSignal): TransportFailure {
  const reason: unknown = signal.reason;
  return new TransportFailure('TimedOut', origin, reason instanceof Error ? reason.message : 'given up by the caller');
}

/** What went wrong before there was a connection says so itself; all else happened to a request that was on its way. */
function failureOf(origin: string, error: Error): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('HPE_')) return new TransportFailure('Garbled', origin, `the answer is not HTTP (${code})`);
  return new TransportFailure('Reset', origin, `the connection was reset (${code === '' ? error.message : code})`);
}
