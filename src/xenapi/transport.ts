// The seam between the XenAPI client and the wire. Above it stand the codecs (JSON-RPC, XML-RPC); below it a socket, or a simulated pool in the
// same process. Bodies are text on both sides, so every value crosses by copy.

/** A whole answer, whatever its HTTP status. */
export interface XapiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * - `Refused`: nothing listens there; the call was certainly not delivered.
 * - `Unreachable`: no route or no answer to connecting; certainly not delivered.
 * - `Reset`: the connection broke after the request was sent; the call may have been carried out.
 * - `TimedOut`: no whole answer in time; the call may have been carried out.
 */
export type TransportFailureKind = 'Refused' | 'Unreachable' | 'Reset' | 'TimedOut';

export class TransportFailure extends Error {
  constructor(
    readonly kind: TransportFailureKind,
    readonly host: string,
    detail: string,
  ) {
    super(`${host}: ${detail}`);
    this.name = 'TransportFailure';
  }

  /** False when the request certainly never reached the other side. */
  get maybeDelivered(): boolean {
    return this.kind === 'Reset' || this.kind === 'TimedOut';
  }
}

export interface XapiTransport {
  /**
   * Sends one request to one host.
   * @param host   origin, e.g. `https://10.0.0.1`
   * @param path   `/jsonrpc` (JSON-RPC 2.0) or `/` (XML-RPC)
   * @throws TransportFailure when no whole answer came; an aborted signal gives `TimedOut`
   */
  post(host: string, path: string, body: string, signal: AbortSignal): Promise<XapiResponse>;
  /** GET, for the database dump. Same errors. `path` carries the query. */
  get(host: string, path: string, signal: AbortSignal): Promise<XapiResponse>;
}
