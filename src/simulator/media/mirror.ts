// A web server with installation media and trees of releases, as a site has one: answers in process, with ranges.
import { type HostNetwork, type NetworkAnswer, type NetworkRequest, NOWHERE } from '../network/hostNetwork';
import type { Release } from '../world';
import { vendorIso } from './vendorIso';

export interface Mirrored {
  /** Of the image itself, or of the tree's root. */
  readonly url: string;
  readonly what: 'iso' | 'tree';
  readonly release: Release;
}

/** Answers for all hosts that one of these URLs names, with 404 for whatever else they are asked. */
export function createMirror(served: readonly Mirrored[]): HostNetwork {
  const origins = new Set(served.map(({ url }) => new URL(url).origin));
  return {
    get(request, signal): Promise<NetworkAnswer> {
      const known = URL.canParse(request.url) && origins.has(new URL(request.url).origin);
      return known ? Promise.resolve(answer(served, request)) : NOWHERE.get(request, signal);
    },
  };
}

function answer(served: readonly Mirrored[], { url, range }: NetworkRequest): NetworkAnswer {
  const content = contentAt(served, url.split(/[?#]/)[0]!);
  return content === undefined ? { status: 404, headers: {}, body: Buffer.from('not here\n') } : partOf(content, range);
}

/** What a path of a mirror holds; undefined for nothing. */
export function contentAt(served: readonly Mirrored[], url: string): Buffer | undefined {
  const image = served.find((one) => one.what === 'iso' && one.url === url);
  if (image !== undefined) return vendorIso(image.release).bytes;
  for (const { url: root, what, release } of served) {
    const base = root.replace(/\/*$/, '');
    if (what !== 'tree' || !url.startsWith(`${base}/`)) continue;
    return vendorIso(release).files.get(url.slice(base.length).replace(/\/{2,}/g, '/'));
  }
  return undefined;
}

/** The whole, or the part of it that was asked for, as a web server answers. */
export function partOf(content: Buffer, range: NetworkRequest['range']): NetworkAnswer {
  const size = content.length;
  const headers = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (range === undefined) return { status: 200, headers: { ...headers, 'content-length': String(size) }, body: content };
  const end = Math.min(size, range.offset + range.length);
  if (range.offset >= size) return { status: 416, headers: { 'content-range': `bytes */${size}` }, body: Buffer.alloc(0) };
  const told = { 'content-length': String(end - range.offset), 'content-range': `bytes ${range.offset}-${end - 1}/${size}` };
  return { status: 206, headers: { ...headers, ...told }, body: content.subarray(range.offset, end) };
}
