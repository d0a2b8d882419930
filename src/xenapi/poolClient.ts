// The client's one implementation: which session a call goes out on, and what may be sent again. Everything a call changes hangs on `exchange`: what
// went wrong before it is certainly not delivered, what went wrong in it says so itself.
import { deadline, type Clock } from '../foundation/clock';
import { silentLog, type Log } from '../foundation/log';
import type { CallOptions, XapiClient, XapiClientOptions } from './client';
import { decodeAtOnce } from './codec/decoder';
import { signatureOf } from './codec/signature';
import { Dialer } from './dial';
import { XapiError } from './error';
import { sameDoor } from './origin';
import { isRead } from './reads';
import { SessionKeeper, type OnLogin, type Session } from './session';
import { createWire, type Answer, type Wire } from './wire';

const DEFAULT_DEADLINE_MS = 60_000;
const LOGIN_DEADLINE_MS = 30_000;

/** Does not connect: the first call does. @throws TypeError for an endpoint that is no URL */
export function createXapiClient(options: XapiClientOptions): XapiClient {
  const { transport, clock, endpoints, credentials, originator, dialect, log = silentLog } = options;
  const wire = createWire(transport, options.decoder ?? decodeAtOnce);
  const dialer = new Dialer({ wire, clock, log, dialect, endpoints, credentials, originator, deadlineMs: LOGIN_DEADLINE_MS });
  return new PoolClient(dialer, wire, clock, log, options.onLogin);
}

class PoolClient implements XapiClient {
  private readonly sessions: SessionKeeper;
  private readonly siblings: PoolClient[] = [];

  constructor(
    private readonly dialer: Dialer,
    private readonly wire: Wire,
    private readonly clock: Clock,
    private readonly log: Log,
    onLogin?: OnLogin,
  ) {
    this.sessions = new SessionKeeper(dialer, wire, onLogin);
  }

  get master(): string | undefined {
    return this.dialer.knownMaster;
  }

  get logins(): number {
    return this.sessions.logins;
  }

  recordAddresses(addresses: readonly string[]): void {
    this.dialer.record(addresses);
  }

  get pinned(): boolean {
    return this.wire.trust !== undefined;
  }

  trust(address: string, fingerprint: string): void {
    const { master } = this;
    if (master !== undefined) this.wire.trust?.(sameDoor(master, address), fingerprint);
  }

  sibling(): XapiClient {
    const sibling = new PoolClient(this.dialer, this.wire, this.clock, this.log);
    this.siblings.push(sibling);
    return sibling;
  }

  async call<T>(method: string, params: readonly unknown[], options: CallOptions = {}): Promise<T> {
    return (await this.answer(method, params, options)).value as T;
  }

  poll(method: string, params: readonly unknown[], previous: Answer | undefined, options: CallOptions = {}): Promise<Answer> {
    return this.answer(method, params, options, previous);
  }

  async get(path: string, options: CallOptions = {}): Promise<string> {
    const send = async (session: Session, signal: AbortSignal): Promise<string> => {
      const query = `${path.includes('?') ? '&' : '?'}session_id=${encodeURIComponent(session.session)}`;
      const response = await this.wire.get(session.origin, path + query, session.secrets, signal);
      if (response.status === 200) return response.body;
      throw statusError(session.origin, path, response.status);
    };
    return this.withSession(`GET ${path}`, true, send, options);
  }

  async logout(): Promise<void> {
    await Promise.all([this.leave(), ...this.siblings.map((sibling) => sibling.logout())]);
  }

  private async leave(): Promise<void> {
    const open = this.sessions.peek();
    if (open === undefined) return;
    try {
      const session = await open;
      this.sessions.drop(session);
      await this.end(session, session.session);
    } catch (error) {
      this.log.debug('xapi.logout-failed', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  async logoutByUuid(uuid: string): Promise<'LoggedOut' | 'NotFound'> {
    try {
      const other = await this.call<string>('session.get_by_uuid', [uuid]);
      await this.end(await this.sessions.open(), other);
      return 'LoggedOut';
    } catch (error) {
      const gone = error instanceof XapiError && (error.kind === 'StaleHandle' || error.kind === 'Session');
      if (!gone) throw error;
      return 'NotFound';
    }
  }

  private answer(method: string, params: readonly unknown[], options: CallOptions, previous?: Answer): Promise<Answer> {
    const takesSession = signatureOf(method)?.session !== false;
    const send = ({ origin, dialect, session, secrets }: Session, signal: AbortSignal): Promise<Answer> =>
      this.wire.call({
        origin,
        dialect,
        method,
        params: takesSession ? [session, ...params] : params,
        secrets,
        signal,
        previous,
      });
    return this.withSession(method, isRead(method), send, options);
  }

  private async end(contact: Session, session: string): Promise<void> {
    const budget = deadline(this.clock, DEFAULT_DEADLINE_MS);
    try {
      const secrets = [session, ...contact.secrets];
      await this.wire.call({
        origin: contact.origin,
        dialect: contact.dialect,
        method: 'session.logout',
        params: [session],
        secrets,
        signal: budget.signal,
      });
    } finally {
      budget.dispose();
    }
  }

  /** Runs one exchange within its deadline; looking is repeated once where that can help. */
  private async withSession<T>(
    method: string,
    read: boolean,
    send: (session: Session, signal: AbortSignal) => Promise<T>,
    { signal, deadlineMs = DEFAULT_DEADLINE_MS }: CallOptions,
  ): Promise<T> {
    const budget = deadline(this.clock, deadlineMs, signal);
    try {
      const first = await this.exchange(method, read, send, budget.signal);
      if (first.ok) return first.value;
      if (!read || !worthRepeating(first.error) || budget.signal.aborted) throw first.error;
      const second = await this.exchange(method, read, send, budget.signal);
      if (second.ok) return second.value;
      throw second.error;
    } finally {
      budget.dispose();
    }
  }

  private async exchange<T>(
    method: string,
    read: boolean,
    send: (session: Session, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: XapiError }> {
    const session = await this.ready(method, read, signal);
    try {
      return { ok: true, value: await send(session, signal) };
    } catch (error) {
      if (!(error instanceof XapiError)) throw error;
      if (losesSession(error)) this.lose(session);
      else if (leavesDialect(error, session)) this.leaveDialect(session);
      return { ok: false, error };
    }
  }

  /** A session that may be used for this call: announced first when the call changes something. Whatever fails here, the call was not sent. */
  private async ready(method: string, read: boolean, signal: AbortSignal): Promise<Session> {
    const session =
      (signal.aborted ? undefined : this.sessions.ready) ??
      (await notSent(unlessGivenUp(this.sessions.open(), method, signal), method));
    if (read) return session;
    try {
      await unlessGivenUp(this.sessions.announce(session, signal), method, signal);
    } catch (error) {
      if (error instanceof XapiError && losesSession(error)) this.lose(session);
      throw asNotSent(error, method);
    }
    return session;
  }

  /** The session may be as good as ever, so it is ended: one left behind at each strange answer would fill the pool's table of sessions. */
  private leaveDialect(session: Session): void {
    if (!this.lose(session)) return;
    this.end(session, session.session).catch((error: unknown) => {
      this.log.debug('xapi.logout-failed', { error: error instanceof Error ? error.message : String(error) });
    });
  }

  /** Whatever ends a session may have been a boot into another system. @returns whether the session was still in use */
  private lose(session: Session): boolean {
    this.dialer.forget(session.origin);
    return this.sessions.drop(session);
  }
}

/** After these the master must be looked for and logged in to afresh. */
function losesSession(error: XapiError): boolean {
  if (error.kind === 'Transport') return !error.maybeDelivered;
  return error.kind === 'Session' || error.kind === 'NotMaster' || error.kind === 'Untrusted';
}

/** A host that answered in JSON and does so no more may have been put back into a system that never did. XML is spoken by all. */
function leavesDialect(error: XapiError, { dialect }: Session): boolean {
  return error.kind === 'Protocol' && dialect === 'json';
}

/** A deadline that has passed will not be met by the same call again. */
function worthRepeating(error: XapiError): boolean {
  return losesSession(error) || (error.kind === 'Transport' && error.transport !== 'TimedOut');
}

function statusError(origin: string, path: string, status: number): XapiError {
  const kind = status === 401 || status === 403 ? 'Session' : status >= 500 ? 'Transport' : 'Protocol';
  return new XapiError({
    kind,
    text: `${origin} answered GET ${path} with HTTP ${status}`,
    maybeDelivered: kind === 'Transport',
  });
}

async function notSent<T>(work: Promise<T>, method: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asNotSent(error, method);
  }
}

/** What went wrong before a call was sent says nothing about the call: it was certainly not delivered. */
function asNotSent(error: unknown, method: string): unknown {
  if (!(error instanceof XapiError)) return error;
  const { kind, code, params } = error;
  return new XapiError({
    kind,
    text: `${method} was not sent: ${error.message}`,
    maybeDelivered: false,
    code,
    params,
    method,
    cause: error,
  });
}

/** Stops waiting for work that others share when this call is given up; the work goes on for them. */
function unlessGivenUp<T>(work: Promise<T>, method: string, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new XapiError({ kind: 'Transport', text: `${method}: given up`, maybeDelivered: false, cause: signal.reason }));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
