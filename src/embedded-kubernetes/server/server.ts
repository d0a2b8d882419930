// The API on a socket: HTTPS on a loopback address, answers as they come, watches as a line of JSON an event. Closing ends every watch and every connection.
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drained, writeWhole } from '../../foundation/writing';
import { Api, type ApiAnswer, type ApiOptions } from './api';
import { ApiError, statusOf } from '../status';
import type { ServerCertificate } from './certificate';

/** As a real server has it. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

export interface ServerOptions extends ApiOptions {
  readonly certificate: ServerCertificate;
  /** A loopback address. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface RunningServer {
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws when the port is taken */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const api = new Api(options);
  const closing = new AbortController();
  const { key, cert } = options.certificate;
  const server = createServer({ key, cert, keepAliveTimeout: 60_000 }, (request, response) => {
    void serve(api, request, response, closing.signal);
  });
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    const body = await bodyOf(request);
    if (body === undefined) return await send(response, tooLarge());
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    const signal = AbortSignal.any([left.signal, closing]);
    await send(response, api.answer({ method: request.method ?? 'GET', url: request.url ?? '/', headers, body, signal }));
  } catch (error) {
    // A client that left is nobody's fault; anything else is ours, and whoever asked is told.
    if (left.signal.aborted) return;
    if (response.headersSent) return void response.destroy();
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await send(response, failed(new ApiError('Unavailable', 500, 'InternalError', `Internal error occurred: ${message}`)));
  }
}

/** Undefined when it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ApiAnswer {
  const message = `Request entity too large: limit is ${MAX_BODY_BYTES}`;
  return failed(new ApiError('Invalid', 413, 'RequestEntityTooLarge', message, {}));
}

function failed(error: ApiError): ApiAnswer {
  return { code: error.code, headers: { 'content-type': 'application/json' }, body: { text: JSON.stringify(statusOf(error)) } };
}

async function send(response: ServerResponse, { code, headers, body }: ApiAnswer): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = code;
  if ('text' in body) {
    response.setHeader('content-length', Buffer.byteLength(body.text));
    return writeWhole(response, body.text);
  }
  response.flushHeaders();
  for await (const event of body.events) {
    if (response.destroyed) return;
    if (!response.write(`${JSON.stringify(event)}\n`)) await drained(response);
  }
  response.end();
}
