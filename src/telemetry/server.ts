// The process's own door for Prometheus and the kubelet: /metrics, /healthz, /readyz over plain HTTP. It takes GET and nothing else, and knows no secret.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Health } from './health';

export interface TelemetryServer {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly registry: Registry;
  readonly health: Health;
}

/** @throws the socket's error when the address is not to be had */
export function openTelemetry({ host, port, registry, health }: TelemetryOptions): Promise<TelemetryServer> {
  const server = createServer((request, response) => {
    void answer(request, registry, health).then(({ status, type, body }) => send(response, status, type, body));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://${name}:${address.port}`, close });
    });
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const plain = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body });

async function answer({ method, url = '/' }: IncomingMessage, registry: Registry, health: Health): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET is answered here\n');
  switch (url.split('?')[0]) {
    case '/metrics':
      return { status: 200, type: registry.contentType, body: await registry.metrics() };
    case '/healthz':
      return verdict(health.report('live'));
    case '/readyz':
      return verdict(health.report('ready'));
    default:
      return plain(404, 'there are /metrics, /healthz and /readyz\n');
  }
}

function verdict({ ok, text }: ReturnType<Health['report']>): Answer {
  return plain(ok ? 200 : 503, text);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(body);
}
