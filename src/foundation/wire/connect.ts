// Opens the connection to one host and hands it over only when it may carry a password: after the handshake, after the certificate was judged. So
// whatever fails in here was certainly never sent.
import { constants } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { TransportFailure } from './failure';
import { fingerprintOf, objection, type ShownCertificate, type TlsPolicy } from './tlsPolicy';

/** How messages name things. */
export interface DoorWords {
  /** Where a person says what is trusted, e.g. `spec.pool.tls`. */
  readonly settings: string;
  /** What ought to listen there, e.g. `XenAPI`. */
  readonly protocol: string;
  /** Where older TLS is to be expected, e.g. `for releases up to 6.5`. */
  readonly old: string;
}

export interface Door {
  readonly origin: string;
  readonly words: DoorWords;
  readonly policy: TlsPolicy;
  /** Fingerprints learnt for this host. */
  readonly learnt: ReadonlySet<string>;
}

/** A host that is there answers to connecting, and shakes hands, within this. */
const PATIENCE_MS = 10_000;

/** `done` is called once, never at once, with either. Returns a way to give up; what was opened until then is closed. */
export function openConnection(
  door: Door,
  done: (failure: TransportFailure | undefined, socket: Socket | undefined) => void,
): () => void {
  const url = new URL(door.origin);
  if (url.protocol === 'http:') return openPlain(door, url, done);
  const socket = connectTls(tlsOptions(url, door.policy));
  return settle(socket, 'secureConnect', done, {
    failed: (error) => handshakeFailure(door, socket, error),
    objected: () => untrusted(door, shown(socket)),
  });
}

type Done = Parameters<typeof openConnection>[1];

function openPlain(door: Door, url: URL, done: Done): () => void {
  if (!door.policy.allowPlaintext) {
    const why = `an http:// endpoint carries the password in clear text; set ${door.words.settings}.allowPlaintext, or use https://`;
    queueMicrotask(() => done(new TransportFailure('Untrusted', door.origin, why), undefined));
    return () => undefined;
  }
  const socket = connectTcp({ host: hostOf(url), port: Number(url.port || 80) });
  return settle(socket, 'connect', done, {
    failed: (error) => connectFailure(door.origin, error),
    objected: () => undefined,
  });
}

interface Judges {
  readonly failed: (error: Error) => TransportFailure;
  readonly objected: () => TransportFailure | undefined;
}

function settle(socket: Socket, ready: 'connect' | 'secureConnect', done: Done, { failed, objected }: Judges): () => void {
  const end = (failure: TransportFailure | undefined): void => {
    socket.off(ready, onReady);
    socket.off('close', onClose);
    socket.off('timeout', onTimeout);
    socket.setTimeout(0);
    if (failure === undefined) socket.off('error', onError);
    else socket.destroy();
    done(failure, failure === undefined ? socket : undefined);
  };
  const onReady = (): void => end(objected());
  const onError = (error: Error): void => end(failed(error));
  const onTimeout = (): void => end(failed(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)));
  const onClose = (): void => end(failed(new Error('the connection was closed while it was being opened')));
  socket.once(ready, onReady);
  socket.once('error', onError);
  socket.once('close', onClose);
  socket.once('timeout', onTimeout);
  socket.setTimeout(PATIENCE_MS);
  return () => socket.destroy();
}

/**
 * Keys and signatures of the years before TLS 1.2 are below what OpenSSL accepts by default, and hosts whose TLS is older than RFC 5746 (2010) do not
 * say that they renegotiate safely. We never renegotiate.
 */
const OF_THEIR_TIME: ConnectionOptions = { ciphers: 'DEFAULT@SECLEVEL=0', secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT };

function tlsOptions(url: URL, { trust, minVersion }: TlsPolicy): ConnectionOptions {
  const host = hostOf(url);
  return {
    host,
    port: Number(url.port || 443),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trust.kind === 'CaBundle' ? { ca: trust.pem } : {}),
    minVersion,
    ...(minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? OF_THEIR_TIME : {}),
    // Node verifies all the same and tells the outcome; `objection` decides, because it must also name the certificate that it turns down.
    rejectUnauthorized: false,
  };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function shown(socket: TLSSocket): ShownCertificate {
  const { fingerprint256 } = socket.getPeerCertificate() as { readonly fingerprint256?: string };
  const error = socket.authorizationError as Error | string | null | undefined;
  const refusal = socket.authorized ? undefined : String(error instanceof Error ? error.message : (error ?? 'UNVERIFIED'));
  return { fingerprint: fingerprint256 === undefined ? undefined : fingerprintOf(fingerprint256), refusal };
}

function untrusted({ origin, policy, learnt, words }: Door, certificate: ShownCertificate): TransportFailure | undefined {
  const why = objection(policy.trust, certificate, learnt, words.settings);
  return why === undefined ? undefined : new TransportFailure('Untrusted', origin, why, certificate.fingerprint);
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EADDRNOTAVAIL',
]);

/** Nobody at the other end, or nobody who answers. @returns `Unreachable` also for what is not known: nothing was sent either way */
function connectFailure(origin: string, error: Error): TransportFailure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNREFUSED') return new TransportFailure('Refused', origin, 'connection refused');
  const detail = UNREACHABLE.has(code) ? `cannot be reached (${code})` : `cannot be connected to (${code || error.message})`;
  return new TransportFailure('Unreachable', origin, detail);
}

/** A host that takes a connection and then shakes no hands. A break without a TLS alert is what a host that is going down or coming up does, too. */
function handshakeFailure({ origin, words }: Door, socket: TLSSocket, error: Error): TransportFailure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const spoke = code.startsWith('ERR_SSL') || code === 'EPROTO';
  if (socket.connecting || !spoke) return connectFailure(origin, error);
  return new TransportFailure('NoTls', origin, `no TLS connection could be agreed on (${code}): ${hint(code, words)}`);
}

const OLD: ReadonlySet<string> = new Set([
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
  'ERR_SSL_DH_KEY_TOO_SMALL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
]);

function hint(code: string, { settings, protocol, old }: DoorWords): string {
  if (OLD.has(code)) return `the host speaks only older TLS; ${old} set ${settings}.minVersion: TLSv1`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return `the host answers in plain text, or speaks only older TLS (then set ${settings}.minVersion)`;
  const port = `is that the port of ${protocol}?`;
  return code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ? `the host answers in plain text; ${port}` : port;
}
