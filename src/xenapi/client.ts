// The XenAPI client: typed by the datamodel, logged in when needed, and strict about what it repeats. A call that only looks is sent again once after
// a lost session or a broken connection. A call that changes something is never sent twice; its error says whether it may have been carried out.
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Dialect } from './codec/codec';
import type { Decoder } from './codec/decoder';
import type { Credentials } from './dial';
import type { OnLogin } from './session';
import type { XapiTransport } from './transport';
import type { Answer } from './wire';

export interface XapiClientOptions {
  readonly transport: XapiTransport;
  readonly clock: Clock;
  /** Origins of any hosts of the pool, e.g. `https://10.0.0.1`; the master is found. */
  readonly endpoints: readonly string[];
  readonly credentials: () => Promise<Credentials>;
  readonly originator: string;
  /** `auto`: what each host speaks is found out by asking it. */
  readonly dialect: Dialect | 'auto';
  /** How answers become values; default: at once. */
  readonly decoder?: Decoder;
  readonly log?: Log;
  /** Awaited with the session's uuid before the first changing call of each session; when it rejects, the call is not sent. */
  readonly onLogin?: OnLogin;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call, login included. Default 60 s. */
  readonly deadlineMs?: number;
}

export interface XapiClient {
  /**
   * Calls a method by its name on the wire (`VM.start`, `Async.VM.pool_migrate`), without the session.
   * @returns the value, normalised by the datamodel's result type
   * @throws XapiError; TypeError for parameters that are not of their declared types (a bug, nothing was sent); whatever `onLogin` throws
   */
  call<T>(method: string, params: readonly unknown[], options?: CallOptions): Promise<T>;
  /** As `call`, for looking at the same thing again and again: an answer that reads as the previous one is the previous one. */
  poll(method: string, params: readonly unknown[], previous: Answer | undefined, options?: CallOptions): Promise<Answer>;
  /** GET of a path on the master with the session in its query; the body of a 200. @throws XapiError */
  get(path: string, options?: CallOptions): Promise<string>;
  /** Ends the session, if there is one, and those of siblings. A failure is logged: the pool drops idle sessions by itself. */
  logout(): Promise<void>;
  /** Ends another session of this pool, e.g. a predecessor's. @throws XapiError */
  logoutByUuid(uuid: string): Promise<'LoggedOut' | 'NotFound'>;
  /** Tells addresses of the pool's hosts as the pool records them, so that a change of master to one of them is followed. */
  recordAddresses(addresses: readonly string[]): void;
  /** Whether certificates are pinned, so that a renewed one has to be learnt by {@link trust}. */
  readonly pinned: boolean;
  /** Trusts one more certificate of the host at this address of the pool, because the pool itself says that it is that host's. */
  trust(address: string, fingerprint: string): void;
  /** A second client of the same pool with a session of its own, for a call that blocks; for looking only: it announces no session. */
  sibling(): XapiClient;
  /** Origin of the master as last logged in to. */
  readonly master: string | undefined;
  /** How often this client logged in; a change means the pool may have restarted. */
  readonly logins: number;
}
