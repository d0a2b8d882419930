// The mirror of a served pool on HTTP: made installation media of every published release, and their trees.
import type http from 'node:http';
import { contentAt, type Mirrored, partOf } from '../media/mirror';
import type { NetworkRequest } from '../network/hostNetwork';
import { knownReleases } from '../releases';
import type { Release } from '../world';

export const MIRROR_PATH = '/mirror/';

/** @param origin e.g. `http://127.0.0.1:8080`. @returns e.g. `…/mirror/XCP-ng/8.3.0.iso`, and `…/mirror/XCP-ng/8.3.0/` */
export function mirroredAt(origin: string): readonly Mirrored[] {
  return knownReleases.flatMap(({ release }) => [
    { url: `${treeAt(origin, release)}.iso`, what: 'iso', release } as const,
    { url: `${treeAt(origin, release)}/`, what: 'tree', release } as const,
  ]);
}

const treeAt = (origin: string, { brand, version }: Release): string => `${origin}${MIRROR_PATH}${brand}/${version}`;

/** Answers a GET or HEAD of what lies below `/mirror/`. */
export function serveMirror(origin: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const content = contentAt(mirroredAt(origin), `${origin}${(request.url ?? '').split('?')[0]!}`);
  if (content === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(content === undefined ? 404 : 405, { 'content-type': 'text/plain' }).end('not here\n');
    return;
  }
  const { status, headers, body } = partOf(content, rangeOf(request.headers.range, content.length));
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
}

/** One range of bytes; whatever else stands there means the whole. */
function rangeOf(header: string | undefined, size: number): NetworkRequest['range'] {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  const offset = Number(first);
  const end = last === undefined ? size : Number(last) + 1;
  return end > offset ? { offset, length: end - offset } : undefined;
}
