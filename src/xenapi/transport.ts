// The seam between the XenAPI client and the wire. Above it stand the codecs (JSON-RPC, XML-RPC); below it a socket, or a simulated pool in the
// same process. Bodies are text on both sides, so every value crosses by copy.
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

/**
 * - `Refused`: nothing listens there; the call was certainly not delivered.
 * - `Unreachable`: no route, no such name or no answer to connecting; certainly not delivered.
 * - `Untrusted`: the certificate is not one to be trusted, or the door is plaintext and that is not allowed; nothing was sent.
 * - `NoTls`: what listens there speaks no TLS, or none that both sides know; nothing was sent.
 * - `Reset`: the connection broke after the request was sent; the call may have been carried out.
 * - `TimedOut`: no whole answer in time; the call may have been carried out.
 * - `Garbled`: an answer that is not HTTP; the call may have been carried out.
 * - `TooLarge`: an answer larger than any of XAPI's, left unread; the call may have been carried out.
 */
export type TransportFailureKind =
  'Refused' | 'Unreachable' | 'Untrusted' | 'NoTls' | 'Reset' | 'TimedOut' | 'Garbled' | 'TooLarge';

const SENT: ReadonlySet<TransportFailureKind> = new Set(['Reset', 'TimedOut', 'Garbled', 'TooLarge']);

export class TransportFailure extends Error {
  /** @param fingerprint SHA-256 of the certificate that was not trusted, `AB:CD:…`; undefined where none was shown */
  constructor(
    readonly kind: TransportFailureKind,
    readonly host: string,
    detail: string,
    readonly fingerprint?: string,
  ) {
    super(`${host}: ${detail}`);
    this.name = 'TransportFailure';
  }

  /** False when the request certainly never reached the other side. */
  get maybeDelivered(): boolean {
    return SENT.has(this.kind);
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
