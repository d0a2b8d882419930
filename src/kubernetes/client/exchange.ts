// One request on the wire: it is sent, the head of its answer arrives, and whoever asked reads the rest. The caller's signal is the only deadline, and each
// way to fail says whether the server may have received it.
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { KubeError } from '../api';
import type { Credentials } from './credentials';
import { type Asked, garbled, givenUp, refusalOf, wireFailure } from './failure';

export interface Request extends Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** What is to be answered; default `application/json`. */
  readonly accept?: string;
}

export interface Way {
  readonly credentials: Credentials;
  readonly agent: http.Agent;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/** Bytes of an answer that says why it is none. */
const MOST_OF_A_REFUSAL = 4 * 1024 ** 2;

/** An answer with success, its body still to be read. @throws KubeError for every other */
export async function open(request: Request, way: Way): Promise<IncomingMessage> {
  const answer = await headOf(request, way, true);
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return answer;
  const body = await readAll(answer, request, way.signal, MOST_OF_A_REFUSAL);
  throw refusalOf(request, { status, headers: answer.headers, body });
}

/** The body as text. @throws KubeError */
export function readAll(answer: IncomingMessage, asked: Asked, signal: AbortSignal, most: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    const parts: string[] = [];
    let size = 0;
    const end = (error: KubeError): void => {
      reject(error);
      answer.destroy();
    };
    const broken = (error: Error): void =>
      end(signal.aborted ? givenUp(asked, signal.reason, true) : wireFailure(asked, error, true));
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most)
        end(new KubeError('TooLarge', `${asked.what}: the answer has more than ${most} bytes and was left unread`));
      else parts.push(decoder.write(chunk));
    });
    answer.on('end', () => resolve(parts.join('') + decoder.end()));
    answer.on('error', broken);
    answer.on('close', () => broken(new Error('closed in the middle')));
  });
}

/** @throws KubeError `ServerError` for what is not JSON, or no object */
export function parsed<T>(asked: Asked, body: string): T {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw garbled(asked, 'the answer is no JSON object');
}

/**
 * A kept connection may have been closed by the server just as we wrote to it. Reading is then simply done again, once; of a write nobody knows whether it
 * arrived.
 */
async function headOf(request: Request, way: Way, again: boolean): Promise<IncomingMessage> {
  const sent: Sent = { reused: false, delivered: false };
  try {
    return await send(request, way, sent);
  } catch (error) {
    if (!again || !sent.reused || request.method !== 'GET' || way.signal.aborted) throw error;
    return headOf(request, way, false);
  }
}

interface Sent {
  /** It went out on a connection that had been used before. */
  reused: boolean;
  /** There was a connection, so the server may have received it. */
  delivered: boolean;
}

function send(request: Request, way: Way, sent: Sent): Promise<IncomingMessage> {
  const { signal } = way;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(givenUp(request, signal.reason, false));
    const message = messageOf(request, way);
    const onAbort = (): void => fail(givenUp(request, signal.reason, sent.delivered));
    const fail = (error: KubeError): void => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
      message.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    message.on('socket', (socket) => noteDelivery(message, socket, sent));
    message.on('error', (error) => fail(wireFailure(request, error, sent.delivered)));
    message.on('response', (answer) => {
      signal.removeEventListener('abort', onAbort);
      breakWith(answer, signal);
      resolve(answer);
    });
    message.end(request.body);
  });
}

/** What is written before a connection is ready waits in it; so until then certainly nothing was delivered. */
function noteDelivery(message: http.ClientRequest, socket: Socket, sent: Sent): void {
  const ready = (): void => void (sent.delivered = true);
  sent.reused = message.reusedSocket;
  if (sent.reused) return ready();
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', ready);
}

/** From the head on, giving up means breaking the answer off. */
function breakWith(answer: IncomingMessage, signal: AbortSignal): void {
  const onAbort = (): void => void answer.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  answer.once('close', () => signal.removeEventListener('abort', onAbort));
}

function messageOf(
  { method, path, body, contentType, accept }: Request,
  { credentials, agent, userAgent }: Way,
): http.ClientRequest {
  const { protocol, hostname, port, pathname } = new URL(credentials.server);
  const headers = {
    ...credentials.headers,
    accept: accept ?? 'application/json',
    'user-agent': userAgent,
    ...(body === undefined
      ? {}
      : { 'content-type': contentType ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
  const options = {
    agent,
    method,
    headers,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: `${pathname.replace(/\/$/, '')}${path}`,
  };
  return protocol === 'http:' ? http.request(options) : https.request(options);
}
