// Hands a view out by HTTP as management controllers and QEMU read it: HEAD, then ranges. It is only as much of a server as this test needs.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BlockSource } from '../../../src/boot/media/blockSource';
import { viewSource, type View } from '../../../src/boot/media/view';

export interface ViewServer {
  readonly url: string;
  /** A script for iPXE that starts from it. */
  readonly script: string;
  readonly requests: () => number;
  close(): Promise<void>;
}

export async function serveView(view: View, source: BlockSource): Promise<ViewServer> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    if (request.url === '/boot.ipxe') return void response.end(`#!ipxe\nsanboot http://${request.headers.host}/x.iso\n`);
    answer(view, source, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/x.iso`,
    script: `${origin}/boot.ipxe`,
    requests: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(view: View, source: BlockSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = Math.min(to === undefined || to === '' ? view.size - 1 : Number(to), view.size - 1);
  const head = { 'Accept-Ranges': 'bytes', 'Content-Type': 'application/octet-stream', 'Content-Length': end - start + 1 };
  if (from === undefined) response.writeHead(200, head);
  else response.writeHead(206, { ...head, 'Content-Range': `bytes ${start}-${end}/${view.size}` });
  if (request.method === 'HEAD') return void response.end();
  const piece = 1024 * 1024;
  for (let at = start; at <= end; at += piece)
    response.write(await viewSource(view, source).read(at, Math.min(piece, end + 1 - at), new AbortController().signal));
  response.end();
}
