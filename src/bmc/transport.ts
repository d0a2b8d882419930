// The seam between whoever drives a BMC by HTTP and the wire. Above it stands Redfish; below it a socket, or a simulated BMC in the same process and in
// virtual time. Bodies are text on both sides, so every value crosses by copy.
import { TransportFailure, type TransportFailureKind } from '../foundation/wire/failure';

export { TransportFailure, type TransportFailureKind };

export type BmcMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface BmcRequest {
  readonly method: BmcMethod;
  /** Path on the BMC, from `/` on, with its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or empty. */
  readonly body: string;
  /** Milliseconds within which the whole answer must have come. */
  readonly timeoutMs: number;
}

/** A whole answer, whatever its status; redirects are not followed. */
export interface BmcResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** To one BMC. */
export interface BmcTransport {
  /** @throws TransportFailure when no whole answer came; an aborted signal gives `TimedOut` */
  request(request: BmcRequest, signal: AbortSignal): Promise<BmcResponse>;
}

export interface ClosableBmcTransport extends BmcTransport {
  /** Closes its connections; requests in flight fail with `Reset`. */
  close(): void;
}
