// The session of one client: logged in to when first needed, shared by all calls in flight, given up when XAPI says it is gone, and announced before
// the first call that changes something.
import type { Contact } from './contact';
import type { Dialer } from './dial';
import type { Wire } from './wire';

export interface Session extends Contact {
  /** 1 for the first login of this client, then counting: a new number means that what was learnt by the old session may be stale. */
  readonly serial: number;
}

export type OnLogin = (sessionUuid: string) => Promise<void>;

export class SessionKeeper {
  private current: Promise<Session> | undefined;
  private live: Session | undefined;
  private announced: { readonly serial: number; readonly done: Promise<void> } | undefined;
  private serial = 0;

  constructor(
    private readonly dialer: Dialer,
    private readonly wire: Wire,
    private readonly onLogin: OnLogin | undefined,
  ) {}

  /** How often this client has logged in. */
  get logins(): number {
    return this.serial;
  }

  /** The session, after a login where there is none. @throws XapiError as `Dialer.dial` */
  open(): Promise<Session> {
    this.current ??= this.login();
    return this.current;
  }

  /** The session that a call can be sent in without waiting, if there is one. */
  get ready(): Session | undefined {
    return this.live;
  }

  /** The session only if there is one, or will be. */
  peek(): Promise<Session> | undefined {
    return this.current;
  }

  /** Forgets a session that is of no use any more; a newer one stays. @returns whether this was the current one */
  drop(session: Session): boolean {
    if (this.live !== session) return false;
    this.live = undefined;
    this.current = undefined;
    return true;
  }

  /**
   * Announces the session's uuid to `onLogin`, once per session. When that fails the next changing call tries again.
   * @throws whatever `onLogin` throws, and XapiError when the uuid cannot be read
   */
  announce(session: Session, signal: AbortSignal): Promise<void> {
    if (this.onLogin === undefined) return Promise.resolve();
    if (this.announced?.serial !== session.serial) {
      const done = this.tell(session, this.onLogin, signal);
      const announced = { serial: session.serial, done };
      this.announced = announced;
      done.catch(() => {
        if (this.announced === announced) this.announced = undefined;
      });
    }
    return this.announced?.done ?? Promise.resolve();
  }

  private async tell(session: Session, onLogin: OnLogin, signal: AbortSignal): Promise<void> {
    const params = [session.session, session.session];
    const { origin, dialect, secrets } = session;
    const answer = await this.wire.call({ origin, dialect, method: 'session.get_uuid', params, secrets, signal });
    await onLogin(answer.value as string);
  }

  private async login(): Promise<Session> {
    try {
      const contact = await this.dialer.dial();
      this.serial += 1;
      this.live = { ...contact, serial: this.serial };
      return this.live;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }
}
