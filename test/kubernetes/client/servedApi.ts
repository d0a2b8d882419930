// A small HTTPS server that answers as it is told, for tests of the client: it notes what it was asked, and how many connections that took.
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { realClock } from '../../../src/foundation/realClock';
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { type ClientOptions, createKubernetesClient, type KubernetesClient } from '../../../src/kubernetes/client/client';
import { type Credentials, KeptCredentials } from '../../../src/kubernetes/client/credentials';
import { type Authority, createAuthority } from '../../../src/simulator/servers/certificates';

export interface Noted {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answerer = (response: ServerResponse, request: Noted) => void;

let authority: Authority | undefined;

/** One for all tests: keys take long to make. */
export function testAuthority(): Authority {
  authority ??= createAuthority(seededRandom(3), realClock().now());
  return authority;
}

let certificate: ReturnType<Authority['issue']> | undefined;

export class ServedApi {
  readonly noted: Noted[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private waiting: { readonly count: number; readonly wake: () => void }[] = [];

  private constructor(
    private readonly server: https.Server,
    /** Next answers, in order; the last one stays. */
    readonly answers: Answerer[],
  ) {}

  static async start(...answers: Answerer[]): Promise<ServedApi> {
    certificate ??= testAuthority().issue('127.0.0.1');
    const server = https.createServer({ key: certificate.key, cert: certificate.cert });
    const served = new ServedApi(server, answers);
    server.on('secureConnection', () => (served.connections += 1));
    server.on('connection', (socket: Socket) => {
      served.sockets.add(socket);
      socket.on('close', () => served.sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => served.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return served;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when so many requests have come. */
  asked(count: number): Promise<void> {
    if (this.noted.length >= count) return Promise.resolve();
    return new Promise((wake) => this.waiting.push({ count, wake }));
  }

  /** Closes the connections that nothing happens on, as a server does after a while, and waits until the other side knows. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (chunk: Buffer) => parts.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const noted = { method, url, headers, body: Buffer.concat(parts).toString() };
      this.noted.push(noted);
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      answer?.(response, noted);
      for (const { count, wake } of this.waiting) if (this.noted.length >= count) wake();
      this.waiting = this.waiting.filter(({ count }) => this.noted.length < count);
    });
  }
}

export interface Reached {
  readonly client: KubernetesClient;
  readonly clock: VirtualClock;
  /** How often credentials were read. */
  reads(): number;
  /** Fires every timer that is due within so many milliseconds. */
  pass(ms: number): Promise<void>;
}

/** A client of it, whose time stands still until it is passed. Its tokens are `token-1`, `token-2` … */
export function reach(server: string, options: Partial<ClientOptions> = {}, change: Partial<Credentials> = {}): Reached {
  const clock = new VirtualClock(0);
  let reads = 0;
  const credentials = new KeptCredentials(clock, () =>
    Promise.resolve({
      server,
      tls: { ca: testAuthority().certificate },
      headers: { authorization: `Bearer token-${++reads}` },
      ...change,
    }),
  );
  const client = createKubernetesClient({ credentials, clock, userAgent: 'test/1', ...options });
  const pass = async (ms: number): Promise<void> => {
    const until = clock.monotonic() + ms;
    let passed = false;
    clock.after(ms, () => (passed = true));
    await clock.run(() => passed, until);
  };
  return { client, clock, reads: () => reads, pass };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answerer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function status(code: number, reason: string, message: string, details: unknown = {}): Answerer {
  return json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details }, code);
}

export function raw(code: number, contentType: string, body: string): Answerer {
  return (response) => {
    response.writeHead(code, { 'content-type': contentType });
    response.end(body);
  };
}
