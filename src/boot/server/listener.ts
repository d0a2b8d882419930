// The boot server's socket. Everything a stranger can make large or slow is bounded here, before any of the logic is asked: headers, paths, bodies (there are
// none), connections, and how long somebody may do nothing.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Aborted, type Cancel, type Clock } from '../../foundation/clock';
import type { BootAnswer, BootHandler, BootRequest } from './request';
import { type Sink, SpanSender } from './spanSender';

export interface ListenerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly handler: BootHandler;
  /** Real time. */
  readonly clock: Clock;
  /** Default 2,000: a site's hosts and BMCs, with several connections each. */
  readonly mostConnections?: number;
  /** How long a connection may do nothing: neither ask nor take what it asked for. Default 60 s. */
  readonly patienceMs?: number;
}

export interface BootListener {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  /** Connections that are open now. */
  connections(): number;
  /**
   * Takes no more connections and lets what is under way come to its end, at most so long.
   * @returns when every connection is closed
   */
  close(patienceMs: number): Promise<void>;
}

const MOST_OF_HEADERS = 8 * 1024;
const MOST_HEADERS = 64;
const MOST_CONNECTIONS = 2_000;
const PATIENCE_MS = 60_000;
/** How often idle connections are looked for. */
const SWEEP_MS = 5_000;

/** @throws the socket's error when the address is not to be had, or the certificate's */
export async function openListener(options: ListenerOptions): Promise<BootListener> {
  const server = createOne(options);
  const door = new Door(server, options);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port } = server.address() as AddressInfo;
  const url = `${options.tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return { url, connections: () => door.count, close: (patienceMs) => door.close(patienceMs) };
}

/** Node's own timeouts run on a clock that is not ours: they are off, and `Door` has its own. */
function createOne({ tls }: ListenerOptions): Server {
  const options = { maxHeaderSize: MOST_OF_HEADERS, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0, noDelay: true };
  const server = tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' });
  server.maxHeadersCount = MOST_HEADERS;
  return server;
}

class Door {
  /** By the peer's address and port, which a connection and the TLS over it have in common. */
  private readonly open = new Map<string, { readonly socket: Socket; at: number }>();
  private readonly sender = new SpanSender();
  private sweeping: Cancel | undefined;
  private closing = false;
  private onEmpty: () => void = () => undefined;

  constructor(
    private readonly server: Server,
    private readonly options: ListenerOptions,
  ) {
    server.maxConnections = options.mostConnections ?? MOST_CONNECTIONS;
    server.on('connection', (socket) => this.admit(socket));
    server.on('clientError', (_error, socket) => void socket.destroy());
    // Whoever waits for leave to send a body sends one.
    for (const name of ['checkContinue', 'checkExpectation', 'request'] as const)
      server.on(name, (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response));
    server.on('upgrade', (_request, socket) => void socket.destroy());
    server.on('connect', (_request, socket) => void socket.destroy());
  }

  get count(): number {
    return this.open.size;
  }

  close(patienceMs: number): Promise<void> {
    this.closing = true;
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.after(patienceMs, () => {
        for (const { socket } of this.open.values()) socket.destroy();
      });
      this.onEmpty = (): void => {
        cancel();
        this.sweeping?.();
        resolve();
      };
      this.server.close();
      this.server.closeIdleConnections();
      if (this.open.size === 0) this.onEmpty();
    });
  }

  private admit(socket: Socket): void {
    const peer = peerOf(socket);
    this.open.set(peer, { socket, at: this.options.clock.monotonic() });
    socket.once('close', () => {
      this.open.delete(peer);
      if (this.closing && this.open.size === 0) this.onEmpty();
    });
    socket.on('error', () => void socket.destroy());
    this.sweeping ??= this.options.clock.after(SWEEP_MS, () => this.sweep());
  }

  private touch(socket: Socket): void {
    const connection = this.open.get(peerOf(socket));
    if (connection !== undefined) connection.at = this.options.clock.monotonic();
  }

  private sweep(): void {
    const { clock, patienceMs } = this.options;
    const oldest = clock.monotonic() - (patienceMs ?? PATIENCE_MS);
    for (const { socket, at } of this.open.values()) if (at <= oldest) socket.destroy();
    this.sweeping = this.open.size === 0 ? undefined : clock.after(SWEEP_MS, () => this.sweep());
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const over = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) over.abort(new Error('the client has gone'));
    });
    this.touch(socket);
    try {
      const answer = await this.options.handler(asBootRequest(request), over.signal);
      // A body is read by nobody; the next request would begin in the midst of it.
      const last = this.closing || hasBody(request);
      response.writeHead(answer.status, asWritten({ ...answer.headers, ...(last ? { connection: 'close' } : {}) }));
      await this.send(request, response, answer, over.signal);
    } catch {
      // Nothing can be told any more: the client has gone, or it would take half of a file for the whole.
      socket.destroy();
    }
    this.touch(socket);
  }

  private async send(
    request: IncomingMessage,
    response: ServerResponse,
    { body }: BootAnswer,
    signal: AbortSignal,
  ): Promise<void> {
    if (typeof body === 'string') return void response.end(request.method === 'HEAD' ? undefined : body);
    if (request.method !== 'HEAD' && body.length > 0)
      await this.sender.send(await sinkOf(response, signal), body, signal, () => this.touch(request.socket));
    response.end();
  }
}

const WRITTEN = new Map<string, string>();

/** `content-length` as `Content-Length`: to the standard both are the same, and GRUB 2.06 knows the second alone. */
function asWritten(headers: BootAnswer['headers']): Record<string, string> {
  const written: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    let known = WRITTEN.get(name);
    if (known === undefined) WRITTEN.set(name, (known = name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())));
    written[known] = value;
  }
  return written;
}

/**
 * The socket itself, once the headers are on it and the answers before this one are sent: a response would hold each piece back for a turn, and could not say
 * whether the client took it at once.
 */
async function sinkOf(response: ServerResponse, signal: AbortSignal): Promise<Sink> {
  const socket = response.socket ?? (await turnOf(response, signal));
  // The headers wait for the first piece: together they are one call of the kernel and one of the client, which shows where ranges are small.
  socket.cork();
  response.flushHeaders();
  return {
    write(chunk, done) {
      socket.write(chunk, done);
      if (socket.writableCorked > 0) socket.uncork();
      return socket.writableLength === 0;
    },
  };
}

function turnOf(response: ServerResponse, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    response.once('socket', resolve);
    signal.addEventListener('abort', () => reject(new Aborted(signal.reason)), { once: true });
  });
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function asBootRequest({ method = '', url = '/', headers, socket }: IncomingMessage): BootRequest {
  const one = (value: string | readonly string[] | undefined): string => (typeof value === 'string' ? value : (value?.[0] ?? ''));
  const words = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, one(value)]));
  return { method, target: url, headers: words, from: (socket.remoteAddress ?? '').replace(/^::ffff:/, '') };
}
