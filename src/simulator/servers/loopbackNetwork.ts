// The network of a served pool: whatever listens on this machine's own loopback addresses, asked by real HTTP. Nothing beyond the machine is ever asked.
import http from 'node:http';
import https from 'node:https';
import { type Clock, sleep } from '../../foundation/clock';
import {
  type HostNetwork,
  type NetworkAnswer,
  NetworkFailure,
  type NetworkRequest,
  NOWHERE,
  originOf,
} from '../network/hostNetwork';

/** Hosts of URLs that are this machine itself. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;
/** Real milliseconds without a byte. */
const SILENCE_MS = 30_000;
/** Nothing that is fetched whole is larger. */
const MOST_BYTES = 64 * 1024 ** 2;

/**
 * A server that is away is asked again for so many real milliseconds, so often: where the pool's time is sped up, all the patience of its machines is less than a
 * process takes to be started anew.
 */
const AWAY_MS = 5_000;
const AGAIN_MS = 100;

/** Certificates are not looked at, as by most BMCs and by installers. @param beneath real time */
export function createLoopbackNetwork(beneath: Clock): HostNetwork {
  return {
    patient: true,
    get(request, signal): Promise<NetworkAnswer> {
      const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
      const known = url !== undefined && /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname);
      return known ? askAgain(url, request, signal, beneath) : NOWHERE.get(request, signal);
    },
  };
}

async function askAgain(url: URL, request: NetworkRequest, signal: AbortSignal, beneath: Clock): Promise<NetworkAnswer> {
  const until = beneath.monotonic() + AWAY_MS;
  for (;;) {
    try {
      return await ask(url, request, signal);
    } catch (error) {
      if (!(error instanceof NetworkFailure) || signal.aborted || beneath.monotonic() >= until) throw error;
    }
    await sleep(beneath, AGAIN_MS, signal);
  }
}

function ask(url: URL, { range }: NetworkRequest, signal: AbortSignal): Promise<NetworkAnswer> {
  const headers = range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  const send = url.protocol === 'https:' ? https.get : http.get;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new NetworkFailure('Unreachable', `${originOf(url.href)} ${why}`));
    const request = send(url, { headers, agent: false, signal, timeout: SILENCE_MS, rejectUnauthorized: false }, (response) => {
      collect(response, request).then(resolve, () => fail('broke off its answer'));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (error: NodeJS.ErrnoException) => fail(`does not answer (${error.code ?? error.message})`));
  });
}

function collect(response: http.IncomingMessage, request: http.ClientRequest): Promise<NetworkAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) request.destroy(new Error('a longer answer than any that makes sense'));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => {
      const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
      resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(entries), body: Buffer.concat(chunks) });
    });
  });
}
