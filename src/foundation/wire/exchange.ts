// One request over HTTP or HTTPS, by an agent that hands out judged connections: the caller's signal is the only deadline, a cap bounds the answer, redirects
// are not followed, and each way to fail says whether the request may have been carried out.
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { TransportFailure } from './failure';
import type { HostAgent, HostRequestOptions } from './hostAgent';
import type { Turnstile } from './turnstile';

export interface Exchange {
  readonly origin: string;
  /** The origin, taken apart. */
  readonly door: { readonly host: string; readonly hostname: string; readonly port: string };
  readonly agent: HostAgent;
  readonly turnstile: Turnstile;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Bytes that the answer may have; more is `TooLarge`. */
  readonly most: number;
  /** Is given the text of the answer as it comes. */
  readonly add: (part: string) => void;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The IP address that answered. */
  readonly peer: string | undefined;
}

/** Resolves when the whole answer was read. @throws TransportFailure */
export async function exchange(asked: Exchange): Promise<AnswerHead> {
  const { turnstile, signal, origin } = asked;
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

function send(asked: Exchange): Promise<AnswerHead> {
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

function optionsOf({ agent, door, method, path, headers, signal }: Exchange): HostRequestOptions {
  const { host, hostname, port } = door;
  return { agent, method, path, headers: { ...headers, host }, hostname, port, caller: signal };
}

/** The whole answer. Rejects with a TransportFailure only. */
function readAnswer(answer: IncomingMessage, { origin, most, add }: Exchange): Promise<AnswerHead> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void =>
      reject(new TransportFailure('TooLarge', origin, `the answer has more than ${most} bytes and was left unread`));
    if (Number(answer.headers['content-length'] ?? 0) > most) return tooLarge();
    // Asked now: once the answer is read, the socket is the agent's again.
    const peer = (answer.socket as Socket | null)?.remoteAddress;
    const decoder = new StringDecoder('utf8');
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) return tooLarge();
      add(decoder.write(chunk));
    });
    answer.on('end', () => {
      add(decoder.end());
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, peer });
    });
    answer.on('error', (error) => reject(failureOf(origin, error)));
    answer.on('close', () => {
      // Errors are dear to make, and every answer comes to this.
      if (!answer.complete) reject(new TransportFailure('Reset', origin, 'the connection broke in the middle of the answer'));
    });
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
