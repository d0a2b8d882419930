// A web server with one file, for tests: with ranges and an ETag as it should be, or as a test has it.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface MediaServer {
  readonly origin: string;
  /** The ranges that were asked for, in order. */
  readonly ranges: readonly string[];
  close(): Promise<void>;
}

export type Answering = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface Secured {
  readonly key: string;
  readonly cert: string;
}

export async function serve(answer: Answering, secured?: Secured): Promise<MediaServer> {
  const ranges: string[] = [];
  const listen: RequestListener = (request, response) => {
    ranges.push(request.headers.range ?? '');
    answer(request, response, ranges.length);
  };
  const server = secured === undefined ? createServer(listen) : createSecureServer(secured, listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${secured === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    ranges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As a plain file server answers. */
export function rangesOf(bytes: Buffer, tag = '"one"'): Answering {
  return (request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = [Number(from), Math.min(Number(to), bytes.length - 1)];
    response.writeHead(206, {
      'Content-Range': `bytes ${start}-${end}/${bytes.length}`,
      'Content-Length': end - start + 1,
      ETag: tag,
    });
    response.end(bytes.subarray(start, end + 1));
  };
}
