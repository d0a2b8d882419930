// How a request over HTTP can fail to get an answer. What matters to whoever sent it is whether it may have been carried out all the same.

/**
 * - `Refused`: nothing listens there; the request was certainly not delivered.
 * - `Unreachable`: no route, no such name or no answer to connecting; certainly not delivered.
 * - `Untrusted`: the certificate is not one to be trusted, or the door is plaintext and that is not allowed; nothing was sent.
 * - `NoTls`: what listens there speaks no TLS, or none that both sides know; nothing was sent.
 * - `Reset`: the connection broke after the request was sent; the request may have been carried out.
 * - `TimedOut`: no whole answer in time; the request may have been carried out.
 * - `Garbled`: an answer that is not HTTP; the request may have been carried out.
 * - `TooLarge`: an answer larger than any that makes sense, left unread; the request may have been carried out.
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
