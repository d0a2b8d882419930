// Hosts made of sockets, for tests: each takes connections on an address of its own, counts them and the bytes that were told to it, and answers whole
// HTTP requests by whatever the test has it write. What it writes need not be HTTP.
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';

export interface Asked {
  /** First line and headers. */
  readonly head: string;
  readonly body: string;
  /** Of all requests that this host was sent, counted from 1. */
  readonly count: number;
}

export type Answerer = (socket: Socket, asked: Asked) => void;

export interface Shape {
  readonly answer?: Answerer;
  /** Speaks TLS with this; without it, in clear text. */
  readonly tls?: TlsOptions;
  /** Is given each connection as it comes, before anything is read from it; `answer` is not asked then. */
  readonly onConnection?: (socket: Socket) => void;
  readonly address?: string;
  /** Default: any that is free. */
  readonly port?: number;
}

export class Listener {
  /** Connections ever taken. */
  connections = 0;
  /** Bytes told to it, after decryption. */
  received = 0;
  requests = 0;
  readonly sockets = new Set<Socket>();
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private readonly address: string,
    private readonly scheme: string,
    private readonly answer: Answerer,
  ) {}

  static async open({ answer = ok, tls, onConnection, address = '127.0.0.1', port = 0 }: Shape): Promise<Listener> {
    const server = tls === undefined ? createPlain() : createTls(tls);
    const listener = new Listener(server, address, tls === undefined ? 'http' : 'https', answer);
    server.on('connection', (socket: Socket) => listener.take(socket));
    const told = onConnection ?? ((socket: Socket): void => listener.read(socket));
    server.on(tls === undefined ? 'connection' : 'secureConnection', told);
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.scheme}://${this.address}:${this.port}`;
  }

  /** Resolves when every connection taken so far is over, and all that was told on it is counted. */
  allGone(): Promise<void> {
    return this.when(() => this.sockets.size === 0);
  }

  /** Resolves when the condition holds; looked at whenever a connection comes or goes and a request was read. */
  when(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (condition()) resolve();
        else this.waiting.push(look);
      };
      look();
    });
  }

  /** Ends all connections and takes no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private take(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.changed();
    });
    this.changed();
  }

  private changed(): void {
    for (const look of this.waiting.splice(0)) look();
  }

  private read(socket: Socket): void {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const head = text.slice(0, Math.max(0, end));
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      const body = Buffer.from(text.slice(end + 4, end + 4 + length), 'latin1').toString('utf8');
      text = text.slice(end + 4 + length);
      this.requests += 1;
      this.answer(socket, { head, body, count: this.requests });
      this.changed();
    });
  }
}

export function ok(socket: Socket): void {
  socket.write(page(200, 'fine'));
}

/** A whole HTTP answer. */
export function page(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { 'content-type': 'text/html', 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}
