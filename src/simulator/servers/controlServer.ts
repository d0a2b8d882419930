// The control on HTTP, on a loopback port of its own: JSON answers, and bodies that no proper request exceeds.
import http from 'node:http';
import { control, type ControlAnswer } from './control';
import { MIRROR_PATH, serveMirror } from './mirrorPages';
import type { Stage } from './stage';

export interface ControlServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** From now on requests are answered; those that came before have waited. */
  serve(stage: Stage): void;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024;

/**
 * @param port     0 for a free one
 * @param onDefect told of errors that are none of the client's
 * @throws the socket's error, e.g. EADDRINUSE
 */
export function openControl(port: number, onDefect: (error: unknown) => void): Promise<ControlServer> {
  const stage: { serve?: (stage: Stage) => void } = {};
  const set = new Promise<Stage>((resolve) => (stage.serve = resolve));
  const server = http.createServer((request, response) => {
    void handle(set, request, response, onDefect);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      server.on('error', onDefect);
      const taken = (server.address() as { readonly port: number }).port;
      const url = `http://127.0.0.1:${taken}`;
      resolve({ url, port: taken, serve: (there) => stage.serve!(there), close: () => close(server) });
    });
  });
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handle(
  stage: Promise<Stage>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  onDefect: (error: unknown) => void,
): Promise<void> {
  try {
    const body = await readBody(request);
    if (body === 'gone') return;
    const path = (request.url ?? '').split('?')[0]!;
    if (path.startsWith(MIRROR_PATH)) return serveMirror(`http://127.0.0.1:${request.socket.localPort}`, request, response);
    const answer =
      body === 'too long' ? tooLong() : await control(await stage, { method: request.method ?? '', path, body: body.text });
    send(response, answer);
  } catch (error) {
    onDefect(error);
    send(response, { status: 500, value: { error: 'a defect of the simulator; see what it wrote' } });
  }
}

function tooLong(): ControlAnswer {
  return { status: 413, value: { error: `the body is longer than ${MOST_BYTES} bytes` } };
}

function send(response: http.ServerResponse, { status, value }: ControlAnswer): void {
  const close = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...close }).end(`${JSON.stringify(value, undefined, 2)}\n`);
}

function readBody(request: http.IncomingMessage): Promise<{ readonly text: string } | 'too long' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) resolve('too long');
      else chunks.push(chunk);
    });
    request.on('end', () => resolve({ text: Buffer.concat(chunks).toString('utf8') }));
    request.on('error', () => resolve('gone'));
  });
}
