// How requests are authorised: by a session, which is ended when the work is over, or by basic authentication where a BMC has no sessions or none left. A BMC
// that refused a login is not asked again by the same driver, because BMCs lock accounts (bmc.md 1.3).
import { deadline } from '../../foundation/clock';
import { BmcError } from '../bmc';
import type { SessionBook } from '../sessionBook';
import type { BmcResponse } from '../transport';
import { at, parseThing, textOf } from './json';
import type { Call, Line } from './line';
import { offTheBmc, placeOn } from './places';
import { errorOf, type Refusal, refusalOf } from './refusal';

export interface Credentials {
  readonly username: string;
  /** A secret. */
  readonly password: string;
}

/** What the BMC's root tells those who want to come in. */
export interface Entrance {
  /** Where sessions are made; undefined: nowhere. */
  readonly sessions: string | undefined;
  /** What the dialect wants to have in the login besides user and password. */
  readonly oem: object | undefined;
}

export interface LoginParts {
  readonly line: Line;
  readonly credentials: Credentials;
  readonly entrance: (call: Call) => Promise<Entrance>;
  /** Undefined: nobody keeps account. */
  readonly book: SessionBook | undefined;
}

interface SessionPass {
  readonly kind: 'session';
  readonly token: string;
  readonly uri: string | undefined;
}

/** A session, or user and password with each request. */
type Pass = SessionPass | { readonly kind: 'basic' };

const NO_SESSIONS_HERE: ReadonlySet<number> = new Set([404, 405, 501]);
/** A session that is not known any more has ended as well. */
const isOver = (status: number): boolean => status < 300 || status === 401 || status === 404;
const MOST_TRIES = 3;
/** For ending a session when nobody waits for anything any more. */
const FAREWELL_MS = 10_000;

export class Login {
  private pass: Promise<Pass> | undefined;
  private live: Pass | undefined;
  private sessionWorked = false;
  private refused: BmcError | undefined;
  private entered = 0;

  constructor(private readonly parts: LoginParts) {}

  /** URI of the session in use, for a successor who has to end it. */
  get session(): string | undefined {
    return this.live?.kind === 'session' ? this.live.uri : undefined;
  }

  /** How often somebody came in. */
  get count(): number {
    return this.entered;
  }

  /** What must not be told. */
  get secrets(): readonly string[] {
    const token = this.live?.kind === 'session' ? [this.live.token] : [];
    return [this.parts.credentials.password, this.basic().slice('Basic '.length), ...token];
  }

  /** Logs in where nobody is. @throws BmcError */
  async headers(call: Call): Promise<Readonly<Record<string, string>>> {
    const pass = await this.current(call);
    return pass.kind === 'session' ? { 'x-auth-token': pass.token } : { authorization: this.basic() };
  }

  /** The BMC knows this pass no longer. @returns whether another login may help */
  expired(headers: Readonly<Record<string, string>>): boolean {
    const token = headers['x-auth-token'];
    if (token === undefined) return false;
    if (this.live?.kind !== 'session' || this.live.token !== token) return true;
    if (this.live.uri !== undefined) this.parts.book?.leave(this.live.uri);
    this.forget();
    return true;
  }

  /** Remembers that user and password are not taken, so that nobody tries them again. */
  refuse(error: BmcError): BmcError {
    this.refused = error;
    return error;
  }

  async close(): Promise<void> {
    const pass = this.live;
    this.forget();
    if (pass?.kind === 'session') await this.end(pass);
  }

  /** One that cannot be ended ends by itself after its idle time, if nobody who comes later does it. */
  private async end({ token, uri }: SessionPass): Promise<void> {
    if (uri === undefined) return;
    const { line, book } = this.parts;
    const { signal, dispose } = deadline(line.parts.clock, FAREWELL_MS);
    try {
      const headers = { 'x-auth-token': token };
      const heard = await line.send({ method: 'DELETE', path: uri, headers, timeoutMs: FAREWELL_MS }, { verb: 'close', signal });
      if (heard.kind === 'lost') throw heard.failure;
      if (isOver(heard.response.status)) book?.ended(uri);
      else book?.leave(uri, new Error(`close: the BMC answered ${heard.response.status} to the end of a session`));
    } catch (error) {
      book?.leave(uri, error instanceof Error ? error : new Error(String(error)));
    } finally {
      dispose();
    }
  }

  private forget(): void {
    this.pass = undefined;
    this.live = undefined;
  }

  private current(call: Call): Promise<Pass> {
    if (this.refused !== undefined) return Promise.reject(this.refused);
    this.pass ??= this.come(call).catch((error: unknown) => {
      this.forget();
      throw error;
    });
    return this.pass;
  }

  /** A session that is in no book is not used. */
  private async come(call: Call): Promise<Pass> {
    const pass = await this.enter(call);
    if (pass.kind === 'session' && pass.uri !== undefined) await this.enterInBook(pass, pass.uri);
    this.entered += 1;
    return (this.live = pass);
  }

  private async enterInBook(pass: SessionPass, uri: string): Promise<void> {
    try {
      await this.parts.book?.opened(uri);
    } catch (error) {
      await this.end(pass);
      throw error;
    }
  }

  private async enter(call: Call): Promise<Pass> {
    const { sessions, oem } = await this.parts.entrance(call);
    if (sessions === undefined) return this.withoutSession(call);
    const { username, password } = this.parts.credentials;
    const body = { UserName: username, Password: password, ...(oem === undefined ? {} : { Oem: oem }) };
    for (let attempt = 1; ; attempt++) {
      const response = await this.ask(sessions, body, call);
      if (response.status < 300) return this.sessionOf(response, call);
      const refusal = refusalOf(response, this.parts.line.parts.clock.now(), this.secrets);
      if (this.hasNone(refusal)) return this.withoutSession(call);
      if (refusal.advice !== 'again' || attempt >= MOST_TRIES) throw this.noLogin(refusal, call);
      await this.parts.line.pause(attempt, call, refusal.retryAfterMs);
    }
  }

  private async ask(path: string, body: object, call: Call): Promise<BmcResponse> {
    const heard = await this.parts.line.send({ method: 'POST', path, body }, call);
    if (heard.kind === 'answer') return heard.response;
    throw new BmcError('Transient', call.verb, `${call.verb}: the login got no answer (${heard.failure.message})`, 'NoAnswer');
  }

  private hasNone({ status, reason }: Refusal): boolean {
    return NO_SESSIONS_HERE.has(status) || (reason === 'SessionsExhausted' && !this.sessionWorked);
  }

  /** To fall back once sessions have worked would be to follow whoever broke them. */
  private withoutSession({ verb }: Call): Pass {
    if (!this.sessionWorked) return { kind: 'basic' };
    const message = `${verb}: sessions worked before and are not offered any more; user and password are not sent with each request instead`;
    throw new BmcError('Transient', verb, message, 'SessionsGone');
  }

  private sessionOf({ headers, body }: BmcResponse, call: Call): Pass {
    const token = headers['x-auth-token'] ?? '';
    if (!/^[\x21-\x7e]{1,4096}$/.test(token)) return this.withoutSession(call);
    this.sessionWorked = true;
    const said = headers['location'] ?? textOf(at(parseThing(body), '@odata.id'));
    if (said === '') return { kind: 'session', token, uri: undefined };
    const uri = placeOn(this.parts.line.parts.origin, said);
    if (uri === undefined) throw offTheBmc(call.verb, 'the address of the session that was made');
    return { kind: 'session', token, uri };
  }

  private noLogin(refusal: Refusal, { verb }: Call): BmcError {
    const error = errorOf(refusal, verb, `to log in as ${this.parts.credentials.username}`);
    return error.kind === 'Unauthorized' ? this.refuse(error) : error;
  }

  private basic(): string {
    const { username, password } = this.parts.credentials;
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}
