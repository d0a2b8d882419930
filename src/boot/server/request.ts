// A request and its answer as the server's logic sees them: no socket, no stream. What comes in was bounded by the listener; what goes out is a text or a part
// of a source.
import type { BlockSource } from './source';

export interface BootRequest {
  readonly method: string;
  /** As sent, with its query. */
  readonly target: string;
  /** Names in lower case; of a name given twice, the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of whoever asks. */
  readonly from: string;
}

export interface SpanBody {
  readonly source: BlockSource;
  readonly offset: number;
  readonly length: number;
}

export interface BootAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Not sent for HEAD, which has the headers of GET. */
  readonly body: string | SpanBody;
}

/** Never rejects but by Aborted, when the signal ends it. */
export type BootHandler = (request: BootRequest, signal: AbortSignal) => Promise<BootAnswer>;

/** Whatever is served belongs to one host and one attempt. */
const PRIVATE = { 'cache-control': 'no-store, private', 'x-content-type-options': 'nosniff' } as const;

export function textAnswer(status: number, body: string, type = 'text/plain'): BootAnswer {
  const headers = { ...PRIVATE, 'content-type': `${type}; charset=us-ascii`, 'content-length': String(Buffer.byteLength(body)) };
  return { status, headers, body };
}

export function fileHeaders(etag: string): Readonly<Record<string, string>> {
  return { ...PRIVATE, 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag };
}
