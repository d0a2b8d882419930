// Finding the master and logging in. Any host of a pool is asked; a member names its master. Credentials go only to addresses that were configured
// or recorded: at first contact the named master is believed until it was asked whether both are hosts of its pool, later a new address must be known
// to belong to the pool before it is told anything.
import { deadline, type Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Dialect } from './codec/codec';
import { XapiError } from './error';
import type { Contact } from './contact';
import { strangersTo } from './membership';
import { originOf, sameDoor } from './origin';
import type { Wire } from './wire';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface DialOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly log: Log;
  /** `auto`: each host is asked what it speaks, once between two losses of its session or connection, which is as often as it can have booted. */
  readonly dialect: Dialect | 'auto';
  readonly endpoints: readonly string[];
  /** Asked at every login: a Secret may change. */
  readonly credentials: () => Promise<Credentials>;
  /** Shown by the pool beside the session, so that sessions can be counted and told apart. */
  readonly originator: string;
  /** Milliseconds for one host to answer a login. */
  readonly deadlineMs: number;
}

type Attempt =
  | { readonly kind: 'LoggedIn'; readonly contact: Contact }
  | { readonly kind: 'Member'; readonly master: string }
  | { readonly kind: 'Failed'; readonly error: XapiError };

/** Remembers who was master; one per client and its siblings. */
export class Dialer {
  private master: string | undefined;
  private readonly recorded = new Set<string>();
  private readonly spoken = new Map<string, Dialect>();
  private readonly endpoints: readonly string[];

  constructor(private readonly options: DialOptions) {
    this.endpoints = options.endpoints.map(originOf);
  }

  /** Origin of the master as last logged in to. */
  get knownMaster(): string | undefined {
    return this.master;
  }

  /** Addresses of the pool's hosts, read from the pool itself: a later change of master to one of them is followed. */
  record(addresses: readonly string[]): void {
    const door = this.master ?? this.endpoints[0];
    if (door === undefined) return;
    for (const address of addresses) if (address !== '') this.recorded.add(sameDoor(door, address));
  }

  /** The host may have booted another system since: it is asked anew what it speaks. */
  forget(origin: string): void {
    this.spoken.delete(origin);
  }

  /**
   * Logs in to the master: asks the remembered one first, then every configured and recorded host until one leads to it.
   * @throws XapiError `Credentials` as soon as one host refuses them, `Untrusted` when the master's certificate is not to be trusted; else what the
   *         hosts answered. Never `maybeDelivered`
   */
  async dial(): Promise<Contact> {
    const credentials = await this.options.credentials();
    const errors = new Map<string, XapiError>();
    const candidates = new Set([...(this.master === undefined ? [] : [this.master]), ...this.endpoints, ...this.recorded]);
    for (const origin of candidates) {
      const contact = errors.has(origin) ? undefined : await this.ask(origin, credentials, errors);
      if (contact === undefined) continue;
      this.master = contact.origin;
      return contact;
    }
    throw noMaster(errors, this.master);
  }

  /** Asks one host, and the master it names. Errors are noted by the origin that caused them. */
  private async ask(origin: string, credentials: Credentials, errors: Map<string, XapiError>): Promise<Contact | undefined> {
    const first = await this.attempt(origin, credentials, errors);
    if (first.kind !== 'Member') return first.kind === 'LoggedIn' ? first.contact : undefined;
    const master = sameDoor(origin, first.master);
    errors.set(origin, notMaster(origin, master));
    if (errors.has(master)) return undefined;
    if (!this.trusted(master)) {
      errors.set(master, unknownMaster(origin, master));
      return undefined;
    }
    this.options.log.info('xapi.redirected', { from: origin, to: master });
    const second = await this.attempt(master, credentials, errors);
    if (second.kind === 'Member') errors.set(master, notMaster(master, sameDoor(master, second.master)));
    if (second.kind !== 'LoggedIn') return undefined;
    return this.belongs(origin, second.contact, errors);
  }

  /** Whether the member that named it and the master are of one pool, as the master's own records say. Asked once, at first contact. */
  private async belongs(member: string, contact: Contact, errors: Map<string, XapiError>): Promise<Contact | undefined> {
    if (this.master !== undefined) return contact;
    const { wire, clock, deadlineMs } = this.options;
    const strangers = await this.inTime(
      (signal) => strangersTo(wire, contact, [member, contact.origin], signal),
      errors,
      contact,
    );
    if (strangers === undefined) return undefined;
    if (strangers.length === 0) return contact;
    errors.set(contact.origin, notOfOnePool(member, contact.origin, strangers));
    const budget = deadline(clock, deadlineMs);
    const { origin, dialect, session, secrets } = contact;
    const goodbye = { origin, dialect, method: 'session.logout', params: [session], secrets, signal: budget.signal };
    await wire.call(goodbye).catch((error: unknown) => this.options.log.debug('xapi.logout-failed', { error: String(error) }));
    budget.dispose();
    return undefined;
  }

  private async inTime<T>(
    work: (signal: AbortSignal) => Promise<T>,
    errors: Map<string, XapiError>,
    { origin }: Contact,
  ): Promise<T | undefined> {
    const budget = deadline(this.options.clock, this.options.deadlineMs);
    try {
      return await work(budget.signal);
    } catch (error) {
      if (!(error instanceof XapiError)) throw error;
      errors.set(origin, error);
      return undefined;
    } finally {
      budget.dispose();
    }
  }

  private trusted(origin: string): boolean {
    return this.master === undefined || origin === this.master || this.endpoints.includes(origin) || this.recorded.has(origin);
  }

  private async attempt(origin: string, credentials: Credentials, errors: Map<string, XapiError>): Promise<Attempt> {
    try {
      return { kind: 'LoggedIn', contact: await this.login(origin, credentials) };
    } catch (error) {
      if (!(error instanceof XapiError) || error.kind === 'Credentials') throw error;
      const address = error.params[0];
      if (error.kind === 'NotMaster' && address !== undefined) return { kind: 'Member', master: address };
      // No XAPI answered, so the next to answer may be another release's.
      if (error.code === '') this.forget(origin);
      errors.set(origin, error);
      return { kind: 'Failed', error };
    }
  }

  /** With four parameters; releases up to 5.x take fewer and say so. */
  private async login(origin: string, { username, password }: Credentials): Promise<Contact> {
    const dialect = await this.dialectOf(origin);
    const full = [username, password, '1.0', this.options.originator];
    for (let count = full.length; ; count--) {
      try {
        const session = await this.loginWith(origin, dialect, full.slice(0, count), password);
        return { origin, dialect, session, secrets: [session, password] };
      } catch (error) {
        const older = error instanceof XapiError && error.code === 'MESSAGE_PARAMETER_COUNT_MISMATCH' && count > 2;
        if (!older) throw error;
      }
    }
  }

  private async dialectOf(origin: string): Promise<Dialect> {
    const { dialect, clock, wire, deadlineMs } = this.options;
    if (dialect !== 'auto') return dialect;
    const known = this.spoken.get(origin);
    if (known !== undefined) return known;
    const budget = deadline(clock, deadlineMs);
    try {
      const found = (await wire.speaksJson(origin, budget.signal)) ? 'json' : 'xml';
      this.spoken.set(origin, found);
      return found;
    } finally {
      budget.dispose();
    }
  }

  private async loginWith(origin: string, dialect: Dialect, params: readonly string[], password: string): Promise<string> {
    const { clock, wire, deadlineMs } = this.options;
    const budget = deadline(clock, deadlineMs);
    try {
      const method = 'session.login_with_password';
      const answer = await wire.call({ origin, dialect, method, params, secrets: [password], signal: budget.signal });
      return answer.value as string;
    } finally {
      budget.dispose();
    }
  }
}

function notMaster(origin: string, master: string): XapiError {
  const text = `${origin} is a member and names ${master} as its master`;
  return new XapiError({ kind: 'NotMaster', text, code: 'HOST_IS_SLAVE', maybeDelivered: false });
}

function unknownMaster(origin: string, master: string): XapiError {
  const text = `${origin} names ${master} as its master, an address not known to belong to this pool; it was given no credentials`;
  return new XapiError({ kind: 'NotMaster', text, code: 'HOST_IS_SLAVE', maybeDelivered: false });
}

function notOfOnePool(member: string, master: string, strangers: readonly string[]): XapiError {
  const text =
    `${member} names ${master} as its master, but the pool there has no host at ${strangers.join(' or ')}; ` +
    'give an endpoint by the address that the pool itself records for the host';
  return new XapiError({ kind: 'NotMaster', text, code: 'HOST_IS_SLAVE', maybeDelivered: false });
}

/** All that was heard, in one error. Its kind is that of the most telling answer: a host that is starting says more than one that is silent. */
function noMaster(errors: ReadonlyMap<string, XapiError>, master: string | undefined): XapiError {
  const all = [...errors.values()];
  const telling =
    theMasters(errors, master) ??
    all.find(({ kind }) => kind === 'NotReady') ??
    all.find(({ kind }) => kind !== 'NotMaster' && kind !== 'Untrusted') ??
    all.find(({ kind }) => kind === 'Untrusted') ??
    all[0];
  const heard = all.map((error) => error.message).join('; ');
  const text = `no master to log in to: ${heard === '' ? 'no endpoint is configured' : heard}`;
  const fields = {
    kind: telling?.kind ?? 'Transport',
    text,
    maybeDelivered: false,
    method: 'session.login_with_password',
  } as const;
  return new XapiError(
    telling === undefined ? fields : { ...fields, code: telling.code, params: telling.params, cause: telling },
  );
}

/** A master that answers with a certificate nobody trusts is there, and waits for a person; a member that does so says nothing of its master. */
function theMasters(errors: ReadonlyMap<string, XapiError>, master: string | undefined): XapiError | undefined {
  const error = master === undefined ? undefined : errors.get(master);
  return error?.kind === 'Untrusted' ? error : undefined;
}
