// Finding the master and logging in. Any host of a pool is asked; a member names its master. Credentials go only to addresses that were configured
// or recorded: at first contact the named master is believed, later a new address must be known to belong to the pool.
import { deadline, type Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { XapiError } from './error';
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
  readonly endpoints: readonly string[];
  /** Asked at every login: a Secret may change. */
  readonly credentials: () => Promise<Credentials>;
  /** Shown by the pool beside the session, so that sessions can be counted and told apart. */
  readonly originator: string;
  /** Milliseconds for one host to answer a login. */
  readonly deadlineMs: number;
}

export interface Contact {
  /** The master's origin. */
  readonly origin: string;
  /** The session reference: a secret. */
  readonly session: string;
  /** What must appear in no message while this session is used. */
  readonly secrets: readonly string[];
}

type Attempt =
  | { readonly kind: 'LoggedIn'; readonly contact: Contact }
  | { readonly kind: 'Member'; readonly master: string }
  | { readonly kind: 'Failed'; readonly error: XapiError };

/** Remembers who was master; one per client and its siblings. */
export class Dialer {
  private master: string | undefined;
  private readonly recorded = new Set<string>();
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

  /**
   * Logs in to the master: asks the remembered one first, then every configured and recorded host until one leads to it.
   * @throws XapiError `Credentials` as soon as one host refuses them; else what the hosts answered, never `maybeDelivered`
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
    throw noMaster([...errors.values()]);
  }

  /** Asks one host, and the master it names. Errors are noted by the origin that caused them. */
  private async ask(origin: string, credentials: Credentials, errors: Map<string, XapiError>): Promise<Contact | undefined> {
    const first = await this.attempt(origin, credentials, errors);
    if (first.kind !== 'Member') return first.kind === 'LoggedIn' ? first.contact : undefined;
    const master = sameDoor(origin, first.master);
    errors.set(origin, notMaster(origin, master));
    if (errors.has(master)) return undefined;
    if (!this.trusted(master)) {
      errors.set(master, untrusted(origin, master));
      return undefined;
    }
    this.options.log.info('xapi.redirected', { from: origin, to: master });
    const second = await this.attempt(master, credentials, errors);
    if (second.kind === 'Member') errors.set(master, notMaster(master, sameDoor(master, second.master)));
    return second.kind === 'LoggedIn' ? second.contact : undefined;
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
      errors.set(origin, error);
      return { kind: 'Failed', error };
    }
  }

  /** With four parameters; releases up to 5.x take fewer and say so. */
  private async login(origin: string, { username, password }: Credentials): Promise<Contact> {
    const full = [username, password, '1.0', this.options.originator];
    for (let count = full.length; ; count--) {
      try {
        const session = await this.loginWith(origin, full.slice(0, count), password);
        return { origin, session, secrets: [session, password] };
      } catch (error) {
        const older = error instanceof XapiError && error.code === 'MESSAGE_PARAMETER_COUNT_MISMATCH' && count > 2;
        if (!older) throw error;
      }
    }
  }

  private async loginWith(origin: string, params: readonly string[], password: string): Promise<string> {
    const { clock, wire, deadlineMs } = this.options;
    const budget = deadline(clock, deadlineMs);
    try {
      const method = 'session.login_with_password';
      const answer = await wire.call({ origin, method, params, secrets: [password], signal: budget.signal });
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

function untrusted(origin: string, master: string): XapiError {
  const text = `${origin} names ${master} as its master, an address not known to belong to this pool; it was given no credentials`;
  return new XapiError({ kind: 'NotMaster', text, code: 'HOST_IS_SLAVE', maybeDelivered: false });
}

/** All that was heard, in one error. Its kind is that of the most telling answer: a host that is starting says more than one that is silent. */
function noMaster(errors: readonly XapiError[]): XapiError {
  const telling = errors.find(({ kind }) => kind === 'NotReady') ?? errors.find(({ kind }) => kind !== 'NotMaster') ?? errors[0];
  const heard = errors.map((error) => error.message).join('; ');
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
