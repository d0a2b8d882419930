// The seam between the XenAPI client and the wire. Above it stand the codecs (JSON-RPC, XML-RPC); below it a socket, or a simulated pool in the
// same process. Bodies are text on both sides, so every value crosses by copy.
import { TransportFailure, type TransportFailureKind } from '../foundation/wire/failure';
import type { Body } from './body';

/** A whole answer, whatever its HTTP status. */
export interface XapiResponse extends Body {
  readonly status: number;
  readonly contentType: string;
  /** Where a 3xx points to. XAPI redirects no call, so nobody follows it; it is for the message. */
  readonly location?: string;
  /** The IP address that answered, where there is a socket to ask. */
  readonly peer?: string;
}

export { TransportFailure, type TransportFailureKind };

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
  /**
   * Trusts one more certificate of one host from now on, because an already trusted host vouched for it. Only where fingerprints are what is trusted;
   * a transport that trusts by other means, or has no certificates, does not offer it.
   * @param fingerprint SHA-256, `AB:CD:…`
   */
  readonly trust?: ((host: string, fingerprint: string) => void) | undefined;
}

export interface ClosableTransport extends XapiTransport {
  /** Closes all connections; calls in flight fail with `Reset`. */
  close(): void;
}
