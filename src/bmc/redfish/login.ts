// How requests are authorised: by a session, which is ended when the work is over, or by basic authentication where a BMC has no sessions or none left. A BMC
// that refused a login is not asked again by the same driver, because BMCs lock accounts (bmc.md 1.3).
import { deadline } from '../../foundation/clock';
import { BmcError } from '../bmc';
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
  /** Told of each session before the first request of it that changes something; what it throws goes to whoever asked. */
  readonly onSession: ((uri: string) => Promise<void>) | undefined;
}

type Pass =
  | { readonly kind: 'session'; readonly token: string; readonly uri: string | undefined }
  /** User and password with each request. */
  | { readonly kind: 'basic' };

const NO_SESSIONS_HERE: ReadonlySet<number> = new Set([404, 405, 501]);
const MOST_TRIES = 3;
/** For ending a session when nobody waits for anything any more. */
const FAREWELL_MS = 10_000;

export class Login {
  private pass: Promise<Pass> | undefined;
  private live: Pass | undefined;
  private sessionWorked = false;
  private refused: BmcError | undefined;
  private announced: string | undefined;

  constructor(private readonly parts: LoginParts) {}

  /** URI of the session in use, for a successor who has to end it. */
  get session(): string | undefined {
    return this.live?.kind === 'session' ? this.live.uri : undefined;
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

  /** To be called before something is changed. */
  async announce(): Promise<void> {
    const uri = this.session;
    if (uri === undefined || uri === this.announced || this.parts.onSession === undefined) return;
    await this.parts.onSession(uri);
    this.announced = uri;
  }

  /** The BMC knows this pass no longer. @returns whether another login may help */
  expired(headers: Readonly<Record<string, string>>): boolean {
    const token = headers['x-auth-token'];
    if (token === undefined) return false;
    if (this.live?.kind === 'session' && this.live.token === token) this.forget();
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
    if (pass?.kind !== 'session' || pass.uri === undefined) return;
    const { line } = this.parts;
    const { signal, dispose } = deadline(line.parts.clock, FAREWELL_MS);
    try {
      const headers = { 'x-auth-token': pass.token };
      await line.send({ method: 'DELETE', path: pass.uri, headers, timeoutMs: FAREWELL_MS }, { verb: 'close', signal });
    } catch {
      // It ends by itself after its idle time; nobody is left who could do more.
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
    this.pass ??= this.enter(call).then(
      (pass) => (this.live = pass),
      (error: unknown) => {
        this.forget();
        throw error;
      },
    );
    return this.pass;
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
