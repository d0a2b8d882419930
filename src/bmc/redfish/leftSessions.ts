// Ends what others left behind at a BMC, with a login of our own: a session is known by its URI alone, its token died with whoever had it. It goes on in the
// background, once a login, when that login has been of use; a session that could not be ended stays in the book for the next.
import { deadline } from '../../foundation/clock';
import { BmcError } from '../bmc';
import type { BmcMethod } from '../transport';
import type { SessionBook } from '../sessionBook';
import { at, parseThing, textOf } from './json';
import type { Call, Line } from './line';
import type { Login } from './login';
import { placeOn, samePlace } from './places';

export interface LeftSessionsParts {
  readonly line: Line;
  readonly login: Login;
  readonly username: string;
  /** Where sessions are made; undefined: nowhere. */
  readonly collection: (call: Call) => Promise<string | undefined>;
  readonly book: SessionBook;
}

/** For one session: its look and its end. */
const PATIENCE_MS = 10_000;
const GONE: ReadonlySet<number> = new Set([404, 410]);

export class LeftSessions {
  private readonly over = new AbortController();
  private sweptIn = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly parts: LeftSessionsParts) {}

  /** To be called when a verb was done; returns at once. */
  begin(): void {
    const { book, login } = this.parts;
    if (this.running !== undefined || this.over.signal.aborted || this.sweptIn === login.count) return;
    if (book.left().length === 0) return;
    this.sweptIn = login.count;
    this.running = this.sweep().finally(() => (this.running = undefined));
  }

  /** What is under way is given up. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.running;
  }

  private async sweep(): Promise<void> {
    const { book } = this.parts;
    for (const uri of book.left()) {
      // Meanwhile the BMC may have given that name to a new one.
      if (!book.left().includes(uri)) continue;
      const error = await this.tried(uri);
      if (error === undefined) book.ended(uri);
      else book.leave(uri, error);
      // One that does not answer is not asked again before the next login.
      if (error !== undefined && !(error instanceof BmcError && error.reason === 'NotEnded')) return;
    }
  }

  /** @returns why it may be there still */
  private async tried(uri: string): Promise<Error | undefined> {
    const { signal, dispose } = deadline(this.parts.line.parts.clock, PATIENCE_MS, this.over.signal);
    try {
      await this.end(uri, { verb: 'endSession', signal });
      return undefined;
    } catch (error) {
      // Whatever it was, a session of somebody else holds up no work of ours: it is told.
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      dispose();
    }
  }

  /** @throws when it may be there still */
  private async end(uri: string, call: Call): Promise<void> {
    const path = await this.placeOf(uri, call);
    // A BMC that was restarted counts from the beginning: what has that name now may be our own, or another user's.
    if (path === undefined || samePlace(path, this.parts.login.session ?? '')) return;
    const found = await this.ask('GET', path, call);
    if (found === undefined || !this.isOurs(found)) return;
    await this.ask('DELETE', path, call);
  }

  /** Where it does not say whose it is, it is the one that was noted. */
  private isOurs(session: string): boolean {
    const user = textOf(at(parseThing(session), 'UserName'));
    return user === '' || user === this.parts.username;
  }

  /** @returns undefined for what is no session of this BMC */
  private async placeOf(uri: string, call: Call): Promise<string | undefined> {
    const collection = await this.parts.collection(call);
    const path = placeOn(this.parts.line.parts.origin, uri);
    if (path === undefined || collection === undefined) return undefined;
    const stem = `${collection.replace(/\/+$/, '')}/`;
    const name = path.startsWith(stem) ? path.slice(stem.length) : '';
    return /^[^/?%]+\/?$/.test(name) && !/^\.+\/?$/.test(name) ? path : undefined;
  }

  /**
   * Past what a refusal means elsewhere: that a session may not be ended says nothing about our own login.
   * @returns undefined where there is no such session
   */
  private async ask(method: BmcMethod, path: string, call: Call): Promise<string | undefined> {
    const headers = await this.parts.login.headers(call);
    const heard = await this.parts.line.send({ method, path, headers, timeoutMs: PATIENCE_MS }, call);
    if (heard.kind === 'lost') throw transient(call, `no answer (${heard.failure.message})`, 'NoAnswer');
    const { status, body } = heard.response;
    if (status < 300) return body;
    if (GONE.has(status)) return undefined;
    throw transient(call, `the BMC answered ${status} to a ${method} of it`, 'NotEnded');
  }
}

function transient({ verb }: Call, why: string, reason: string): BmcError {
  return new BmcError('Transient', verb, `${verb}: ${why}`, reason);
}
